import { networkOf, type User } from "@curfew/core";
import { clock, first, raw, run, type Unit } from "@curfew/sql";
import { sql } from "kysely";
import type { UserReference } from "../accounts/credentials.js";
import { hashOf } from "../database/hash-of.js";
import { isOfKeptAccount } from "../database/kept-account.js";
import { serviceQueries } from "../database/tables.js";
import type { ServiceContext } from "../service-context.js";

/** Stands for a user who does not exist, so that both cases take the same steps. No account has this id. */
export const NOBODY: UserReference = {
  accountId: "00000000-0000-7000-8000-000000000000",
  userId: "00000000-0000-7000-8000-000000000000",
};

const NOBODYS_EVENTS_KEPT_MS = 60 * 60 * 1000;
const DELETED_PER_FAILURE = 10;

/**
 * Statements that record a failed sign-in in the audit trail, for the transaction that counts it. Failures of one e-mail and
 * network within a minute are folded into one event. An e-mail without a user writes the same row, into a trail that nobody
 * reads: otherwise the commit, and the calls that wait for it, would take longer for e-mails with a user.
 *
 * @param failure.user the user with this e-mail; null if there is none
 */
export function* recordFailedSignIn(
  { database, writeEvent }: Pick<ServiceContext, "database" | "writeEvent">,
  failure: { readonly user: User | null; readonly addressKey: string; readonly ip: string | null },
): Unit<void> {
  const { addressKey, ip } = failure;
  const user = yield* stillThere(database, failure.user);
  yield* writeEvent(
    user?.accountId ?? NOBODY.accountId,
    {
      type: "user.sign_in_failed",
      actorId: null,
      sessionId: null,
      ip,
      details: { email: user?.email ?? "", user_id: user?.id ?? "" },
    },
    hashOf(`${addressKey} ${networkOf(ip ?? "")}`),
  );
  yield* deleteNobodysEvents(database);
}

/**
 * The user, unless they were deleted during the check: nothing would take the event out of the trail again. A deletion waits for
 * the lock.
 */
function* stillThere(database: ServiceContext["database"], user: User | null): Unit<User | null> {
  const { accountId, id } = user ?? { accountId: NOBODY.accountId, id: NOBODY.userId };
  const query = serviceQueries(database)
    .selectFrom("curfew_users")
    .select("id")
    .where("account_id", "=", accountId)
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .where(isOfKeptAccount("curfew_users.account_id"));
  return (yield* first(database.dialect.name === "postgres" ? query.forShare() : query)) === null
    ? null
    : user;
}

/** Runs with every failure, so that the trail of nobody stays small. */
function* deleteNobodysEvents(database: ServiceContext["database"]): Unit<void> {
  const before = (yield* clock()) - NOBODYS_EVENTS_KEPT_MS;
  const { accountId } = NOBODY;
  yield* run(
    raw(
      serviceQueries(database),
      sql`DELETE FROM curfew_events WHERE account_id = ${accountId} AND id IN (
        SELECT id FROM curfew_events WHERE account_id = ${accountId} AND at < ${before}
        ORDER BY at, id LIMIT ${sql.lit(DELETED_PER_FAILURE)} ${database.dialect.skipLocked})`,
    ),
  );
}
