import type { EndSession, Revocations, SignOutOptions } from "../curfew.js";
import { notFound } from "../errors.js";
import { eventBy } from "../events.js";
import { proofFault } from "../session/refresh-decision.js";
import type { RevocationReason, SessionSnapshot } from "../session/session.js";
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
  const isEnded = await endRead({ store, feed }, snapshot, { reason, actorId: actor.userId, ip: actor.ip });
  if (!isEnded) throw notFound();
}

interface Ending {
  readonly reason: RevocationReason;
  readonly actorId: string | null;
  readonly ip: string | null;
}

/** Ends a session that was read, and records it. Returns false if it is not live any more. */
export async function endRead(
  { store, feed }: Pick<EngineContext, "store" | "feed">,
  { session, user }: Pick<SessionSnapshot, "session" | "user">,
  { reason, actorId, ip }: Ending,
): Promise<boolean> {
  const { accountId, id: sessionId } = session;
  const outcome = await store.endSession({
    accountId,
    sessionId,
    reason,
    event: {
      type: reason === "signed_out" ? "user.signed_out" : "session.revoked",
      actorId,
      sessionId,
      ip,
      details: { reason, user_id: user.id, device: session.device.label },
    },
  });
  if (outcome.kind === "ended") feed.remember(outcome.feed);
  return outcome.kind === "ended";
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
  await endRead({ store, feed }, settled.snapshot, {
    reason: "signed_out",
    actorId: user.id,
    ip: options.ip ?? null,
  });
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
