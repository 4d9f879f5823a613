import { sign, verify } from "node:crypto";
import type { Identity } from "../curfew.js";
import type { SigningKey } from "../keys.js";
import type { AccountState, Role, Session, User } from "./model.js";

/** What an access token is made of. */
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
  /** Other issuers whose tokens hold, for themselves as the audience. */
  readonly acceptsIssuer?: (issuer: string) => boolean;
  readonly lifetimeSeconds: number;
}

/** The claims, named as RFC 9068 §2.2 and the IANA registry do where they can be. */
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

/** RFC 9068 requires a client; Curfew knows one, itself. */
const CLIENT_ID = "curfew";
const LONGEST_TOKEN = 8192;

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString("base64url");

/**
 * Issues and reads access tokens: JWTs after RFC 9068, signed with Ed25519 (RFC 8037).
 *
 * @param keys the first signs, all verify
 */
export function createAccessTokens(
  keys: readonly [SigningKey, ...SigningKey[]],
  { issuer, audience, lifetimeSeconds, acceptsIssuer = () => false }: AccessTokenOptions,
) {
  const [signing] = keys;
  const keysByHeader = new Map(
    keys.map((key) => [encode({ alg: "EdDSA", typ: "at+jwt", kid: key.id }), key]),
  );
  const signingHeader = encode({ alg: "EdDSA", typ: "at+jwt", kid: signing.id });

  const isForUs = ({ iss, aud }: Claims): boolean =>
    (iss === issuer && aud === audience) || (acceptsIssuer(iss) && aud === iss);

  return {
    /** Signs a token that lives its lifetime, and never past either deadline of its session. */
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
        auth_time: Math.floor(session.startedAt / 1000),
        account_epoch: session.accountEpoch,
        user_epoch: user.epoch,
        policy_version: account.policyVersion,
      };
      const head = `${signingHeader}.${encode(claims)}`;
      const signature = sign(null, Buffer.from(head), signing.privateKey).toString("base64url");
      return { token: `${head}.${signature}`, expiresInSeconds: expiresAt - issuedAt };
    },

    /** Who a token speaks for, expired or not; null unless one of our keys signed it for us. */
    open(token: string): Identity | null {
      if (token.length > LONGEST_TOKEN) return null;
      const [header, payload, signature, ...rest] = token.split(".");
      if (!header || !payload || !signature || rest.length > 0) return null;
      // Only headers that we write ourselves are known, so no token chooses its algorithm.
      const key = keysByHeader.get(header);
      if (key === undefined) return null;
      const signatureBytes = Buffer.from(signature, "base64url");
      if (signatureBytes.toString("base64url") !== signature) return null;
      if (!verify(null, Buffer.from(`${header}.${payload}`), key.publicKey, signatureBytes)) return null;
      const claims: Claims = JSON.parse(Buffer.from(payload, "base64url").toString());
      if (!isForUs(claims)) return null;
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
