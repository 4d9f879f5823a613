import type { Proof } from "@curfew/core";
import type { Call } from "../call.js";
import type { Http } from "../http.js";
import { HttpProblem } from "../problem/http-problem.js";
import { bearerToken } from "../route/authenticate.js";
import { defineRoute } from "../route/define.js";
import { grantSchema, refreshBody } from "../wire/grant.js";

/** `POST /api/auth/refresh`. The new refresh token is sent as the old one was: in the cookie or in the body. */
export const refreshRoute = (http: Http) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/refresh",
    operationId: "refreshSession",
    summary: "Renew a session",
    description:
      "Answers new tokens. A session that was started with a DPoP proof requires a proof of the same key. A request with an access token and no refresh token gets a 401 that says how that session ended. A 401 never changes the cookie.",
    tags: ["Sessions"],
    auth: "none",
    cookies: true,
    body: refreshBody,
    requestHeaders: ["DPoP"],
    responses: {
      200: { description: "The session was renewed", schema: grantSchema, headers: ["Set-Cookie"] },
    },
    errors: ["unauthenticated", "session_expired", "session_revoked", "invalid_proof", "use_dpop_nonce"],
    async handler({ c, body, ip }) {
      const token = body.refresh_token ?? http.refreshCookie(c);
      if (token === null) {
        // The answer that ended the session cleared the cookie too. The access token still names that session.
        const accessToken = bearerToken(c);
        if (accessToken !== null) await http.curfew.sessions.refuseEnded(accessToken);
        throw new HttpProblem("unauthenticated", { detail: "The request has no refresh token." });
      }
      const named = http.curfew.sessions.named(token);
      const accountName = named === null ? undefined : await http.accountName(named.accountId);
      const grant = await http.curfew.sessions.refresh(token, {
        proof: await readProofOf(http, c, token),
        idleForSeconds: body.idle_for_seconds ?? 0,
        ip,
        device: http.device(c),
      });
      const transport = body.refresh_token === undefined ? "cookie" : "body";
      return http.answerGrant(grant, transport, 200, accountName);
    },
  });

/** Reads the proof only if the token is genuine: verifying a proof costs a hundred times as much as a token's MAC. */
const readProofOf = async (http: Http, c: Call, token: string): Promise<Proof | null> =>
  c.req.header("dpop") === undefined || http.curfew.sessions.named(token) === null ? null : http.readProof(c);
