import type { Actor } from "@curfew/core";
import { CurfewError } from "@curfew/core";
import { first, type Unit } from "@curfew/sql";
import type { ServiceQueries } from "../database/tables.js";

/** An owner who calls the API. */
export type OwnerActor = Actor & { readonly userId: string; readonly sessionId: string };

/**
 * Checks in a transaction that has locked the account that its actor is still an enabled owner, whose session has not been ended.
 * The token was verified before the lock, and an act that ended the owner's links has to end the one that is being made too.
 *
 * @throws `token_expired`
 */
export function* requireActingOwner(
  queries: ServiceQueries,
  accountId: string,
  actor: OwnerActor,
): Unit<void> {
  const row = yield* first(
    queries
      .selectFrom("curfew_sessions as s")
      .innerJoin("curfew_accounts as a", "a.id", "s.account_id")
      .innerJoin("curfew_users as u", (join) =>
        join.onRef("u.account_id", "=", "s.account_id").onRef("u.id", "=", "s.user_id"),
      )
      .select("s.id")
      .where("s.account_id", "=", accountId)
      .where("s.id", "=", actor.sessionId)
      .where("s.ended_at", "is", null)
      .whereRef("s.account_epoch", "=", "a.epoch")
      .where("u.role", "=", "owner")
      .where("u.disabled", "=", 0),
  );
  if (row === null) throw new CurfewError("token_expired", {});
}
