import { lazily } from "@curfew/http";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as oidc from "openid-client";

const { CLIENT_ID = "harbour", CLIENT_SECRET = "" } = process.env;
const { ISSUER = "http://127.0.0.1:4000", PUBLIC_URL: publicUrl = "http://localhost:3000" } = process.env;

/**
 * How old a sign-in at the provider may be for a new session here, in seconds. If it were longer than the shortest idle timeout, an
 * abandoned browser would let anybody back in without a password.
 */
const OLDEST_SIGN_IN = 600;

/** Asked for at the first sign-in: this server starts without its provider, too. */
const provider = lazily(() =>
  oidc.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, {
    execute: ISSUER.startsWith("http:") ? [oidc.allowInsecureRequests] : [],
  }),
);

/** What the browser keeps in a signed cookie until it is back from the provider. */
export interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
  /** How old the sign-in at the provider may be, in seconds. */
  maxAge: number;
  /** Who must come back; undefined for anybody. */
  personId?: string | undefined;
  isWindow: boolean;
}

/** @param isAgain whether the provider must ask for the password, though it knows the person */
export async function leaveForProvider(
  isAgain: boolean,
  rest: Pick<Attempt, "personId" | "isWindow">,
): Promise<{ url: URL; attempt: Attempt }> {
  const attempt = {
    ...rest,
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    verifier: oidc.randomPKCECodeVerifier(),
    maxAge: isAgain ? 0 : OLDEST_SIGN_IN,
  };
  const url = oidc.buildAuthorizationUrl(await provider(), {
    redirect_uri: `${publicUrl}/callback`,
    scope: "openid",
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: "S256",
    max_age: String(attempt.maxAge),
    ...(isAgain ? { prompt: "login" } : {}),
  });
  return { url, attempt };
}

/**
 * The ID token's claims.
 *
 * @param url of the callback
 * @throws Error if the sign-in failed, or was not this browser's
 */
export async function claimsOf(url: URL, { state, nonce, verifier, maxAge }: Attempt): Promise<oidc.IDToken> {
  const tokens = await oidc.authorizationCodeGrant(await provider(), url, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    maxAge: maxAge + 60, // The way back takes a moment.
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error("there is no ID token");
  return claims;
}

/** Where the person signs out of the provider too. */
export const providerSignOut = async (): Promise<URL> =>
  oidc.buildEndSessionUrl(await provider(), { post_logout_redirect_uri: `${publicUrl}/sign-in` });

const keys = lazily(async () => {
  const { jwks_uri = "" } = (await provider()).serverMetadata();
  return createRemoteJWKSet(new URL(jwks_uri), { timeoutDuration: 30_000 });
});

export interface LogoutToken {
  sid?: unknown;
  sub?: string | undefined;
  /** In seconds since 1970. */
  iat: number;
  jti: string;
}

/**
 * Whose sessions a logout token ends (OpenID Connect Back-Channel Logout §2.6).
 *
 * @throws Error if it is not a logout token of the provider
 */
export async function readLogoutToken(token: string): Promise<LogoutToken> {
  const { payload } = await jwtVerify(token, await keys(), {
    issuer: (await provider()).serverMetadata().issuer,
    audience: CLIENT_ID,
    maxTokenAge: 120,
    clockTolerance: 60,
    requiredClaims: ["iat", "jti"],
  });
  const { events, nonce, sid, sub, iat = 0, jti = "" } = payload;
  const isLogout = Object.hasOwn(Object(events), "http://schemas.openid.net/event/backchannel-logout");
  if (!isLogout || nonce !== undefined) throw new Error("not a logout token");
  return { sid, sub, iat, jti };
}
