import type { Identity } from "@curfew/core";
import type { CurfewHandler, RequireOptions } from "../handler/create-handler.js";
import { logError } from "../log-error.js";
import { answerProblem } from "../problem/answer.js";
import { HttpProblem } from "../problem/http-problem.js";

type Method = (request: Request) => Promise<Response>;

/** The handler, or what opens it at the first call: `next build` loads route modules too, where no database is. */
type Sessions<Name extends keyof CurfewHandler> = MaybeOpened<Pick<CurfewHandler, Name>>;
type MaybeOpened<Handler> = Handler | (() => Handler | Promise<Handler>);

/** Goes on with the handler. Where it can't be opened, that is a 503, which no browser takes for a sign-out. */
async function withOpened<Handler extends object>(
  sessions: MaybeOpened<Handler>,
  goOn: (handler: Handler) => Promise<Response>,
): Promise<Response> {
  let handler: Handler;
  try {
    handler = typeof sessions === "function" ? await sessions() : sessions;
  } catch (error) {
    // What Next.js throws for its own ends, as where a build reads the headers.
    if (typeof (error as { digest?: unknown }).digest === "string") throw error;
    logError(error);
    return answerProblem(new HttpProblem("unavailable", { cause: error }), {
      headers: { "Cache-Control": "no-store" },
      bearerGiven: false,
      nonce: () => "",
    });
  }
  return goOn(handler);
}

/**
 * Curfew's routes as route handlers of Next.js, in `app/api/[...curfew]/route.ts`.
 *
 * @param sessions the handler, or a function that opens it at the first call
 * @example export const { GET, HEAD, POST, PATCH, DELETE, OPTIONS } = toNextHandlers(sessions);
 */
export function toNextHandlers(sessions: Sessions<"handler">): {
  readonly [Name in "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS"]: Method;
} {
  const answer: Method = (request) => withOpened(sessions, ({ handler }) => handler(request));
  return {
    GET: answer,
    HEAD: answer,
    POST: answer,
    PUT: answer,
    PATCH: answer,
    DELETE: answer,
    OPTIONS: answer,
  };
}

/**
 * A route handler that only live sessions reach.
 *
 * @param sessions the handler, or a function that opens it at the first call
 * @param handle gets the caller beside what Next.js passes, as `params`
 * @example export const GET = requireSession(sessions, (request, { identity }) => Response.json(identity.accountId));
 */
export const requireSession =
  <NextRequest extends Request, Context extends { identity: Identity }>(
    sessions: Sessions<"require" | "problem">,
    handle: (request: NextRequest, context: Context) => Response | Promise<Response>,
    options: RequireOptions = {},
  ) =>
  (request: NextRequest, passed: Omit<Context, "identity">): Promise<Response> =>
    withOpened(sessions, async ({ require, problem: problemOf }) => {
      let identity: Identity;
      try {
        identity = await require(request, options);
      } catch (error) {
        const problem = problemOf(error);
        if (problem === null) throw error;
        return problem;
      }
      return handle(request, { ...passed, identity } as Context);
    });
