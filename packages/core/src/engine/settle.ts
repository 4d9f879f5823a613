import { type EndedFate, fateOf } from "../session/session.js";
import type { Store } from "../store.js";

/**
 * Stores the end of a session that is past a deadline and returns its end as stored. Null if it lives on: a refresh that was
 * dated before the deadline held the row, and moved it.
 */
export async function settle(
  store: Pick<Store, "closeExpired" | "readSession">,
  accountId: string,
  sessionId: string,
): Promise<EndedFate | null> {
  await store.closeExpired(accountId, sessionId);
  const snapshot = await store.readSession(accountId, sessionId);
  if (snapshot === null || snapshot.session.endedAt === null) return null;
  const fate = fateOf(snapshot);
  return fate.state === "live" ? null : fate;
}
