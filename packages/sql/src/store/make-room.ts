import type { FeedRow, StartInput } from "@curfew/core";
import { first, type Unit } from "../unit.js";
import { readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { endSessionAt, liveSessionsOfUser } from "./end-sessions.js";
import { isLive } from "./live.js";

type Starting = Pick<StartInput, "accountId" | "user" | "device" | "replaces" | "sessionsPerUser">;

/** Ends the browser's old session, in its own account, which is locked; a bound one only with the proof of its key. */
export function* replaceSession(
  context: StoreContext,
  input: Starting,
  now: number,
): Unit<readonly FeedRow[]> {
  const { replaces } = input;
  if (replaces === null) return [];
  const { state } = yield* readAccount(context, replaces.accountId);
  const old = yield* first(
    context.queries
      .selectFrom("curfew_sessions")
      .select(["user_id", "key_thumbprint"])
      .where("account_id", "=", replaces.accountId)
      .where("id", "=", replaces.sessionId)
      .where(isLive(state.epoch, now)),
  );
  if (old === null) return [];
  if (old.key_thumbprint !== null && old.key_thumbprint !== replaces.provenThumbprint) return [];
  const outcome = yield* endSessionAt(context, now, {
    accountId: replaces.accountId,
    sessionId: replaces.sessionId,
    reason: "signed_out",
    event: {
      type: "user.signed_out",
      actorId: old.user_id,
      sessionId: replaces.sessionId,
      ip: input.device.ip,
      details: { reason: "signed_out", user_id: old.user_id },
    },
  });
  return outcome.kind === "ended" ? outcome.feed : [];
}

/** Ends the user's longest unused sessions, so that with one more there are no more than allowed. */
export function* makeRoom(
  context: StoreContext,
  input: Starting,
  accountEpoch: number,
  now: number,
): Unit<readonly FeedRow[]> {
  const { accountId } = input;
  const userId = input.user.id;
  const live = yield* liveSessionsOfUser(context, { accountId, userId, accountEpoch, now });
  const feed: FeedRow[] = [];
  for (const { id } of live.slice(0, Math.max(0, live.length + 1 - input.sessionsPerUser))) {
    const outcome = yield* endSessionAt(context, now, {
      accountId,
      sessionId: id,
      reason: "session_limit",
      event: {
        type: "session.revoked",
        actorId: null,
        sessionId: id,
        ip: null,
        details: { reason: "session_limit", user_id: userId },
      },
    });
    if (outcome.kind === "ended") feed.push(...outcome.feed);
  }
  return feed;
}
