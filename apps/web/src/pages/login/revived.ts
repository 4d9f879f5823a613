import type { SessionState } from "@curfew/client";
import { PATHS } from "../../app/paths.js";

/**
 * Where a tab on the sign-in page goes on to when somebody has signed in elsewhere in this browser: back to where it
 * stood if it is the same person or nobody knows whose it was, home if it is another. Null where nobody has.
 *
 * @param before the state that the tab was in
 * @param now the state that it is in
 * @param back where it would go back to
 */
export function revivedAt(before: SessionState, now: SessionState, back: string): string | null {
  if (before.status !== "signed_out" || now.status !== "signed_in") return null;
  return before.user_id === null || before.user_id === now.user.id ? back : PATHS.home;
}
