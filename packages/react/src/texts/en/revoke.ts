import type { RevokeCounts, RevokeTexts } from "../../revoke/revoke-texts.js";
import { isOne } from "./is-one.js";

const sessions = (count: number): string => (isOne(count) ? "1 session" : `${count} sessions`);
const people = (count: number): string => (isOne(count) ? "1 person" : `${count} people`);
const others = (count: number): string => (isOne(count) ? "1 other person" : `${count} other people`);
const counted = (counts: RevokeCounts): string => `${sessions(counts.sessions)}, ${people(counts.people)}`;

export const revoke: RevokeTexts = {
  title: {
    others: (counts) => `Sign out everyone except me: ${counted(counts)}`,
    all: (counts) => `Sign me out and everyone else: ${counted(counts)}`,
  },
  text: {
    others: (counts) =>
      `This ends ${sessions(counts.sessions)} at once: those of ${others(counts.people)}, and any on your own other devices. Only this device stays signed in.`,
    all: (counts) =>
      `This ends every session of the account at once: ${sessions(counts.sessions)} of ${people(counts.people)}, yours among them. You will have to sign in again.`,
  },
  confirm: {
    others: (counts) => `Sign out everyone else (${counted(counts)})`,
    all: (counts) => `Sign out all, me too (${counted(counts)})`,
  },
  busy: "Signing out…",
};
