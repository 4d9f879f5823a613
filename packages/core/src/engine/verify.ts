import { CurfewError, endedError, unauthenticated } from "../errors.js";
import { type AccessTokens, cacheOpenedTokens, type Identity } from "../session/access-token.js";
import { hasPassed } from "../session/deadlines.js";
import { fateOf } from "../session/session.js";
import type { EngineContext } from "./context.js";
import { isFromTheFuture, judgeIdentity } from "./judge.js";
import { missingSession } from "./missing-session.js";

const tokenExpired = (): CurfewError<"token_expired"> => new CurfewError("token_expired", {});

/**
 * Creates `Sessions.verify`. Only the signature check is cached.
 *
 * @param open opens an access token, from the cache where it can
 */
export function createVerify(
  { store, feed, accessTokens }: Pick<EngineContext, "store" | "feed" | "accessTokens">,
  open = cacheOpenedTokens(accessTokens.open),
): (accessToken: string) => Promise<Identity> {
  /** Decides from the database and by its clock, when the feed is stale or can't decide. */
  const verifyInDatabase = async (identity: Identity): Promise<Identity> => {
    const snapshot = await store.readSession(identity.accountId, identity.sessionId);
    if (snapshot === null)
      throw await missingSession(store, identity.accountId, unauthenticated(), { isProven: true });
    feed.noteClock(snapshot.now);
    // The memory's clock stands still while the machine sleeps.
    if (hasPassed(identity.expiresAt, snapshot.now) || isFromTheFuture(identity, snapshot.now))
      throw tokenExpired();
    const fate = fateOf(snapshot);
    if (fate.state === "revoked") throw endedError(fate);
    // The refresh answers `session_expired`.
    if (fate.state === "expired") throw tokenExpired();
    const isStale =
      snapshot.user.roleEpoch > identity.userEpoch ||
      snapshot.account.appliedPolicyVersion > identity.policyVersion;
    if (isStale) throw tokenExpired();
    return identity;
  };

  return async (accessToken) => {
    const identity = open(accessToken);
    if (identity === null) throw unauthenticated();
    const judgement = judgeIdentity(feed, identity);
    switch (judgement.kind) {
      case "good":
        return identity;
      case "revoked":
        throw endedError({ state: "revoked", reason: judgement.reason, endedAt: judgement.at });
      case "expired":
      case "stale":
        throw tokenExpired();
      case "unclear":
        return verifyInDatabase(identity);
    }
  };
}

/** Creates `Sessions.verifyNow`; the parameters are those of `createVerify`. */
export const createVerifyNow =
  ({ feed }: Pick<EngineContext, "feed">, open: AccessTokens["open"]) =>
  (accessToken: string): Identity | null => {
    const identity = open(accessToken);
    return identity !== null && judgeIdentity(feed, identity).kind === "good" ? identity : null;
  };

/** Throws if the session of an access token is over, whether or not the token has expired. See `Sessions.refuseEnded`. */
export async function refuseEnded(
  { store, readSettled, accessTokens }: Pick<EngineContext, "store" | "readSettled" | "accessTokens">,
  accessToken: string,
): Promise<void> {
  const identity = accessTokens.open(accessToken);
  if (identity === null) return;
  const settled = await readSettled(identity.accountId, identity.sessionId);
  if (settled === null) {
    const end = await missingSession(store, identity.accountId, unauthenticated(), { isProven: true });
    if (end.code === "session_revoked") throw end;
  } else if (settled.fate.state !== "live") throw endedError(settled.fate);
}

/**
 * Throws `reauthentication_required` if a sign-in is too old for a call that loosens security.
 *
 * @param authenticatedAt the sign-in, in milliseconds since the Unix epoch
 * @param now in milliseconds since the Unix epoch
 * @param reauthMs the maximum age of the sign-in, in milliseconds; 0 disables the check
 * @see OWASP ASVS 5.0 V7.5.1
 */
export function requireRecentSignIn(authenticatedAt: number, now: number, reauthMs: number): void {
  if (!isRecentSignIn(authenticatedAt, now, reauthMs)) throw new CurfewError("reauthentication_required", {});
}

/** Whether `requireRecentSignIn` accepts a sign-in. */
export const isRecentSignIn = (authenticatedAt: number, now: number, reauthMs: number): boolean =>
  reauthMs === 0 || now - authenticatedAt <= reauthMs;
