import type { RevokeAccountInput, RevokeOutcome, RevokeUserInput } from "@curfew/core";
import { lockAccount, run, type Unit } from "../unit.js";
import { ensureAccount, readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { endSessionsOfUser } from "./end-sessions.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { countOverdue, sessionIsLive } from "./live.js";
import { readUser, writeUser } from "./users.js";

/** Ends all sessions of an account by raising its epoch; no session's row is touched but the spared one's. */
export function* revokeAccount(context: StoreContext, input: RevokeAccountInput): Unit<RevokeOutcome> {
  const { accountId, reason, spareSessionId } = input;
  const now = yield* lockAccount(accountId);
  yield* ensureAccount(context, accountId);
  const { state, openSessions } = yield* readAccount(context, accountId);
  const live = openSessions - (yield* countOverdue(context, accountId, state.epoch, now));
  const spares = yield* spared(context, { accountId, accountEpoch: state.epoch, spareSessionId, now });
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

/** Ends the live sessions of one user, but the one spared, and raises the user's epoch. */
export function* revokeUser(context: StoreContext, input: RevokeUserInput): Unit<RevokeOutcome> {
  const { accountId, userId, reason, spareSessionId } = input;
  const now = yield* lockAccount(accountId);
  const user = yield* readUser(context, accountId, userId);
  if (user === null) return { kind: "not_found" };
  const accountEpoch = (yield* readAccount(context, accountId)).state.epoch;
  const spares = yield* spared(context, { accountId, userId, accountEpoch, spareSessionId, now });
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

/** The session that goes on: the one named, where it is live (and the user's, if one is given). */
function* spared(
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
  const isLive = yield* sessionIsLive(context, { ...input, sessionId: input.spareSessionId });
  return isLive ? input.spareSessionId : null;
}
