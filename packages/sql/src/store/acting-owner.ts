import { type Kysely, sql } from "kysely";
import { first, raw, type Unit } from "../unit.js";

/**
 * Returns whether a session is of an enabled owner and nobody has ended it. A call's token was verified before its transaction
 * locked the account, and the owner may have lost the role since. The account is locked.
 *
 * @param queries of any tables
 */
export function* isActingOwner(
  queries: Pick<Kysely<never>, "getExecutor">,
  accountId: string,
  sessionId: string | null,
): Unit<boolean> {
  if (sessionId === null) return false;
  const session = yield* first(
    raw(
      queries,
      sql<{ id: string }>`SELECT s.id FROM curfew_sessions AS s
        INNER JOIN curfew_accounts AS a ON a.id = s.account_id
        INNER JOIN curfew_users AS u ON u.account_id = s.account_id AND u.id = s.user_id
        WHERE s.account_id = ${accountId} AND s.id = ${sessionId} AND s.ended_at IS NULL AND s.account_epoch = a.epoch
          AND u.role = 'owner' AND u.disabled = 0`,
    ),
  );
  return session !== null;
}
