import type { EndSession, Proof } from "../curfew.js";
import { fateOf } from "../session/fate.js";
import { proofFault } from "../session/refresh-decision.js";
import type { EngineContext } from "./context.js";
import { notFound } from "./refusals.js";

/** Ends one live session; see `Sessions.end`. */
export async function endSession<Extra>(
  { store, feed }: EngineContext<Extra>,
  { accountId, sessionId, userId, reason, actor }: EndSession,
): Promise<void> {
  const snapshot = await store.readSession(accountId, sessionId);
  if (snapshot === null || (userId !== undefined && snapshot.user.id !== userId)) throw notFound();
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

/** Ends the session that a refresh token names; see `Sessions.signOut`. */
export async function signOut<Extra>(
  context: EngineContext<Extra>,
  refreshToken: string,
  options: { proof?: Proof | null; ip?: string | null },
): Promise<boolean> {
  const { store, feed } = context;
  const named = context.refreshTokens.parse(refreshToken);
  if (named === null) return true;
  const { accountId, sessionId } = named;
  const snapshot = await store.readSession(accountId, sessionId);
  if (snapshot === null) return true;
  const fate = fateOf(snapshot);
  if (fate.state === "expired") await store.closeExpired(accountId, sessionId);
  if (fate.state !== "live") return true;
  const { session, user } = snapshot;
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
