import type { EndOutcome, EndSessionInput, RevocationReason } from "@curfew/core";
import { all, lockAccount, run, type Unit } from "../unit.js";
import { readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { isLive } from "./live.js";

/** Ends one live session. */
export function* endSession(context: StoreContext, input: EndSessionInput): Unit<EndOutcome> {
  return yield* endSessionAt(context, yield* lockAccount(input.accountId), input);
}

/** The same inside a larger step, whose moment is `now`. */
export function* endSessionAt(context: StoreContext, now: number, input: EndSessionInput): Unit<EndOutcome> {
  const { state } = yield* readAccount(context, input.accountId);
  let update = context.queries
    .updateTable("curfew_sessions")
    .set({ ended_at: now, end_reason: input.reason })
    .where("account_id", "=", input.accountId)
    .where("id", "=", input.sessionId)
    .where(isLive(state.epoch, now));
  if (input.userId !== undefined) update = update.where("user_id", "=", input.userId);
  if ((yield* run(update)) === 0) return { kind: "not_live" };

  yield* writeEvent(context, input.accountId, now, input.event);
  const scope = { scope: "session", sessionId: input.sessionId, reason: input.reason } as const;
  return { kind: "ended", feed: [yield* writeFeed(context, input.accountId, now, scope)], now };
}

/** Ends the live sessions of one user but the one spared; answers how many. The rest of the act is the caller's. */
export function* endSessionsOfUser(
  context: StoreContext,
  input: {
    accountId: string;
    userId: string;
    accountEpoch: number;
    reason: RevocationReason;
    spareSessionId: string | null;
    now: number;
  },
): Unit<number> {
  let update = context.queries
    .updateTable("curfew_sessions")
    .set({ ended_at: input.now, end_reason: input.reason })
    .where("account_id", "=", input.accountId)
    .where("user_id", "=", input.userId)
    .where(isLive(input.accountEpoch, input.now));
  if (input.spareSessionId !== null) update = update.where("id", "!=", input.spareSessionId);
  return yield* run(update);
}

/** The live sessions of one user, the longest unused first, ties by id. */
export function* liveSessionsOfUser(
  context: StoreContext,
  input: { accountId: string; userId: string; accountEpoch: number; now: number },
): Unit<readonly { id: string }[]> {
  return yield* all(
    context.queries
      .selectFrom("curfew_sessions")
      .select("id")
      .where("account_id", "=", input.accountId)
      .where("user_id", "=", input.userId)
      .where(isLive(input.accountEpoch, input.now))
      .orderBy("last_active_at")
      .orderBy("id"),
  );
}
