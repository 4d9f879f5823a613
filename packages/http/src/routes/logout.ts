import { isCurfewError, isUuid } from "@curfew/core";
import type { Context } from "hono";
import type { Http } from "../http.js";
import { actorOf, bearerToken } from "../route/authenticate.js";
import { defineRoute } from "../route/define.js";
import { signOutBody } from "../wire/grant.js";

/** `POST /api/auth/logout`. It answers 204 even for tokens that are invalid or absent. */
export const logoutRoute = (http: Http) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/logout",
    operationId: "signOut",
    summary: "Sign out",
    description:
      "Ends the session of the access token, else of the refresh token in the body, else of the cookie. A session that is bound to a key (DPoP) ends by refresh token only with a proof. Clears the cookie, unless the cookie belongs to a different live session.",
    tags: ["Sessions"],
    auth: "none",
    cookies: true,
    body: signOutBody,
    requestHeaders: ["DPoP"],
    responses: { 204: { description: "Signed out", headers: ["Set-Cookie"] } },
    async handler({ c, body, ip }) {
      const cookie = http.refreshCookie(c);
      const endedId =
        (await endByAccessToken(http, c, ip)) ??
        (await endByRefreshToken(http, c, ip, body.refresh_token ?? null)) ??
        (await endByRefreshToken(http, c, ip, cookie));
      const keepsCookie = cookie !== null && (await isOfOtherLiveSession(http, cookie, endedId));
      return { status: 204, headers: keepsCookie ? {} : { "Set-Cookie": http.clearedCookie() } };
    },
  });

/** Ends the access token's session. Returns its id, also if it had ended before; null for an invalid token. */
async function endByAccessToken(http: Http, c: Context, ip: string | null): Promise<string | null> {
  const token = bearerToken(c);
  if (token === null) return null;
  try {
    const identity = await http.curfew.sessions.verify(token);
    const { accountId, sessionId } = identity;
    const actor = actorOf({ identity, ip });
    await http.curfew.sessions
      .end({ accountId, sessionId, reason: "signed_out", actor })
      .catch((error: unknown) => ignore(error, "not_found"));
    return sessionId;
  } catch (error) {
    // The signature is valid, so the caller means this session, and no other one may end in its place.
    if (isCurfewError(error, "session_revoked")) return sessionIdIn(token);
    return ignore(error, "unauthenticated", "token_expired");
  }
}

/** Ends the refresh token's session, a bound one only with a proof. Returns its id; null for an invalid token. */
async function endByRefreshToken(
  http: Http,
  c: Context,
  ip: string | null,
  token: string | null,
): Promise<string | null> {
  const named = token === null ? null : http.curfew.sessions.named(token);
  if (token === null || named === null) return null;
  await http.curfew.sessions.signOut(token, { proof: await http.readProof(c), ip });
  return named.sessionId;
}

async function isOfOtherLiveSession(http: Http, cookie: string, endedId: string | null): Promise<boolean> {
  const named = http.curfew.sessions.named(cookie);
  if (named === null || named.sessionId === endedId) return false;
  try {
    await http.curfew.sessions.get(named.accountId, named.sessionId);
    return true;
  } catch (error) {
    ignore(error, "session_expired", "session_revoked", "not_found");
    return false;
  }
}

/** The `sid` of an access token whose signature has been verified. */
function sessionIdIn(token: string): string | null {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
    sid?: unknown;
  };
  return typeof claims.sid === "string" && isUuid(claims.sid) ? claims.sid : null;
}

/** Returns null for an error with one of these codes, and rethrows any other. */
function ignore(error: unknown, ...codes: readonly Parameters<typeof isCurfewError>[1][]): null {
  if (codes.some((code) => isCurfewError(error, code))) return null;
  throw error;
}
