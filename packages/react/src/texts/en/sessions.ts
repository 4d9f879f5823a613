import type { SessionsTexts } from "../../active-sessions/sessions-texts.js";
import { isOne } from "./is-one.js";

export const sessions: SessionsTexts = {
  title: "Active sessions",
  signedInCount(people, own) {
    if (!isOne(people)) return `${people} people are signed in.`;
    return own ? "Only you are signed in." : "1 person is signed in.";
  },
  you: "(you)",
  neverSignedIn: "never signed in",
  signedIn: (relative) => `signed in ${relative}`,
  lastActive: (relative) => `last active ${relative}`,
  sessionsOf: (name) => `Sessions of ${name}`,
  sessionCount: (count) => (isOne(count) ? "1 session" : `${count} sessions`),
  unknownDevice: "Unknown device",
  thisDevice: "This device",
  signOut: "Sign out",
  signingOut: "Signing out…",
  signOutEverywhere: "Sign out everywhere",
  othersOut: "Sign out everyone except me",
  everyoneOut: "Sign me out and everyone else",
  nobody: "Nobody is signed in.",
  noSessions: "No session is open any more.",
};
