import type { End, Refused } from "./words.js";

/** A refusal that tells nothing of a session. */
export const refused = (code: string): Refused => ({ kind: "refused", code });

/** What the holder of an ended session is told. */
export const refusal = (end: End): Refused => ({
  kind: "refused",
  code: end.kind === "expired" ? "session_expired" : "session_revoked",
  reason: end.reason,
  endedAt: end.at,
});
