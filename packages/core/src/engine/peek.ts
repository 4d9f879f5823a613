import type { IdentifiedSession } from "../curfew.js";
import { endedError, unauthenticated } from "../errors.js";
import { nearestDeadline } from "../session/deadlines.js";
import { identityOf } from "../session/identity.js";
import { isCurrentToken } from "../session/refresh-decision.js";
import type { EngineContext } from "./context.js";
import { missingSession } from "./missing-session.js";

/** Identifies the session of a refresh token; see `Sessions.peek`. */
export async function peekSession(
  {
    store,
    readSettled,
    refreshTokens,
    settings,
  }: Pick<EngineContext, "store" | "readSettled" | "refreshTokens" | "settings">,
  refreshToken: string,
): Promise<IdentifiedSession> {
  const claims = refreshTokens.parse(refreshToken);
  if (claims === null) throw unauthenticated();
  const { accountId, sessionId, generation } = claims;
  const settled = await readSettled(accountId, sessionId);
  if (settled === null) throw await missingSession(store, accountId, unauthenticated(), { isProven: true });
  const { snapshot, fate } = settled;
  if (fate.state !== "live") throw endedError(fate);
  if (!isCurrentToken(snapshot, generation, settings.graceMs)) throw unauthenticated();
  const { session, user, now } = snapshot;
  const expiresAt = Math.min(now + settings.accessTokenSeconds * 1000, nearestDeadline(session).at);
  return { identity: identityOf(snapshot, { issuedAt: now, expiresAt }), session, user, now };
}
