import type { OpenGoverned } from "@curfew/core";

/** The session of `express-session`. */
export interface ExpressSession {
  id?: string;
  curfew?: { startedAt: number };
  destroy?(done: (error?: unknown) => void): unknown;
}

/**
 * The `hostSession` of `express-session`: its session and since when Curfew knows it, which is kept in it. Null for nobody.
 *
 * @throws Error if there is no `req.session`, as where its store is down
 */
export function sessionOf(
  req: { session?: ExpressSession | null },
  {
    accountId,
    user,
  }: { accountId: string | null | undefined; user: OpenGoverned["user"] | null | undefined },
): OpenGoverned | null {
  const { session } = req;
  if (session === undefined) throw new Error("req.session is missing: is the store of express-session down?");
  if (session === null || !session.id || accountId == null || user == null) return null;
  session.curfew ??= { startedAt: Date.now() };
  const { id, name, email, role } = user;
  const { startedAt } = session.curfew;
  return { accountId, hostSessionId: session.id, user: { id, name, email, role }, startedAt };
}
