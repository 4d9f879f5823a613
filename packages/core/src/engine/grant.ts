import type { Grant } from "../curfew.js";
import type { RefreshedSession } from "../store.js";
import type { EngineContext } from "./context.js";

/** Both tokens for a session as the database has it now. */
export function grantFor<Extra>(
  { accessTokens, refreshTokens, newId }: EngineContext<Extra>,
  { session, user, account, now }: RefreshedSession,
): Grant {
  const { token, expiresInSeconds } = accessTokens.issue({ session, user, account, now, id: newId(now) });
  return {
    session,
    user,
    accessToken: token,
    expiresInSeconds,
    refreshToken: refreshTokens.issue({
      accountId: session.accountId,
      sessionId: session.id,
      generation: session.generation,
    }),
    now,
  };
}
