import type { Http } from "../http.js";
import { HttpProblem } from "../problem/http-problem.js";
import { bearerToken } from "../route/authenticate.js";
import { defineRoute } from "../route/define.js";
import { grantSchema, refreshBody } from "../wire/grant.js";

/** `POST /api/auth/refresh`: the answer travels as the token came. */
export const refreshRoute = (http: Http) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/refresh",
    operationId: "refreshSession",
    summary: "Renew a session",
    description:
      "Answers new tokens. A session that was signed in with a DPoP header needs one here too, of the same key. Without a refresh token the access token, if one comes along, tells how its session ended. A 401 never touches the cookie.",
    tags: ["Sessions"],
    auth: "none",
    cookies: true,
    body: refreshBody,
    requestHeaders: ["DPoP"],
    responses: { 200: { description: "The session goes on", schema: grantSchema, headers: ["Set-Cookie"] } },
    errors: ["unauthenticated", "session_expired", "session_revoked", "invalid_proof", "use_dpop_nonce"],
    async handler({ c, body, ip }) {
      const token = body.refresh_token ?? http.refreshCookie(c);
      if (token === null) {
        // The cookie went with the answer that ended the session; what the page has left names it.
        const accessToken = bearerToken(c);
        if (accessToken !== null) await http.curfew.sessions.refuseEnded(accessToken);
        throw new HttpProblem("unauthenticated", { detail: "There is no refresh token." });
      }
      const grant = await http.curfew.sessions.refresh(token, {
        proof: await http.readProof(c),
        idleForSeconds: body.idle_for_seconds ?? 0,
        ip,
      });
      return http.answerGrant(grant, body.refresh_token === undefined ? "cookie" : "body");
    },
  });
