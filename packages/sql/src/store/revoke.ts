import type { RevokeAccountInput, RevokeOutcome, RevokeUserInput } from "@curfew/core";
import { sql } from "kysely";
import { first, lockAccount, run, type Unit } from "../unit.js";
import { ensureAccount, readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { endSessionsOfUser } from "./end-sessions.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { isLive, isOverdue } from "./session-state.js";
import { endAuthority, readUser, writeUser } from "./users.js";

/** Ends all sessions of an account by raising its epoch; it updates no session row except the spared one. */
export function* revokeAccount(context: StoreContext, input: RevokeAccountInput): Unit<RevokeOutcome> {
  const { accountId, reason, spareSessionId } = input;
  const now = yield* lockAccount(accountId);
  yield* endAuthority(context, { accountId, users: { allBut: input.event.actorId }, now });
  yield* ensureAccount(context, accountId);
  const { state, openSessions } = yield* readAccount(context, accountId);
  const live = openSessions - (yield* countOverdue(context, accountId, state.epoch, now));
  const spares = yield* findSparedSession(context, {
    accountId,
    accountEpoch: state.epoch,
    spareSessionId,
    now,
  });
  const count = spares === null ? live : live - 1;
  const epoch = state.epoch + 1;

  yield* run(context.queries.updateTable("curfew_accounts").set({ epoch }).where("id", "=", accountId));
  yield* run(
    context.queries
      .insertInto("curfew_account_epochs")
      .values({ account_id: accountId, epoch, at: now, reason, spared_session_id: spares }),
  );
  if (spares !== null)
    yield* run(
      context.queries
        .updateTable("curfew_sessions")
        .set({ account_epoch: epoch })
        .where("account_id", "=", accountId)
        .where("id", "=", spares),
    );
  yield* writeEvent(context, accountId, now, withCount(input.event, count));
  const row = yield* writeFeed(context, accountId, now, { scope: "account", epoch, spares, reason });
  return { kind: "revoked", count, feed: [row], now };
}

/** Ends the live sessions of a user, except the spared one, and raises the user's epoch. */
export function* revokeUser(context: StoreContext, input: RevokeUserInput): Unit<RevokeOutcome> {
  const { accountId, userId, reason, spareSessionId } = input;
  const now = yield* lockAccount(accountId);
  const user = yield* readUser(context, accountId, userId);
  if (user === null) return { kind: "not_found" };
  // Also where no session is left to end: whoever acts means all that the user could still do.
  if (input.event.actorId !== userId)
    yield* endAuthority(context, { accountId, users: { only: userId }, now });
  const accountEpoch = (yield* readAccount(context, accountId)).state.epoch;
  const spares = yield* findSparedSession(context, { accountId, userId, accountEpoch, spareSessionId, now });
  const epoch = user.epoch + 1;

  yield* writeUser(context, { ...user, epoch });
  const ending = { accountId, userId, accountEpoch, reason, spareSessionId: spares, now };
  const count = yield* endSessionsOfUser(context, ending);
  yield* writeEvent(context, accountId, now, withCount(input.event, count));
  const row = yield* writeFeed(context, accountId, now, { scope: "user", userId, epoch, spares, reason });
  return { kind: "revoked", count, feed: [row], now };
}

const withCount = (event: RevokeAccountInput["event"], count: number): RevokeAccountInput["event"] => ({
  ...event,
  details: { ...event.details, count },
});

/** Returns how many of the account's open sessions are past a deadline. */
function* countOverdue(
  context: StoreContext,
  accountId: string,
  accountEpoch: number,
  now: number,
): Unit<number> {
  const row = yield* first(
    context.queries
      .selectFrom("curfew_sessions")
      .select(sql<number>`count(*)`.as("count"))
      .where("account_id", "=", accountId)
      .where(isOverdue(accountEpoch, now)),
  );
  return row?.count ?? 0;
}

/** Returns the id of the session to spare if it is live and, if `userId` is given, belongs to that user. */
function* findSparedSession(
  context: StoreContext,
  input: {
    accountId: string;
    userId?: string;
    accountEpoch: number;
    spareSessionId: string | null;
    now: number;
  },
): Unit<string | null> {
  if (input.spareSessionId === null) return null;
  let query = context.queries
    .selectFrom("curfew_sessions")
    .select("id")
    .where("account_id", "=", input.accountId)
    .where("id", "=", input.spareSessionId)
    .where(isLive(input.accountEpoch, input.now));
  if (input.userId !== undefined) query = query.where("user_id", "=", input.userId);
  return (yield* first(query))?.id ?? null;
}
