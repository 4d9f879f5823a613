import type { DeleteUserInput, DeleteUserOutcome, User } from "@curfew/core";
import { type SqlBool, sql } from "kysely";
import { lockAccount, run, together, type Unit } from "../unit.js";
import { settleRows } from "./account-limit.js";
import { readAccount, type StoredAccount } from "./accounts.js";
import { closeSessions } from "./close-sessions.js";
import type { StoreContext } from "./context.js";
import { deletedColumns, insertDeletedUser } from "./deleted-user.js";
import { endSessionsOfUser } from "./end-sessions.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { readTombstone, writeTombstone } from "./tombstones.js";
import { endAuthority, hasOtherOwner, isEnabledOwner, readUser } from "./users.js";

/**
 * Deletes a user, except for what `eraseUsers` takes out of other rows in batches. Until then no method shows it: the user's row
 * has no name or e-mail any more, and `curfew_deletions` tells the readers what else to leave out.
 */
export function* deleteUser(
  context: StoreContext,
  input: DeleteUserInput<() => Unit<void>>,
): Unit<DeleteUserOutcome> {
  const { accountId, userId, actor } = input;
  const [now, account, user, tombstone] = yield* together(
    lockAccount(accountId),
    readAccount(context, accountId),
    readUser(context, accountId, userId),
    readTombstone(context, accountId, userId),
  );
  if (account.deletedAt !== null) return { kind: "not_found" };
  if (user !== null && input.mustKeepOwner && isEnabledOwner(user) && !(yield* hasOtherOwner(context, user)))
    return { kind: "last_owner" };
  if (user !== null && input.alongside !== undefined) yield* input.alongside();

  const epoch = user === null ? (tombstone?.epoch ?? 0) : user.epoch + 1;
  const ended = user === null ? null : yield* endUser(context, input, { user, epoch, account, now });
  yield* writeTombstone(
    context,
    { accountId, userId },
    { at: now, reason: "user_deleted", epoch, policyVersion: 0 },
    now + input.tombstoneMs,
  );
  // The tombstone tells the same, without the id.
  yield* run(
    context.queries
      .deleteFrom("curfew_sign_outs")
      .where("account_id", "=", accountId)
      .where("user_id", "=", userId),
  );
  if (ended === null) return { kind: "not_found" };
  yield* endAuthority(context, { accountId, users: { only: userId }, now });
  const isOwnAct = actor.userId === userId;
  yield* writeEvent(context, accountId, now, {
    type: "member.deleted",
    actorId: isOwnAct ? ended.newId : actor.userId,
    sessionId: actor.sessionId,
    ip: isOwnAct ? null : actor.ip,
    details: { user_id: ended.newId, count: ended.count },
  });
  return { kind: "deleted", feed: [ended.row], now };
}

interface Ending {
  readonly user: User;
  readonly epoch: number;
  readonly account: StoredAccount;
  readonly now: number;
}

/** Ends the user's sessions, and takes name and e-mail out of the user's row. */
function* endUser(
  context: StoreContext,
  { accountId, userId }: Pick<DeleteUserInput, "accountId" | "userId">,
  { user, epoch, account, now }: Ending,
) {
  const reason = "user_deleted";
  const count = yield* endSessionsOfUser(context, {
    accountId,
    userId,
    account,
    reason,
    spareSessionId: null,
    now,
  });
  // The others are over, but their rows don't say so yet. The counts of open sessions go by the user's id.
  const open = sql<SqlBool>`user_id = ${userId} AND ended_at IS NULL`;
  if (account.limit !== null) yield* settleRows(context, accountId, account.limit, open);
  yield* closeSessions(context, sql`account_id = ${accountId} AND ${open}`, now);

  yield* run(
    context.queries
      .updateTable("curfew_users")
      .set(deletedColumns(epoch, now))
      .where("account_id", "=", accountId)
      .where("id", "=", userId),
  );
  const newId = yield* insertDeletedUser(context, accountId, now);
  yield* run(
    context.queries.insertInto("curfew_deletions").values({
      account_id: accountId,
      user_id: userId,
      new_id: newId,
      name: user.name,
      emails: JSON.stringify(user.email.includes("@") ? [user.email] : []),
      sessions_to: "",
      events_to: "",
    }),
  );
  const scope = { scope: "user", userId, epoch, spares: null, reason } as const;
  return { newId, count, row: yield* writeFeed(context, accountId, now, scope) };
}
