import type { SessionState } from "@curfew/client";
import { PATHS } from "../../app/paths.js";

/**
 * Where a tab on the sign-in page goes on to when somebody has signed in elsewhere in this browser: to where it stood if
 * it is the same person, home if it is another, and where its address says if nobody knows whose it was. Null where
 * nobody has signed in.
 *
 * @param before the state that the tab was in
 * @param now the state that it is in
 */
export function revivedAt(
  before: SessionState,
  now: SessionState,
  { stoodAt, back }: { stoodAt: string; back: string },
): string | null {
  if (before.status !== "signed_out" || now.status !== "signed_in") return null;
  if (before.user_id === null) return back;
  return before.user_id === now.user.id ? stoodAt : PATHS.home;
}
