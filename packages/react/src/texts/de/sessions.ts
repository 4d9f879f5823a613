import type { SessionsTexts } from "../../active-sessions/sessions-texts.js";
import { isOne } from "./is-one.js";

export const sessions: SessionsTexts = {
  title: "Aktive Sitzungen",
  signedInCount(people, own) {
    if (!isOne(people)) return `${people} Personen sind angemeldet.`;
    return own ? "Nur Sie sind angemeldet." : "1 Person ist angemeldet.";
  },
  you: "(Sie)",
  neverSignedIn: "nie angemeldet",
  signedIn: (relative) => `angemeldet ${relative}`,
  lastActive: (relative) => `zuletzt aktiv ${relative}`,
  sessionsOf: (name) => `Sitzungen von ${name}`,
  sessionCount: (count) => (isOne(count) ? "1 Sitzung" : `${count} Sitzungen`),
  unknownDevice: "Unbekanntes Gerät",
  thisDevice: "Dieses Gerät",
  signOut: "Abmelden",
  signingOut: "Wird abgemeldet …",
  signOutEverywhere: "Überall abmelden",
  othersOut: "Alle außer mir abmelden",
  everyoneOut: "Mich und alle anderen abmelden",
  nobody: "Niemand ist angemeldet.",
  noSessions: "Keine Sitzung ist mehr offen.",
};
