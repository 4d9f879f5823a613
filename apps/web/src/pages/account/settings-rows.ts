import type { Role } from "@curfew/client";
import { PATHS } from "../../app/paths.js";

/** A row of the settings list: where it leads, and what is there. */
export interface SettingsRow {
  readonly to: string;
  readonly title: string;
  readonly about: string;
}

const OWN: readonly SettingsRow[] = [
  {
    to: PATHS.ownSessions,
    title: "Your sessions",
    about: "The devices you are signed in on, and when each session ends.",
  },
  { to: PATHS.password, title: "Password", about: "Choose a new one. Your other sessions end." },
];

const OF_OWNERS: readonly SettingsRow[] = [
  {
    to: PATHS.members,
    title: "Members",
    about: "Who belongs to the account, who owns it, and whom to invite.",
  },
  {
    to: PATHS.security,
    title: "Session security",
    about: "How long people stay signed in, who is signed in now, and what has happened.",
  },
];

/**
 * The settings that a person of this role may open.
 *
 * @example settingsRows("member").map(({ title }) => title) // ["Your sessions", "Password"]
 */
export const settingsRows = (role: Role): readonly SettingsRow[] =>
  role === "owner" ? [...OWN, ...OF_OWNERS] : OWN;
