import type { SessionState } from "@curfew/client";

/** Who is signed in, and to which account, as text to compare; null for nobody. What a page shows belongs to both. */
export const placedUserOf = (state: SessionState): string | null =>
  state.status === "signed_in" ? JSON.stringify([state.user.id, state.user.account.id]) : null;
