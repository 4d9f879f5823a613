import type { DeadlinesTexts } from "../../deadlines/deadlines-texts.js";

export const deadlines: DeadlinesTexts = {
  picture: ({ started, lastActive, idle, absolute }) =>
    `Angemeldet: ${started}, zuletzt aktiv: ${lastActive}. Ohne Aktivität endet die Sitzung ${idle.distance} (${idle.at}), auf jeden Fall ${absolute.distance} (${absolute.at}).`,
  now: "jetzt",
  started: "Angemeldet",
  lastActive: "Zuletzt aktiv",
  idle: "Endet ohne Aktivität",
  absolute: "Endet auf jeden Fall",
  idleAt: (at) => `Endet ohne Aktivität ${at}`,
  absoluteAt: (at) => `auf jeden Fall ${at}`,
};
