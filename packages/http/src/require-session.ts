import type { Curfew, Identity } from "@curfew/core";
import type { MiddlewareHandler } from "hono";
import { answerProblem } from "./problem/answer.js";
import { problemOf } from "./problem/from-error.js";
import { HttpProblem } from "./problem/http-problem.js";
import { authenticate } from "./route/authenticate.js";

const HEADERS: Readonly<Record<string, string>> = { "Cache-Control": "no-store" };

/** What `requireSession` leaves for the routes after it. */
export interface SessionEnv {
  Variables: { identity: Identity };
}

/**
 * Protects a host's own routes: a call without a live session's access token is refused as a problem (RFC 9457), with
 * `WWW-Authenticate` (RFC 6750 §3). What is no refusal is thrown on, to the host's own error handler.
 *
 * @param options `role: "owner"` lets owners alone pass (403 `forbidden`)
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
        headers: HEADERS,
        bearerGiven: c.req.header("authorization") !== undefined,
        nonce: () => "",
      });
    }
    c.set("identity", identity);
    return next();
  };
}
