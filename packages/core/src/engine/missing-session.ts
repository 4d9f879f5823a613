import { type CurfewError, endedError } from "../errors.js";
import type { Store } from "../store.js";

/**
 * Returns the error of a call for a session that its account does not have: the end of the account, if it was deleted, or else
 * `otherwise`.
 *
 * @param isProven a token of ours names the session, so it was there: it may also be of an account whose id is used again
 */
export async function missingSession(
  store: Pick<Store, "readAccountTombstone">,
  accountId: string,
  otherwise: CurfewError,
  { isProven }: { readonly isProven: boolean },
): Promise<CurfewError> {
  const tombstone = await store.readAccountTombstone(accountId);
  if (tombstone === null || (tombstone.isReplaced && !isProven)) return otherwise;
  return endedError({ state: "revoked", reason: tombstone.reason, endedAt: tombstone.at });
}
