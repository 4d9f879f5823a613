import type { CurfewHandler } from "../handler/create-handler.js";
import type { Current } from "../handler/types.js";
import { withoutBody } from "./node-request.js";
import type { NodeRequest } from "./node-types.js";

/** Whether a response refuses a session that is over. */
export async function tellsEnd(response: Response | null): Promise<boolean> {
  if (response?.status !== 401) return false;
  const { code } = (await response.clone().json()) as { code?: unknown };
  return code === "session_expired" || code === "session_revoked";
}

/** A host's own session, as the session middlewares of Express and Fastify have it. */
interface HostSession {
  destroy?(done: (error?: unknown) => void): unknown;
}

/** Destroys the host's session of a request. If its store can't, the session is refused all the same. */
export const destroySession = (session: HostSession | null | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (typeof session?.destroy !== "function") resolve();
    else session.destroy(() => resolve());
  });

/**
 * Asks `sessions.current` about a request of Node's, and destroys the host's session if it is over. Its errors have a `statusCode`,
 * with which Express and Fastify answer.
 */
export async function currentOfNode(
  sessions: Pick<CurfewHandler, "current" | "problem" | "publicUrl">,
  raw: NodeRequest,
  native: { session?: HostSession | null },
): Promise<Current> {
  const current = await sessions.current(withoutBody(sessions, raw), native).catch((error: unknown) => {
    const problem = sessions.problem(error);
    throw problem === null ? error : Object.assign(error as Error, { statusCode: problem.status });
  });
  if (current.state === "ended") await destroySession(native.session);
  return current;
}
