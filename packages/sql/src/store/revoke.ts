import type { RevokeAccountInput, RevokeOutcome, RevokeUserInput } from "@curfew/core";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import { all, clock, first, lockAccount, run, type Unit } from "../unit.js";
import { settleRows } from "./account-limit.js";
import { ensureAccount, readAccount, type StoredAccount } from "./accounts.js";
import { closeSessions } from "./close-sessions.js";
import type { StoreContext } from "./context.js";
import { endSessionsOfUser } from "./end-sessions.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { isLive, isOpen, isOverdue } from "./session-state.js";
import { recordSignOut } from "./sign-outs.js";
import { endAuthority, readUser, writeUser } from "./users.js";

/** Ends all sessions of an account by raising its epoch; it updates no session row except the spared one. */
export function* revokeAccount(context: StoreContext, input: RevokeAccountInput): Unit<RevokeOutcome> {
  const { accountId, reason } = input;
  const now = yield* lockAccount(accountId);
  const before = yield* readAccount(context, accountId);
  if (before.deletedAt !== null) return nothingEnded(now);
  yield* endAuthority(context, { accountId, users: { allBut: input.event.actorId }, now });
  const spares = (yield* findSparedSession(context, { ...input, account: before, now }))?.id ?? null;
  if (spares !== null && (yield* endsNothing(context, { accountId, account: before, spares, now }))) {
    yield* recordSignOut(context, accountId, { userId: "", at: now, reason, spares });
    return nothingEnded(now);
  }
  yield* ensureAccount(context, accountId, before.state);
  const account = yield* readAccount(context, accountId);
  const live = account.openSessions - (yield* countOverdue(context, accountId, account, now));
  const count = spares === null ? live : live - 1;
  const epoch = account.state.epoch + 1;

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
  const { accountId, userId, reason } = input;
  const now = yield* lockAccount(accountId);
  const user = yield* readUser(context, accountId, userId);
  if (user === null) {
    yield* recordSignOut(context, accountId, { userId, at: now, reason, spares: null });
    return { kind: "not_found" };
  }
  // Also where no session is left to end: whoever acts means all that the user could still do.
  if (input.event.actorId !== userId)
    yield* endAuthority(context, { accountId, users: { only: userId }, now });
  const account = yield* readAccount(context, accountId);
  const spared = yield* findSparedSession(context, { ...input, account, now });
  const spares = spared?.id ?? null;
  if (yield* endsNothing(context, { accountId, userId, account, spares, now })) {
    if (!isOwnBesidesToken(input, spared))
      yield* recordSignOut(context, accountId, { userId, at: now, reason, spares });
    return nothingEnded(now);
  }
  const epoch = user.epoch + 1;

  yield* writeUser(context, { ...user, epoch });
  const ending = { accountId, userId, account, reason, spareSessionId: spares, now };
  const count = yield* endSessionsOfUser(context, ending);
  yield* writeEvent(context, accountId, now, withCount(input.event, count));
  const row = yield* writeFeed(context, accountId, now, { scope: "user", userId, epoch, spares, reason });
  return { kind: "revoked", count, feed: [row], now };
}

/**
 * Reads whether users who end their own other sessions have none besides one that has tokens, and answers that then; null if the
 * revocation needs the account's lock. In any other case where nothing ends, the moment is stored for sessions that hosts issued.
 */
export function* findNothingToRevoke(
  context: StoreContext,
  input: RevokeUserInput,
): Unit<RevokeOutcome | null> {
  if (input.userId !== input.event.actorId || input.spareSessionId === null) return null;
  const now = yield* clock();
  const account = yield* readAccount(context, input.accountId);
  const spared = yield* findSparedSession(context, { ...input, account, now });
  if (!isOwnBesidesToken(input, spared)) return null;
  const others = sql<SqlBool>`${besides({ ...input, spares: spared.id })} AND ${isOpen(account.state.epoch)}`;
  return (yield* hasSession(context, others)) ? null : nothingEnded(now);
}

interface SparedSession {
  readonly id: string;
  readonly governed: number;
}

/** Whether users end their own sessions besides one that no host issued. */
const isOwnBesidesToken = (input: RevokeUserInput, spared: SparedSession | null): spared is SparedSession =>
  input.userId === input.event.actorId && spared !== null && spared.governed === 0;

const nothingEnded = (now: number): RevokeOutcome => ({ kind: "revoked", count: 0, feed: [], now });

interface RevokedSessions {
  readonly accountId: string;
  readonly userId?: string;
  readonly spares: string | null;
}

/** The sessions of the account, or of one user, except the spared one. */
const besides = ({
  accountId,
  userId,
  spares,
}: RevokedSessions): RawBuilder<SqlBool> => sql`account_id = ${accountId}
  ${userId === undefined ? sql`` : sql`AND user_id = ${userId}`} ${spares === null ? sql`` : sql`AND id <> ${spares}`}`;

/** More sessions than a sweep leaves past their deadline. */
const MAX_CLOSED = 1000;

/**
 * Returns whether no session would end. Sessions that are past a deadline and have no recorded end are closed
 * first: a refresh from before the deadline may still wait for one of them, and would renew it after this
 * call had found nothing.
 */
function* endsNothing(
  context: StoreContext,
  target: RevokedSessions & { readonly account: StoredAccount; readonly now: number },
): Unit<boolean> {
  const { accountId, account, now } = target;
  const live = sql<SqlBool>`${besides(target)} AND ${isLive(account, now)}`;
  if (yield* hasSession(context, live)) return false;
  const overdue = sql<SqlBool>`${besides(target)} AND ${isOverdue(account, now)}`;
  const candidates = context.queries.selectFrom("curfew_sessions").select("id").where(overdue);
  if ((yield* all(candidates.limit(MAX_CLOSED + 1))).length > MAX_CLOSED) return false;
  if (account.limit !== null) yield* settleRows(context, accountId, account.limit, overdue);
  yield* closeSessions(context, overdue, now);
  return !(yield* hasSession(context, live));
}

function* hasSession(context: StoreContext, which: RawBuilder<SqlBool>): Unit<boolean> {
  return (
    (yield* first(context.queries.selectFrom("curfew_sessions").select("id").where(which).limit(1))) !== null
  );
}

const withCount = (event: RevokeAccountInput["event"], count: number): RevokeAccountInput["event"] => ({
  ...event,
  details: { ...event.details, count },
});

/** Returns how many of the account's open sessions are past a deadline. */
function* countOverdue(
  context: StoreContext,
  accountId: string,
  account: StoredAccount,
  now: number,
): Unit<number> {
  const row = yield* first(
    context.queries
      .selectFrom("curfew_sessions")
      .select(sql<number>`count(*)`.as("count"))
      .where("account_id", "=", accountId)
      .where(isOverdue(account, now)),
  );
  return row?.count ?? 0;
}

/** Returns the session to spare if it is live and, if `userId` is given, belongs to that user. */
function* findSparedSession(
  context: StoreContext,
  input: {
    accountId: string;
    userId?: string;
    account: StoredAccount;
    spareSessionId: string | null;
    now: number;
  },
): Unit<SparedSession | null> {
  if (input.spareSessionId === null) return null;
  let query = context.queries
    .selectFrom("curfew_sessions")
    .select(["id", "governed"])
    .where("account_id", "=", input.accountId)
    .where("id", "=", input.spareSessionId)
    .where(isLive(input.account, input.now));
  if (input.userId !== undefined) query = query.where("user_id", "=", input.userId);
  return yield* first(query);
}
