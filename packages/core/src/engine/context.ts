import type { Grant } from "../curfew.js";
import type { EngineSettings } from "../options.js";
import type { FeedFollower } from "../revocation/follow.js";
import type { AccessTokens } from "../session/access-token.js";
import type { RefreshTokens } from "../session/refresh-token.js";
import type { RefreshedSession, Store } from "../store.js";
import type { ReadSettled } from "./settled.js";
import type { Watchers } from "./watch/watchers.js";

/** The dependencies of the engine's operations. */
export interface EngineContext {
  readonly store: Store;
  readonly readSettled: ReadSettled;
  readonly settings: EngineSettings;
  readonly feed: FeedFollower;
  /** Runs the next batch of housekeeping as soon as possible. */
  readonly sweepSoon: () => void;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly watchers: Pick<Watchers, "onRefresh">;
  readonly newId: (now: number) => string;
}

/** Maximum attempts of an operation that loses races; then it throws `unavailable`. */
export const MAX_ATTEMPTS = 4;

/** Issues both tokens for the current state of a session. */
export function grantFor(
  { accessTokens, refreshTokens, newId }: EngineContext,
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
