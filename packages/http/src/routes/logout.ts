import { isCurfewError, isUuid } from "@curfew/core";
import type { Context } from "hono";
import type { Http } from "../http.js";
import { actorOf } from "../route/actor.js";
import { bearerToken } from "../route/authenticate.js";
import { defineRoute } from "../route/define.js";
import { signOutBody } from "../wire/grant.js";

/** `POST /api/auth/logout`: 204, whatever was presented. */
export const logoutRoute = (http: Http) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/logout",
    operationId: "signOut",
    summary: "Sign out",
    description:
      "Ends the session of the access token, else of the refresh token in the body, else of the cookie; that of a bound refresh token only with its proof. Clears the cookie, unless it is of another live session than the one named.",
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

/** Ends the session of the call's access token, and answers its id: also where it was over already. */
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
    // The signature held, so the token names its session for good, and no other is meant.
    if (isCurfewError(error, "session_revoked")) return sessionIdIn(token);
    return ignore(error, "unauthenticated", "token_expired");
  }
}

/** Ends the session of a refresh token where it may, and answers its id; null for what names none. */
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

/** The `sid` of an access token whose signature has been checked. */
function sessionIdIn(token: string): string | null {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
    sid?: unknown;
  };
  return typeof claims.sid === "string" && isUuid(claims.sid) ? claims.sid : null;
}

/** Answers null for a refusal of these codes, and throws anything else on. */
function ignore(error: unknown, ...codes: readonly Parameters<typeof isCurfewError>[1][]): null {
  if (codes.some((code) => isCurfewError(error, code))) return null;
  throw error;
}
