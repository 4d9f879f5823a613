import type { Identity } from "@curfew/core";
import type { CurfewHandler, RequireOptions } from "../handler/create-handler.js";

type Method = (request: Request) => Promise<Response>;

/**
 * Curfew's routes as route handlers of Next.js, in `app/api/[...curfew]/route.ts`.
 *
 * @example export const { GET, HEAD, POST, PATCH, DELETE, OPTIONS } = toNextHandlers(sessions);
 */
export function toNextHandlers(sessions: Pick<CurfewHandler, "handler">): {
  readonly [Name in "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS"]: Method;
} {
  const answer: Method = (request) => sessions.handler(request);
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
 * @param handle gets the caller beside what Next.js passes, as `params`
 * @example export const GET = requireSession(sessions, (request, { identity }) => Response.json(identity.accountId));
 */
export const requireSession =
  <NextRequest extends Request, Context extends { identity: Identity }>(
    sessions: Pick<CurfewHandler, "require" | "problem">,
    handle: (request: NextRequest, context: Context) => Response | Promise<Response>,
    options: RequireOptions = {},
  ) =>
  async (request: NextRequest, passed: Omit<Context, "identity">): Promise<Response> => {
    let identity: Identity;
    try {
      identity = await sessions.require(request, options);
    } catch (error) {
      const problem = sessions.problem(error);
      if (problem === null) throw error;
      return problem;
    }
    return handle(request, { ...passed, identity } as Context);
  };
