import { DOOR_STATES } from "./doors.js";
import { MEMBERS_STATES } from "./members.js";
import { SECURITY_STATES } from "./security.js";
import { SESSION_STATES } from "./session.js";
import type { State } from "./stage.js";

/** Every page, in every state that it has. */
export const STATES: readonly State[] = [
  ...DOOR_STATES,
  ...SESSION_STATES,
  ...MEMBERS_STATES,
  ...SECURITY_STATES,
];
