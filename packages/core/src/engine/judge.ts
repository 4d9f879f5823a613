import type { FeedFollower } from "../revocation/follow.js";
import type { TokenVerdict } from "../revocation/memory.js";
import type { Identity } from "../session/access-token.js";
import { hasPassed } from "../session/deadlines.js";

/**
 * An identity issued further ahead than this predates a setback of the clock, since it would outlive the feed rows that revoke
 * it. The feed keeps rows for longer than this after the life of a token.
 */
const FUTURE_LEEWAY_MS = 60_000;

export const isFromTheFuture = (identity: Pick<Identity, "issuedAt">, now: number): boolean =>
  identity.issuedAt > now + FUTURE_LEEWAY_MS;

/** `expired`: by its own `expiresAt`. `unclear`: only the database can decide. */
export type Judgement = TokenVerdict | { readonly kind: "expired" };

const EXPIRED: Judgement = { kind: "expired" };
const UNCLEAR: Judgement = { kind: "unclear" };

/** Judges an identity from memory: of an access token, or of a governed session that this process has read. */
export function judgeIdentity(
  feed: Pick<FeedFollower, "now" | "isFresh" | "hasOutlived" | "judge">,
  identity: Identity,
): Judgement {
  const now = feed.now();
  if (hasPassed(identity.expiresAt, now)) return EXPIRED;
  if (!feed.isFresh() || feed.hasOutlived(identity)) return UNCLEAR;
  if (isFromTheFuture(identity, now)) return EXPIRED;
  return feed.judge(identity);
}
