import { MEMBERS_STATES } from "./members.js";
import { SECURITY_STATES } from "./security.js";
import { SESSION_STATES } from "./session.js";
import { SIGNED_OUT_STATES } from "./signed-out.js";
import type { State } from "./state.js";
import { TROUBLE_STATES } from "./trouble.js";

/** Every state of every page. */
export const STATES: readonly State[] = [
  ...SIGNED_OUT_STATES,
  ...SESSION_STATES,
  ...MEMBERS_STATES,
  ...SECURITY_STATES,
  ...TROUBLE_STATES,
];
