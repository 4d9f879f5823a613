import type { Grant, RefreshOptions } from "../curfew.js";
import { CurfewError, contended, endedError, unauthenticated } from "../errors.js";
import { decideRefresh, type Proof } from "../session/refresh-decision.js";
import type { RefreshTokenClaims } from "../session/refresh-token.js";
import { type EngineContext, grantFor, MAX_ATTEMPTS } from "./context.js";

/** Renews a session; see `Sessions.refresh`. The common case is one statement. */
export async function refreshSession(
  context: EngineContext,
  refreshToken: string,
  options: RefreshOptions,
): Promise<Grant> {
  const { store, settings } = context;
  const idleForMs = idleForMilliseconds(options.idleForSeconds ?? 0);
  const claims = context.refreshTokens.parse(refreshToken);
  if (claims === null) throw unauthenticated();
  const proof = options.proof ?? null;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const refreshed = await store.refreshSession({
      ...claims,
      provenThumbprint: proof !== null && "thumbprint" in proof ? proof.thumbprint : null,
      idleForMs,
      graceMs: settings.graceMs,
    });
    if (refreshed !== null) {
      context.watchers.onRefresh(refreshed);
      return grantFor(context, refreshed);
    }
    await explainRefusal(context, claims, proof, options.ip ?? null);
  }
  throw contended();
}

/** Finds out why the store did not refresh, applies the consequences and throws. Returns if a retry may succeed. */
async function explainRefusal(
  context: EngineContext,
  claims: RefreshTokenClaims,
  proof: Proof | null,
  ip: string | null,
): Promise<void> {
  const { store, settings, feed } = context;
  const { accountId, sessionId, generation } = claims;
  const settled = await context.readSettled(accountId, sessionId);
  if (settled === null) throw unauthenticated();
  const { snapshot, fate } = settled;
  if (fate.state !== "live") throw endedError(fate);
  const decision = decideRefresh(snapshot, { generation, proof }, settings.graceMs);
  const event = { actorId: null, sessionId, ip };
  switch (decision.kind) {
    case "live":
      return;
    case "ended":
      throw endedError(decision.fate);
    case "unproven": {
      const details = { user_id: snapshot.user.id, fault: decision.fault };
      await store.recordEvent(accountId, { ...event, type: "session.proof_failed", details }, sessionId);
      throw new CurfewError(decision.fault, {});
    }
    case "from_the_future":
      settings.onTrouble({ kind: "database_went_back", accountId, sessionId });
      throw unauthenticated();
    case "reused": {
      const outcome = await store.endSession({
        accountId,
        sessionId,
        reason: "token_reused",
        event: { ...event, type: "session.token_reused", details: { user_id: snapshot.user.id } },
      });
      // Another request ended the session first: the next attempt reads its reason.
      if (outcome.kind === "not_live") return;
      feed.remember(outcome.feed);
      throw endedError({ state: "revoked", reason: "token_reused", endedAt: outcome.now });
    }
  }
}

/** 100 years. No session is older, and every database can count it. */
const MAX_IDLE_SECONDS = 3_155_760_000;

function idleForMilliseconds(seconds: number): number {
  if (Number.isSafeInteger(seconds) && seconds >= 0) return Math.min(seconds, MAX_IDLE_SECONDS) * 1000;
  const message = "Must be a whole number of seconds, 0 or more.";
  throw new CurfewError("validation_failed", {
    faults: [{ field: "idleForSeconds", code: "out_of_range", message, min: 0 }],
  });
}
