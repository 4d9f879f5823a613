import { sign, verify } from "node:crypto";
import type { SigningKey } from "../keys.js";
import type { TokenStanding } from "../revocation/feed.js";
import type { AccountState, Role, Session, User } from "./session.js";

/** The identity that an access token asserts. */
export interface Identity extends TokenStanding {
  readonly role: Role;
  /** When the user signed in, in milliseconds since the Unix epoch. */
  readonly authenticatedAt: number;
  /** When the access token was issued, in milliseconds since the Unix epoch. */
  readonly issuedAt: number;
  /** When the access token expires, in milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** What an access token is issued from. */
export interface AccessTokenInput {
  readonly session: Session;
  readonly user: User;
  readonly account: AccountState;
  readonly now: number;
  readonly id: string;
}

export interface AccessTokenOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Accepts tokens of another issuer whose audience is that issuer. */
  readonly acceptsIssuer: (issuer: string) => boolean;
  readonly lifetimeSeconds: number;
}

/** The claims, with standard names (RFC 9068 §2.2, IANA registry) if they exist. */
interface Claims {
  iss: string;
  aud: string;
  sub: string;
  client_id: string;
  exp: number;
  iat: number;
  jti: string;
  sid: string;
  account_id: string;
  role: Role;
  auth_time: number;
  account_epoch: number;
  user_epoch: number;
  policy_version: number;
}

/** RFC 9068 requires a client id; Curfew has a single client. */
const CLIENT_ID = "curfew";
const MAX_TOKEN_LENGTH = 8192;

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/**
 * Issues and opens access tokens: JWTs (RFC 9068), signed with Ed25519 (RFC 8037).
 *
 * @param keys the first signs, all verify
 */
export function createAccessTokens(
  keys: readonly [SigningKey, ...SigningKey[]],
  { issuer, audience, lifetimeSeconds, acceptsIssuer }: AccessTokenOptions,
) {
  const [signingKey] = keys;
  const headerOf = (key: SigningKey): string => encode({ alg: "EdDSA", typ: "at+jwt", kid: key.id });
  const keysByHeader = new Map(keys.map((key) => [headerOf(key), key]));
  const signingHeader = headerOf(signingKey);

  const isAccepted = ({ iss, aud }: Claims): boolean =>
    (iss === issuer && aud === audience) || (acceptsIssuer(iss) && aud === iss);

  return {
    /** Signs a token that expires after the lifetime or at the session's nearer deadline, whichever is earlier. */
    issue({ session, user, account, now, id }: AccessTokenInput): {
      token: string;
      expiresInSeconds: number;
    } {
      const issuedAt = Math.floor(now / 1000);
      const deadline = Math.floor(Math.min(session.idleExpiresAt, session.absoluteExpiresAt) / 1000);
      const expiresAt = Math.max(Math.min(issuedAt + lifetimeSeconds, deadline), issuedAt);
      const claims: Claims = {
        iss: issuer,
        aud: audience,
        sub: user.id,
        client_id: CLIENT_ID,
        exp: expiresAt,
        iat: issuedAt,
        jti: id,
        sid: session.id,
        account_id: session.accountId,
        role: user.role,
        auth_time: Math.floor(session.authenticatedAt / 1000),
        account_epoch: session.accountEpoch,
        user_epoch: user.epoch,
        policy_version: account.policyVersion,
      };
      const head = `${signingHeader}.${encode(claims)}`;
      const signature = sign(null, Buffer.from(head), signingKey.privateKey).toString("base64url");
      return { token: `${head}.${signature}`, expiresInSeconds: expiresAt - issuedAt };
    },

    /** Returns the identity of a token, expired or not; null unless one of our keys signed it for an accepted issuer. */
    open(token: string): Identity | null {
      if (token.length > MAX_TOKEN_LENGTH) return null;
      const [header, payload, signature, ...rest] = token.split(".");
      if (!header || !payload || !signature || rest.length > 0) return null;
      // Only headers that we write are accepted, so a token can't choose its algorithm.
      const key = keysByHeader.get(header);
      if (key === undefined) return null;
      const signatureBytes = Buffer.from(signature, "base64url");
      if (signatureBytes.toString("base64url") !== signature) return null;
      if (!verify(null, Buffer.from(`${header}.${payload}`), key.publicKey, signatureBytes)) return null;
      const claims: Claims = JSON.parse(Buffer.from(payload, "base64url").toString());
      if (!isAccepted(claims)) return null;
      return {
        accountId: claims.account_id,
        userId: claims.sub,
        sessionId: claims.sid,
        role: claims.role,
        authenticatedAt: claims.auth_time * 1000,
        issuedAt: claims.iat * 1000,
        expiresAt: claims.exp * 1000,
        accountEpoch: claims.account_epoch,
        userEpoch: claims.user_epoch,
        policyVersion: claims.policy_version,
      };
    },
  };
}

export type AccessTokens = ReturnType<typeof createAccessTokens>;

/** About ten megabytes. Beyond them, the oldest tokens are verified again. */
const CACHE_CHARACTERS = 10_000_000;

/**
 * Caches opened access tokens: a lookup takes a fraction of a microsecond, verifying Ed25519 100 µs.
 *
 * A lookup compares text only where the hash of the whole token is that of a cached one. The process chooses its hash at random, so
 * that its time tells nothing of a token that one does not have. Only tokens that our keys signed are cached, and a host can't change
 * the identities, which all later calls get.
 *
 * @param open returns the identity of a token with a valid signature, else null
 * @param capacity the maximum length of all cached tokens together
 */
export function cacheOpenedTokens(
  open: AccessTokens["open"],
  capacity = CACHE_CHARACTERS,
): AccessTokens["open"] {
  const identities = new Map<string, Identity>();
  let length = 0;
  return (token) => {
    const cached = identities.get(token);
    if (cached !== undefined) return cached;
    const identity = open(token);
    if (identity === null) return null;
    length += token.length;
    for (const oldest of identities.keys()) {
      if (length <= capacity) break;
      identities.delete(oldest);
      length -= oldest.length;
    }
    identities.set(token, Object.freeze(identity));
    return identity;
  };
}
