import { isCurfewError, isUuid } from "@curfew/core";
import type { Call } from "../call.js";
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
      const refreshToken = body.refresh_token ?? null;
      const otherId = cookie === null ? null : await otherLiveSession(http, c, cookie, refreshToken);
      const endedId =
        (await endByAccessToken(http, c, ip)) ??
        (await endByRefreshToken(http, c, ip, refreshToken)) ??
        (await endByRefreshToken(http, c, ip, cookie));
      const keepsCookie = otherId !== null && otherId !== endedId;
      return { status: 204, headers: keepsCookie ? {} : { "Set-Cookie": http.clearedCookie() } };
    },
  });

/** Ends the access token's session. Returns its id, also if it had ended before; null for an invalid token. */
async function endByAccessToken(http: Http, c: Call, ip: string | null): Promise<string | null> {
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
  c: Call,
  ip: string | null,
  token: string | null,
): Promise<string | null> {
  const named = token === null ? null : http.curfew.sessions.named(token);
  if (token === null || named === null) return null;
  await http.curfew.sessions.signOut(token, { proof: await http.readProof(c), ip });
  return named.sessionId;
}

/**
 * Returns the id of the cookie's session if it is live and the call also names another session. It is read before anything
 * ends, because a read that fails afterwards would hide that the session has ended.
 */
async function otherLiveSession(
  http: Http,
  c: Call,
  cookie: string,
  refreshToken: string | null,
): Promise<string | null> {
  const named = http.curfew.sessions.named(cookie);
  const accessToken = bearerToken(c);
  const othersNamed = [
    accessToken === null ? null : sessionIdIn(accessToken),
    refreshToken === null ? null : http.curfew.sessions.named(refreshToken)?.sessionId,
  ].filter((id) => id !== null && id !== undefined && id !== named?.sessionId);
  if (named === null || othersNamed.length === 0) return null;
  try {
    await http.curfew.sessions.get(named.accountId, named.sessionId);
    return named.sessionId;
  } catch (error) {
    return ignore(error, "session_expired", "session_revoked", "not_found");
  }
}

/** The `sid` of an access token; null if it has none. It proves nothing unless the signature has been verified. */
function sessionIdIn(token: string): string | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    const sid = typeof claims === "object" && claims !== null && "sid" in claims ? claims.sid : null;
    return typeof sid === "string" && isUuid(sid) ? sid : null;
  } catch {
    return null;
  }
}

/** Returns null for an error with one of these codes, and rethrows any other. */
function ignore(error: unknown, ...codes: readonly Parameters<typeof isCurfewError>[1][]): null {
  if (codes.some((code) => isCurfewError(error, code))) return null;
  throw error;
}
