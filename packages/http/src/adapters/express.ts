import type { Identity } from "@curfew/core";
import type { CurfewHandler, RequireOptions } from "../handler/create-handler.js";
import type { Current } from "../handler/types.js";
import type { ExpressSession } from "./express-session.js";
import { requestOf, urlOf, withoutBody } from "./node-request.js";
import { writeResponse } from "./node-response.js";
import type { NodeRequest, NodeResponse } from "./node-types.js";
import { currentOfNode, destroySession, tellsEnd } from "./session-end.js";

export { sessionOf } from "./express-session.js";

declare global {
  namespace Express {
    interface Request {
      /** Who calls, behind `requireSession`. */
      curfew: Identity;
    }
  }
}

interface ExpressRequest extends NodeRequest {
  session?: ExpressSession | null;
  curfew?: Identity;
}

type Next = (error?: unknown) => void;
type Middleware = (req: ExpressRequest, res: NodeResponse, next: Next) => void;

/**
 * Curfew's routes in Express 4 and 5, wherever `app.use` puts them; all else goes on.
 *
 * @example app.use(curfewExpress(sessions));
 */
export const curfewExpress =
  (sessions: CurfewHandler): Middleware =>
  (req, res, next) => {
    if (!sessions.handles(urlOf(sessions, req))) return next();
    sessions
      .handler(requestOf(sessions, req), req)
      .then((response) => answer(req, res, response))
      .catch(next);
  };

/**
 * Lets only live sessions on. The caller is `req.curfew`.
 *
 * @example app.get("/reports", requireSession(sessions, { role: "owner" }), (req, res) => res.json(req.curfew.accountId));
 */
export const requireSession =
  (sessions: CurfewHandler, options: RequireOptions = {}): Middleware =>
  (req, res, next) => {
    sessions.require(withoutBody(sessions, req), options, req).then(
      (identity) => {
        req.curfew = identity;
        next();
      },
      (error: unknown) => {
        const problem = sessions.problem(error);
        if (problem === null) next(error);
        else answer(req, res, problem).catch(next);
      },
    );
  };

/**
 * Whose request it is, for a page, which redirects instead of refusing. Throws `unavailable`.
 *
 * @example const current = await currentOf(sessions, req);
 */
export const currentOf = (sessions: CurfewHandler, req: ExpressRequest): Promise<Current> =>
  currentOfNode(sessions, req, req);

async function answer(req: ExpressRequest, res: NodeResponse, response: Response): Promise<void> {
  if (await tellsEnd(response)) await destroySession(req.session);
  await writeResponse(req, res, response);
}
