import type { EndSession, Revocations, SignOutOptions } from "../curfew.js";
import { notFound } from "../errors.js";
import { eventBy } from "../events.js";
import { proofFault } from "../session/refresh-decision.js";
import type { RevokeOutcome } from "../store.js";
import type { EngineContext } from "./context.js";

/** Ends one live session; see `Sessions.end`. */
export async function endSession(
  { store, readSettled, feed }: EngineContext,
  { accountId, sessionId, userId, reason, actor }: EndSession,
): Promise<void> {
  const settled = await readSettled(accountId, sessionId);
  if (settled === null || settled.fate.state !== "live") throw notFound();
  const { snapshot } = settled;
  if (userId !== undefined && snapshot.user.id !== userId) throw notFound();
  const outcome = await store.endSession({
    accountId,
    sessionId,
    reason,
    event: {
      type: reason === "signed_out" ? "user.signed_out" : "session.revoked",
      actorId: actor.userId,
      sessionId,
      ip: actor.ip,
      details: { reason, user_id: snapshot.user.id, device: snapshot.session.device.label },
    },
  });
  if (outcome.kind === "not_live") throw notFound();
  feed.remember(outcome.feed);
}

/** Ends the session of a refresh token; see `Sessions.signOut`. */
export async function signOut(
  { store, readSettled, feed, refreshTokens }: EngineContext,
  refreshToken: string,
  options: SignOutOptions,
): Promise<boolean> {
  const claims = refreshTokens.parse(refreshToken);
  if (claims === null) return true;
  const { accountId, sessionId } = claims;
  const settled = await readSettled(accountId, sessionId);
  if (settled === null || settled.fate.state !== "live") return true;
  const { session, user } = settled.snapshot;
  if (session.keyThumbprint !== null && proofFault(options.proof, session.keyThumbprint) !== null)
    return false;
  const outcome = await store.endSession({
    accountId,
    sessionId,
    reason: "signed_out",
    event: {
      type: "user.signed_out",
      actorId: user.id,
      sessionId,
      ip: options.ip ?? null,
      details: { reason: "signed_out", user_id: user.id, device: session.device.label },
    },
  });
  if (outcome.kind === "ended") feed.remember(outcome.feed);
  return true;
}

/** Creates `Curfew.revoke`. */
export function createRevocations({ store, feed }: EngineContext): Revocations {
  const countOf = (outcome: RevokeOutcome): number => {
    if (outcome.kind === "not_found") throw notFound();
    feed.remember(outcome.feed);
    return outcome.count;
  };

  return {
    async account(accountId, { actor, spareSessionId }) {
      const reason = "revoked_by_owner";
      const scope = spareSessionId === undefined ? "all" : "others";
      const outcome = await store.revokeAccount({
        accountId,
        reason,
        spareSessionId: spareSessionId ?? null,
        event: eventBy(actor, "sessions.revoked", { scope, reason }),
      });
      return countOf(outcome);
    },

    async user(accountId, userId, { actor, spareSessionId, reason = "revoked_by_owner" }) {
      const scope = spareSessionId === undefined ? "user" : "user_others";
      const outcome = await store.revokeUser({
        accountId,
        userId,
        reason,
        spareSessionId: spareSessionId ?? null,
        event: eventBy(actor, "sessions.revoked", { scope, user_id: userId, reason }),
      });
      return countOf(outcome);
    },
  };
}
