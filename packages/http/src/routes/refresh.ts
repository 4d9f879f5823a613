import { z } from "zod";
import { integer } from "../fields/integer.js";
import type { Http } from "../http.js";
import { HttpProblem } from "../problem/error.js";
import { defineRoute } from "../route/define.js";
import { grantSchema } from "../wire/session-schemas.js";

/** A refresh token in a body. */
export const refreshTokenField = z
  .string()
  .optional()
  .meta({ description: "For clients whose token travels in bodies; it wins over a cookie." });

const body = z.strictObject({
  refresh_token: refreshTokenField,
  idle_for_seconds: integer(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: "How long ago the person last touched the page; absent means 0." }),
});

/** `POST /api/auth/refresh`: the answer travels as the token came. */
export const refreshRoute = (http: Http) =>
  defineRoute({
    method: "POST",
    path: "/api/auth/refresh",
    operationId: "refreshSession",
    summary: "Renew a session",
    description:
      "Answers new tokens. A session that was signed in with a DPoP header needs one here too, of the same key. A 401 never touches the cookie.",
    tags: ["Sessions"],
    auth: "none",
    cookies: true,
    body,
    requestHeaders: ["DPoP"],
    responses: { 200: { description: "The session goes on", schema: grantSchema, headers: ["Set-Cookie"] } },
    errors: ["unauthenticated", "session_expired", "session_revoked", "invalid_proof", "use_dpop_nonce"],
    async handler({ c, body, ip }) {
      const token = body.refresh_token ?? http.refreshCookie(c);
      if (token === null) throw new HttpProblem("unauthenticated", { detail: "There is no refresh token." });
      const grant = await http.curfew.sessions.refresh(token, {
        proof: await http.readProof(c),
        idleForSeconds: body.idle_for_seconds ?? 0,
        ip,
      });
      return http.answerGrant(grant, body.refresh_token === undefined ? "cookie" : "body");
    },
  });
