import type { RevokeCounts, RevokeTexts } from "../../revoke/revoke-texts.js";
import { isOne } from "./is-one.js";

const sessions = (count: number): string => (isOne(count) ? "1 Sitzung" : `${count} Sitzungen`);
const people = (count: number): string => (isOne(count) ? "1 Person" : `${count} Personen`);
const ofOthers = (count: number): string =>
  isOne(count) ? "die einer anderen Person" : `die von ${count} anderen Personen`;
const counted = (counts: RevokeCounts): string => `${sessions(counts.sessions)}, ${people(counts.people)}`;

export const revoke: RevokeTexts = {
  title: {
    others: (counts) => `Alle außer mir abmelden: ${counted(counts)}`,
    all: (counts) => `Mich und alle anderen abmelden: ${counted(counts)}`,
  },
  text: {
    others: (counts) =>
      `${sessions(counts.sessions)} ${isOne(counts.sessions) ? "endet" : "enden"} sofort: ${ofOthers(counts.people)}, und die auf Ihren eigenen anderen Geräten. Nur dieses Gerät bleibt angemeldet.`,
    all: (counts) =>
      `Jede Sitzung des Kontos endet sofort: ${sessions(counts.sessions)} von ${people(counts.people)}, auch Ihre eigene. Sie müssen sich danach neu anmelden.`,
  },
  confirm: {
    others: (counts) => `Alle anderen abmelden (${counted(counts)})`,
    all: (counts) => `Alle abmelden, auch mich (${counted(counts)})`,
  },
  busy: "Wird abgemeldet …",
};
