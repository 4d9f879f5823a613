import type { Identity } from "../curfew.js";
import { CurfewError } from "../errors.js";
import { hasPassed } from "../session/deadlines.js";
import { fateOf } from "../session/fate.js";
import { rememberVerified } from "../session/verified-tokens.js";
import type { EngineContext } from "./context.js";
import { endedError, unauthenticated } from "./refusals.js";

const expired = (): CurfewError<"token_expired"> => new CurfewError("token_expired", {});

/**
 * A token from further ahead than this was issued before the clock was set back. It would outlive what the feed
 * remembers of its revocation, so it has to be refreshed; the feed keeps rows for longer than this past a token's life.
 */
const FUTURE_LEEWAY_MS = 60_000;

/** Makes `Sessions.verify`: a good signature is remembered, everything else is asked anew each time. */
export function createVerify<Extra>({
  store,
  feed,
  accessTokens,
}: Pick<EngineContext<Extra>, "store" | "feed" | "accessTokens">): (
  accessToken: string,
) => Promise<Identity> {
  const open = rememberVerified(accessTokens.open);

  /** The database's own word on a token, for when the memory can't be trusted or can't tell. */
  const askStore = async (identity: Identity): Promise<Identity> => {
    const snapshot = await store.readSession(identity.accountId, identity.sessionId);
    if (snapshot === null) throw unauthenticated();
    const fate = fateOf(snapshot);
    if (fate.state === "revoked") throw endedError(fate);
    // What expired is for the refresh to say.
    if (fate.state === "expired") throw expired();
    const isStale =
      snapshot.user.roleEpoch > identity.userEpoch ||
      snapshot.account.appliedPolicyVersion > identity.policyVersion;
    if (isStale) throw expired();
    return identity;
  };

  return async (accessToken) => {
    const identity = open(accessToken);
    if (identity === null) throw unauthenticated();
    const now = feed.now();
    if (hasPassed(identity.expiresAt, now) || identity.issuedAt > now + FUTURE_LEEWAY_MS) throw expired();
    if (!feed.isFresh() || feed.hasOutlived(identity)) return askStore(identity);
    const verdict = feed.judge(identity);
    switch (verdict.kind) {
      case "good":
        return identity;
      case "revoked":
        throw endedError({ state: "revoked", reason: verdict.reason, endedAt: verdict.at });
      case "stale":
        throw expired();
      case "unclear":
        return askStore(identity);
    }
  };
}

/** Throws where the session that an access token names is over. What the token itself is worth makes no difference. */
export async function refuseEnded<Extra>(
  { store, accessTokens }: Pick<EngineContext<Extra>, "store" | "accessTokens">,
  accessToken: string,
): Promise<void> {
  const identity = accessTokens.open(accessToken);
  if (identity === null) return;
  const snapshot = await store.readSession(identity.accountId, identity.sessionId);
  const fate = snapshot === null ? null : fateOf(snapshot);
  if (fate !== null && fate.state !== "live") throw endedError(fate);
}
