import type { DeadlinesTexts } from "../../deadlines/deadlines-texts.js";

export const deadlines: DeadlinesTexts = {
  picture: ({ started, lastActive, idle, absolute }) =>
    `Signed in at ${started}, last active at ${lastActive}. Without activity the session ends ${idle.distance} (${idle.at}), and in any case ${absolute.distance} (${absolute.at}).`,
  now: "now",
  started: "Signed in",
  lastActive: "Last active",
  idle: "Ends if inactive",
  absolute: "Ends in any case",
  idleAt: (at) => `Ends if inactive ${at}`,
  absoluteAt: (at) => `in any case ${at}`,
};
