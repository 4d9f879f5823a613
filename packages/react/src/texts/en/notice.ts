import type { NoticeTexts } from "../../notice/notice-texts.js";

export const notice: NoticeTexts = {
  name: "End of session",
  words: {
    idle: (left) => `You'll be signed out in ${left} because you've been inactive.`,
    absolute: (left) => `Your session ends in ${left}. Sign in again to carry on.`,
  },
  at: (at) => `at ${at}`,
  announced: {
    idle: (at) => `You've been inactive. At ${at} you'll be signed out, unless you choose to stay.`,
    absolute: (at) => `At ${at} your session ends. Nothing can extend it: save your work and sign in again.`,
  },
  lastMinute: {
    idle: "Less than a minute until you're signed out.",
    absolute: "Less than a minute until your session ends.",
  },
  passed: "Your time is up. Checking with the server…",
  stay: "Stay signed in",
  staying: "Staying signed in…",
  stayFailed: (why) => `You could not be kept signed in. ${why}`,
  signIn: "Sign in now",
  dismiss: "Dismiss",
};
