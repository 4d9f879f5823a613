import type { EndOutcome, EndSessionInput, FeedRow, RevocationReason, StartInput } from "@curfew/core";
import { all, first, lockAccount, run, type Unit } from "../unit.js";
import { readAccount, type StoredAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { isLive } from "./session-state.js";

/** Ends a live session. */
export function* endSession(context: StoreContext, input: EndSessionInput): Unit<EndOutcome> {
  return yield* endSessionAt(context, yield* lockAccount(input.accountId), input);
}

/** Ends a live session as part of a unit that has locked the account at `now`. */
function* endSessionAt(context: StoreContext, now: number, input: EndSessionInput): Unit<EndOutcome> {
  const account = yield* readAccount(context, input.accountId);
  let update = context.queries
    .updateTable("curfew_sessions")
    .set({ ended_at: now, end_reason: input.reason })
    .where("account_id", "=", input.accountId)
    .where("id", "=", input.sessionId)
    .where(isLive(account, now));
  if (input.userId !== undefined) update = update.where("user_id", "=", input.userId);
  if ((yield* run(update)) === 0) return { kind: "not_live" };

  yield* writeEvent(context, input.accountId, now, input.event);
  const scope = { scope: "session", sessionId: input.sessionId, reason: input.reason } as const;
  return { kind: "ended", feed: [yield* writeFeed(context, input.accountId, now, scope)], now };
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

/**
 * Ends the session that the same browser had before a sign-in. Its account must be locked too. A bound
 * session ends only with a proof of its key.
 */
export function* endReplacedSession(
  context: StoreContext,
  { replaces, device }: Pick<StartInput, "replaces" | "device">,
  now: number,
): Unit<readonly FeedRow[]> {
  if (replaces === null) return [];
  const account = yield* readAccount(context, replaces.accountId);
  const session = yield* first(
    context.queries
      .selectFrom("curfew_sessions")
      .select(["user_id", "key_thumbprint"])
      .where("account_id", "=", replaces.accountId)
      .where("id", "=", replaces.sessionId)
      .where(isLive(account, now)),
  );
  if (session === null) return [];
  if (session.key_thumbprint !== null && session.key_thumbprint !== replaces.provenThumbprint) return [];
  const outcome = yield* endSessionAt(context, now, {
    accountId: replaces.accountId,
    sessionId: replaces.sessionId,
    reason: "signed_out",
    event: {
      type: "user.signed_out",
      actorId: session.user_id,
      sessionId: replaces.sessionId,
      ip: device.ip,
      details: { reason: "signed_out", user_id: session.user_id },
    },
  });
  return outcome.kind === "ended" ? outcome.feed : [];
}

/** Ends the user's least recently used sessions, so that one more session is within the limit. */
export function* enforceSessionLimit(
  context: StoreContext,
  { accountId, user, sessionsPerUser }: Pick<StartInput, "accountId" | "user" | "sessionsPerUser">,
  account: StoredAccount,
  now: number,
): Unit<readonly FeedRow[]> {
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
  const feed: FeedRow[] = [];
  for (const { id } of live.slice(0, Math.max(0, live.length + 1 - sessionsPerUser))) {
    const outcome = yield* endSessionAt(context, now, {
      accountId,
      sessionId: id,
      reason: "session_limit",
      event: {
        type: "session.revoked",
        actorId: null,
        sessionId: id,
        ip: null,
        details: { reason: "session_limit", user_id: user.id },
      },
    });
    if (outcome.kind === "ended") feed.push(...outcome.feed);
  }
  return feed;
}
