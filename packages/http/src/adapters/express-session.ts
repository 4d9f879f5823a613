import { createHash } from "node:crypto";
import type { OpenGoverned } from "@curfew/core";

/** The session of `express-session`. */
export interface ExpressSession {
  id?: string;
  curfew?: {
    startedAt: number;
    /** A digest of the id of the session that began then: hosts copy a session's content into the one that takes its place. */
    of?: string;
  };
  destroy?(done: (error?: unknown) => void): unknown;
}

/** Whose session it is. */
interface ExpressPerson {
  accountId: string | null | undefined;
  user: OpenGoverned["user"] | null | undefined;
  /**
   * When the session began, in milliseconds since 1970; for sessions from before Curfew, the moment of the switch. Read at the first
   * sight of a session, which counts from then unless told. A later moment counts as now.
   */
  startedAt?: number | undefined;
}

/**
 * The `hostSession` of `express-session`: its session and since when it counts, which is kept in it. Null for nobody.
 *
 * @throws Error if there is no `req.session`, as where its store is down
 * @example sessionOf(req, { accountId, user, startedAt: req.session.signedInAt ?? governedSince })
 */
export function sessionOf(
  req: { session?: ExpressSession | null },
  { accountId, user, startedAt }: ExpressPerson,
): OpenGoverned | null {
  const { session } = req;
  if (session === undefined) throw new Error("req.session is missing: is the store of express-session down?");
  if (session === null || !session.id || accountId == null || user == null) return null;
  const of = createHash("sha256").update(session.id).digest("base64url").slice(0, 16);
  const kept = session.curfew;
  const now = Date.now();
  const curfew =
    kept !== undefined && (kept.of ?? of) === of ? kept : { startedAt: Math.min(startedAt ?? now, now), of };
  session.curfew = curfew;
  const { id, name, email, role } = user;
  return {
    accountId,
    hostSessionId: session.id,
    user: { id, name, email, role },
    startedAt: curfew.startedAt,
  };
}
