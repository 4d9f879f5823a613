import type { Actor, Curfew, Identity } from "@curfew/core";
import type { Context, MiddlewareHandler } from "hono";
import { answerProblem } from "../problem/answer.js";
import { problemOf } from "../problem/from-error.js";
import { HttpProblem } from "../problem/http-problem.js";

/** Matches only the scheme: matching the whole token would double the cost of a call whose token is cached. */
const BEARER = /^Bearer +(?=[^ ])/i;

/**
 * Reads `Authorization`, from Node's parsed headers if there are any: the first `Request.headers` access copies every
 * header, which costs more than the rest of the check of a cached token.
 */
function authorizationOf(c: Context): string | undefined {
  const { incoming } = (c.env ?? {}) as { incoming?: { headers?: { authorization?: string } } };
  return incoming?.headers?.authorization ?? c.req.header("authorization");
}

/** Reads the access token in `Authorization: Bearer …` (RFC 6750 §2.1); null if there is none. */
export function bearerToken(c: Context): string | null {
  const header = authorizationOf(c);
  const scheme = header === undefined ? null : BEARER.exec(header);
  return header === undefined || scheme === null ? null : header.slice(scheme[0].length);
}

/**
 * Identifies the caller by the access token.
 *
 * @throws `unauthenticated`, `token_expired`, `session_revoked`, `unavailable`
 */
export async function authenticate(curfew: Curfew, c: Context): Promise<Identity> {
  const token = bearerToken(c);
  if (token === null) throw new HttpProblem("unauthenticated");
  return curfew.sessions.verify(token);
}

/** The caller as the actor of audit events. */
export const actorOf = ({ identity, ip }: { identity: Identity; ip: string | null }): Actor => ({
  userId: identity.userId,
  sessionId: identity.sessionId,
  ip,
});

/** The variables that `requireSession` sets. */
export interface SessionEnv {
  Variables: { identity: Identity };
}

/**
 * Middleware for a host's own routes: calls without a valid access token get a problem (RFC 9457) with
 * `WWW-Authenticate` (RFC 6750 §3). Unexpected errors go to the host's error handler.
 *
 * @param options `role: "owner"` refuses other roles (403 `forbidden`)
 * @example
 * app.use("/reports/*", requireSession(curfew));
 * app.get("/reports/today", (c) => c.json({ accountId: c.var.identity.accountId }));
 */
export function requireSession(
  curfew: Curfew,
  options: { role?: "owner" } = {},
): MiddlewareHandler<SessionEnv> {
  return async (c, next) => {
    let identity: Identity;
    try {
      identity = await authenticate(curfew, c);
      if (options.role === "owner" && identity.role !== "owner") throw new HttpProblem("forbidden");
    } catch (error) {
      const problem = problemOf(error);
      if (problem === null) throw error;
      return answerProblem(problem, {
        headers: { "Cache-Control": "no-store" },
        bearerGiven: c.req.header("authorization") !== undefined,
        nonce: () => "",
      });
    }
    c.set("identity", identity);
    return next();
  };
}
