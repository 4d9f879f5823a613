import type { Curfew, Identity } from "@curfew/core";
import type { Call } from "../call.js";
import type { CurfewHandler, RequireOptions } from "../handler/create-handler.js";
import { answerProblem } from "../problem/answer.js";
import { problemOf } from "../problem/from-error.js";
import { HttpProblem } from "../problem/http-problem.js";
import { bearerToken, byAccessToken } from "./authenticate.js";

/** The variables that `requireSession` sets. */
export interface SessionEnv {
  Variables: { identity: Identity };
}

/** Hono's context, as far as `requireSession` needs it. */
export interface SessionContext extends Call {
  set(name: "identity", identity: Identity): void;
}

/** Middleware of Hono. `@curfew/http/hono` has the same function with Hono's own types. */
export type SessionMiddleware = (
  c: SessionContext,
  next: () => Promise<void>,
) => Promise<Response | undefined>;

/** A route's handler of Hono. */
export type SessionHandler = (c: SessionContext) => Response | Promise<Response>;

/** What tells whose session it is. */
export type SessionSource = Pick<Curfew, "sessions"> | Pick<CurfewHandler, "require" | "problem">;

/**
 * Requires a live session for a host's own routes in Hono: as middleware, or around one handler, which Hono answers faster. Calls without
 * a session get a problem (RFC 9457), with `WWW-Authenticate` (RFC 6750 §3) if they are not signed in. Unexpected errors go to the
 * host's error handler.
 *
 * @param source the engine, for access tokens, or the handler of `createHandler`, for what it authenticates by
 * @param handle the route's handler; without it, the handlers after the middleware go on
 * @param options `role: "owner"` refuses other roles (403 `forbidden`)
 * @example
 * app.use("/reports/*", requireSession(curfew));
 * app.get("/reports/today", (c) => c.json({ accountId: c.var.identity.accountId }));
 */
export function requireSession(source: SessionSource, options?: RequireOptions): SessionMiddleware;
export function requireSession(
  source: SessionSource,
  handle: SessionHandler,
  options?: RequireOptions,
): SessionHandler;
export function requireSession(
  source: SessionSource,
  first?: SessionHandler | RequireOptions,
  second?: RequireOptions,
): Step {
  const [goOn, options]: [Step, RequireOptions | undefined] =
    typeof first === "function" ? [first, second] : [goToNext, first];
  const { identifyNow, identify, refuse } =
    "require" in source ? byHandler(source, options) : byToken(source, options);
  const settle: Step = async (c, next) => {
    try {
      c.set("identity", await identify(c));
    } catch (error) {
      const response = refuse(c, error);
      if (response === null) throw error;
      return response;
    }
    return goOn(c, next);
  };
  return (c, next) => {
    const identity = identifyNow(c);
    if (identity === null) return settle(c, next);
    c.set("identity", identity);
    return goOn(c, next);
  };
}

/** Middleware, or a handler. */
type Step = (
  c: SessionContext,
  next: () => Promise<void>,
) => Response | undefined | Promise<Response | undefined>;

const goToNext: Step = (_c, next) => next() as Promise<undefined>;

const NOT_STORED = { "Cache-Control": "no-store" };

const byHandler = (sessions: Pick<CurfewHandler, "require" | "problem">, options?: RequireOptions) => ({
  identifyNow: () => null,
  identify: (c: Call) => sessions.require(c.req.raw, options, c.env),
  refuse: (_c: Call, error: unknown) => sessions.problem(error),
});

function byToken(curfew: Pick<Curfew, "sessions">, { role }: RequireOptions = {}) {
  const authenticate = byAccessToken(curfew);
  return {
    /** A call whose token is known waits for nothing. */
    identifyNow(c: Call): Identity | null {
      const token = bearerToken(c);
      const identity = token === null ? null : curfew.sessions.verifyNow(token);
      return identity !== null && (role === undefined || identity.role === role) ? identity : null;
    },
    async identify(c: Call): Promise<Identity> {
      const identity = await authenticate(c);
      if (role === "owner" && identity.role !== "owner") throw new HttpProblem("forbidden");
      return identity;
    },
    refuse(c: Call, error: unknown): Response | null {
      const problem = problemOf(error);
      return (
        problem &&
        answerProblem(problem, {
          headers: NOT_STORED,
          bearerGiven: c.req.header("authorization") !== undefined,
          nonce: () => "",
        })
      );
    },
  };
}
