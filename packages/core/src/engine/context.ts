import type { FeedFollower } from "../revocation/follow.js";
import type { AccessTokens } from "../session/access-token.js";
import type { RefreshTokens } from "../session/refresh-token.js";
import type { Store } from "../store.js";
import type { EngineSettings } from "./settings.js";

/** What the engine's parts share. */
export interface EngineContext<Extra> {
  readonly store: Store<Extra>;
  readonly settings: EngineSettings;
  readonly feed: FeedFollower;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly newId: (now: number) => string;
}

/** How often a step is tried again that lost a race, before the answer is that it can't be had now. */
export const ATTEMPTS = 4;
