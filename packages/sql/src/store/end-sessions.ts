import type { EndOutcome, EndSessionInput, NewEvent, RevocationReason, StartInput } from "@curfew/core";
import { all, first, lastly, lockAccount, run, together, type Unit } from "../unit.js";
import { readAccount, type StoredAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { isLive } from "./session-state.js";

/** Ends a live session. */
export function* endSession(context: StoreContext, input: EndSessionInput): Unit<EndOutcome> {
  const { accountId, sessionId, userId, reason } = input;
  const [now, account] = yield* together(lockAccount(accountId), readAccount(context, accountId));
  let ending = endingLive(context, input, account, now);
  if (userId !== undefined) ending = ending.where("user_id", "=", userId);
  if ((yield* run(ending)) === 0) return { kind: "not_live" };

  const [row] = yield* lastly(
    writeFeed(context, accountId, now, { scope: "session", sessionId, reason }),
    writeEvent(context, accountId, now, input.event),
  );
  return { kind: "ended", feed: [row], now };
}

/**
 * Ends the live sessions of a user except `spareSessionId`, and returns their number. The caller raises the
 * user's epoch and writes the event and the feed row.
 */
export function* endSessionsOfUser(
  context: StoreContext,
  input: {
    accountId: string;
    userId: string;
    account: StoredAccount;
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
    .where(isLive(input.account, input.now));
  if (input.spareSessionId !== null) update = update.where("id", "!=", input.spareSessionId);
  return yield* run(update);
}

/** A session that a sign-in has ended, and the event that tells it. */
export interface ReplacedSession {
  readonly accountId: string;
  readonly sessionId: string;
  readonly reason: RevocationReason;
  readonly event: NewEvent;
}

/**
 * Ends the session that the same browser had before a sign-in. Its account must be locked too. A bound
 * session ends only with a proof of its key. The caller writes the event and the feed row.
 *
 * @param account the account of the sign-in
 */
export function* endReplacedSession(
  context: StoreContext,
  { accountId: ownAccountId, replaces, device }: Pick<StartInput, "accountId" | "replaces" | "device">,
  account: StoredAccount,
  now: number,
): Unit<readonly ReplacedSession[]> {
  if (replaces === null) return [];
  const { accountId, sessionId, provenThumbprint } = replaces;
  const judge = accountId === ownAccountId ? account : yield* readAccount(context, accountId);
  const ended = yield* first(
    endingLive(context, { accountId, sessionId, reason: "signed_out" }, judge, now)
      .where((row) =>
        row.or([row("key_thumbprint", "is", null), row("key_thumbprint", "=", provenThumbprint)]),
      )
      .returning("user_id"),
  );
  if (ended === null) return [];
  const details = { reason: "signed_out", user_id: ended.user_id };
  const event = {
    type: "user.signed_out",
    actorId: ended.user_id,
    sessionId,
    ip: device.ip,
    details,
  } as const;
  return [{ accountId, sessionId, reason: "signed_out", event }];
}

/**
 * Ends the user's least recently used sessions, so that one more session is within the limit. The caller writes the events and
 * the feed rows.
 */
export function* enforceSessionLimit(
  context: StoreContext,
  { accountId, user, sessionsPerUser }: Pick<StartInput, "accountId" | "user" | "sessionsPerUser">,
  account: StoredAccount,
  now: number,
): Unit<readonly ReplacedSession[]> {
  if (sessionsPerUser === null) return [];
  const live = yield* all(
    context.queries
      .selectFrom("curfew_sessions")
      .select("id")
      .where("account_id", "=", accountId)
      .where("user_id", "=", user.id)
      .where(isLive(account, now))
      .orderBy("last_active_at")
      .orderBy("id"),
  );
  const surplus = live.slice(0, Math.max(0, live.length + 1 - sessionsPerUser));
  const reason = "session_limit";
  yield* together(
    ...surplus.map(({ id }) => run(endingLive(context, { accountId, sessionId: id, reason }, account, now))),
  );
  return surplus.map(({ id: sessionId }): ReplacedSession => {
    const details = { reason, user_id: user.id };
    const event = { type: "session.revoked", actorId: null, sessionId, ip: null, details } as const;
    return { accountId, sessionId, reason, event };
  });
}

/** The statement that ends a session if it is live. */
const endingLive = (
  { queries }: StoreContext,
  { accountId, sessionId, reason }: Pick<EndSessionInput, "accountId" | "sessionId" | "reason">,
  account: StoredAccount,
  now: number,
) =>
  queries
    .updateTable("curfew_sessions")
    .set({ ended_at: now, end_reason: reason })
    .where("account_id", "=", accountId)
    .where("id", "=", sessionId)
    .where(isLive(account, now));
