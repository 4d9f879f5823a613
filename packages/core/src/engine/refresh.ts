import type { Grant, Proof, RefreshOptions } from "../curfew.js";
import { CurfewError } from "../errors.js";
import { decideRefresh } from "../session/refresh-decision.js";
import type { RefreshTokenClaims } from "../session/refresh-token.js";
import { ATTEMPTS, type EngineContext } from "./context.js";
import { grantFor } from "./grant.js";
import { contended, endedError, unauthenticated } from "./refusals.js";

/** Renews a session; see `Sessions.refresh`. The common case is one statement. */
export async function refreshSession<Extra>(
  context: EngineContext<Extra>,
  refreshToken: string,
  options: RefreshOptions,
): Promise<Grant> {
  const { store, settings } = context;
  const idleForMs = idleFor(options.idleForSeconds ?? 0);
  const named = context.refreshTokens.parse(refreshToken);
  if (named === null) throw unauthenticated();
  const proof = options.proof ?? null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const refreshed = await store.refreshSession({
      ...named,
      provenThumbprint: proof !== null && "thumbprint" in proof ? proof.thumbprint : null,
      idleForMs,
      graceMs: settings.graceMs,
    });
    if (refreshed !== null) return grantFor(context, refreshed);
    await refuse(context, named, proof, options.ip ?? null);
  }
  throw contended();
}

/** Finds out why there was no answer, does what follows from it, and throws; returns where it is worth another try. */
async function refuse<Extra>(
  context: EngineContext<Extra>,
  named: RefreshTokenClaims,
  proof: Proof | null,
  ip: string | null,
): Promise<void> {
  const { store, settings, feed } = context;
  const { accountId, sessionId, generation } = named;
  const snapshot = await store.readSession(accountId, sessionId);
  if (snapshot === null) throw unauthenticated();
  const decision = decideRefresh(snapshot, { generation, proof }, settings.graceMs);
  const event = { actorId: null, sessionId, ip };
  switch (decision.kind) {
    case "live":
      return;
    case "ended":
      if (decision.fate.state === "expired") await store.closeExpired(accountId, sessionId);
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
      // Somebody else ended it first, and theirs is the reason: look again.
      if (outcome.kind === "not_live") return;
      feed.remember(outcome.feed);
      throw endedError({ state: "revoked", reason: "token_reused", endedAt: outcome.now });
    }
  }
}

/** No session is older, so that longer is the same: a hundred years. */
const LONGEST_IDLE_SECONDS = 3_155_760_000;

function idleFor(seconds: number): number {
  if (Number.isSafeInteger(seconds) && seconds >= 0) return Math.min(seconds, LONGEST_IDLE_SECONDS) * 1000;
  const message = "Must be a whole number of seconds, 0 or more.";
  throw new CurfewError("validation_failed", {
    faults: [{ field: "idleForSeconds", code: "out_of_range", message, min: 0 }],
  });
}
