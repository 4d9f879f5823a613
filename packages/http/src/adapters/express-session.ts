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
   * When the session began, in milliseconds since 1970; for sessions from before Curfew, the moment of the switch. A later moment
   * counts as now. Without it, the session counts from the first request with it, and that moment is kept in it.
   */
  startedAt?: number | undefined;
}

/**
 * The `hostSession` of `express-session`: its session and since when it counts. Null for nobody.
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
  const { id, name, email, role } = user;
  return {
    accountId,
    hostSessionId: session.id,
    user: { id, name, email, role },
    startedAt: startOf(session, session.id, startedAt),
  };
}

/** What the session has kept, or what its host says. A session that is changed is saved, also over a sign-out in between. */
function startOf(session: ExpressSession, id: string, told: number | undefined): number {
  const kept = session.curfew;
  if (kept !== undefined && (kept.of === undefined || kept.of === digestOf(id))) return kept.startedAt;
  const now = Date.now();
  if (told !== undefined) return Math.min(told, now);
  session.curfew = { startedAt: now, of: digestOf(id) };
  return now;
}

const digestOf = (id: string): string => createHash("sha256").update(id).digest("base64url").slice(0, 16);
