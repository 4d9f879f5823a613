import type { IncomingMessage, ServerResponse } from "node:http";
import type { Identity } from "@curfew/core";
import type { CurfewHandler, RequireOptions } from "../handler/create-handler.js";
import type { Current } from "../handler/types.js";
import { requestOf, withoutBody } from "./node-request.js";
import { writeResponse } from "./node-response.js";
import type { NodeRequest, NodeResponse } from "./node-types.js";
import { currentOfNode } from "./session-end.js";

/**
 * Answers calls of Curfew's routes in Node's own server, also where a body parser has read the body already.
 *
 * @example createServer(toNodeHandler(sessions)).listen(3000);
 */
export const toNodeHandler =
  (sessions: Pick<CurfewHandler, "handler" | "publicUrl">) =>
  async (req: NodeRequest, res: NodeResponse): Promise<void> =>
    writeResponse(req, res, await sessions.handler(requestOf(sessions, req), req));

/**
 * Whose request it is, for a page, which redirects instead of refusing. Throws `unavailable`.
 *
 * @example const current = await currentOf(sessions, req);
 */
export const currentOf = (sessions: CurfewHandler, req: NodeRequest): Promise<Current> =>
  currentOfNode(sessions, req, req as NodeRequest & { session?: null });

/**
 * A listener that only live sessions reach. Others get the problem document.
 *
 * @param handle gets the caller beside the request and the response
 * @example const reports = requireSession(sessions, (req, res, { identity }) => res.end(identity.accountId));
 */
export const requireSession =
  <Req extends NodeRequest = IncomingMessage, Res extends NodeResponse = ServerResponse>(
    sessions: CurfewHandler,
    handle: (req: Req, res: Res, context: { identity: Identity }) => unknown,
    options: RequireOptions = {},
  ) =>
  async (req: Req, res: Res): Promise<void> => {
    let identity: Identity;
    try {
      identity = await sessions.require(withoutBody(sessions, req), options, req);
    } catch (error) {
      const problem = sessions.problem(error);
      if (problem === null) throw error;
      return writeResponse(req, res, problem);
    }
    await handle(req, res, { identity });
  };
