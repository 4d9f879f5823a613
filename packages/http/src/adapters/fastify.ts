import { Readable } from "node:stream";
import type { Identity } from "@curfew/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { CurfewHandler, RequireOptions } from "../handler/create-handler.js";
import type { Current } from "../handler/types.js";
import { requestOf, urlOf, withoutBody } from "./node-request.js";
import { currentOfNode, destroySession, tellsEnd } from "./session-end.js";

declare module "fastify" {
  interface FastifyRequest {
    /** Who calls, behind `requireSession`. */
    curfew: Identity;
  }
  interface FastifyInstance {
    /** A `preHandler` that lets only live sessions on. */
    requireSession(
      options?: RequireOptions,
    ): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;
  }
}

/**
 * Curfew's routes in Fastify 5, and `app.requireSession()`. `app.close()` closes the open event streams.
 *
 * @example
 * await app.register(curfewFastify, { sessions });
 * app.get("/reports", { preHandler: app.requireSession() }, (request) => request.curfew.accountId);
 */
export async function curfewFastify(
  app: FastifyInstance,
  { sessions }: { sessions: CurfewHandler },
): Promise<void> {
  const send = (request: FastifyRequest, reply: FastifyReply, response: Response) => {
    if (request.method !== "HEAD") return reply.send(response);
    // Fastify's HEAD routes measure the body, and can't measure that of a Response.
    for (const [name, value] of response.headers) reply.header(name, value);
    return reply.code(response.status).send(Readable.from([]));
  };
  const answer = async (request: FastifyRequest, reply: FastifyReply, response: Response) => {
    const { session } = request as { session?: Parameters<typeof destroySession>[0] };
    if (await tellsEnd(response)) await destroySession(session);
    await send(request, reply, response);
    // The client has left. Fastify would go on to the host's route, also where this refuses.
    return reply.sent ? reply : reply.hijack();
  };
  app.decorateRequest("curfew", null as unknown as Identity);
  app.decorate("requireSession", (options?: RequireOptions) => async (request, reply) => {
    try {
      request.curfew = await sessions.require(withoutBody(sessions, request.raw), options, request);
      return undefined;
    } catch (error) {
      const problem = sessions.problem(error);
      if (problem === null) throw error;
      return answer(request, reply, problem);
    }
  });
  // Before the body is parsed, after the hooks that read the host's session, and for paths without a route too.
  app.addHook("preParsing", async (request, reply, payload) => {
    if (sessions.handles(urlOf(sessions, request.raw)))
      await answer(request, reply, await sessions.handler(requestOf(sessions, request.raw), request));
    return payload;
  });
  // `app.close()` waits for answers that are under way.
  app.addHook("preClose", async () => sessions.close());
}

/** The hooks are the whole app's. */
Object.assign(curfewFastify, { [Symbol.for("skip-override")]: true });

/**
 * Whose request it is, for a page, which redirects instead of refusing. Throws `unavailable`.
 *
 * @example const current = await currentOf(sessions, request);
 */
export const currentOf = (sessions: CurfewHandler, request: FastifyRequest): Promise<Current> =>
  currentOfNode(sessions, request.raw, request as Parameters<typeof currentOfNode>[2]);
