import type { Actor, Curfew, Identity, OpenGoverned } from "@curfew/core";
import { type Call, incomingOf } from "../call.js";
import type { HostSessions } from "../handler/host-sessions.js";
import { checkOrigin, type TrustedCallers } from "../headers/origins.js";
import { HttpProblem } from "../problem/http-problem.js";

/**
 * Identifies the caller of a route: by our access token, or by the host's session. Throws `unauthenticated` for nobody, and what
 * became of a session that is over.
 */
export type Authenticate = (c: Call) => Promise<Identity>;

/** Matches only the scheme: matching the whole token would double the cost of a call whose token is cached. */
const BEARER = /^Bearer +(?=[^ ])/i;
const USUAL_SCHEME = "Bearer ";
const SPACE = 0x20;

/**
 * Reads `Authorization`, from Node's parsed headers if there are any: the first `Request.headers` access copies every
 * header, which costs more than the rest of the check of a cached token.
 */
function authorizationOf(c: Call): string | undefined {
  const { headers, socket } = incomingOf(c.env);
  const header = socket === undefined ? undefined : headers?.["authorization"];
  return typeof header === "string" ? header : c.req.header("authorization");
}

/** Reads the access token in `Authorization: Bearer …` (RFC 6750 §2.1); null if there is none. */
export function bearerToken(c: Call): string | null {
  const header = authorizationOf(c);
  if (header === undefined) return null;
  // As nearly all clients write it: a regular expression costs as much as the check of a cached token.
  if (header.startsWith(USUAL_SCHEME) && header.charCodeAt(USUAL_SCHEME.length) > SPACE)
    return header.slice(USUAL_SCHEME.length);
  const scheme = BEARER.exec(header);
  return scheme === null ? null : header.slice(scheme[0].length);
}

/** Throws `unauthenticated`, `token_expired`, `session_revoked`, `unavailable`. */
export const byAccessToken =
  (curfew: Pick<Curfew, "sessions">): Authenticate =>
  (c) => {
    const token = bearerToken(c);
    return token === null
      ? Promise.reject(new HttpProblem("unauthenticated"))
      : curfew.sessions.verify(token);
  };

/**
 * Throws `cross_origin`, `unauthenticated`, `session_expired`, `session_revoked`, `precondition_failed`, `unavailable`.
 *
 * @param said gets what the host said of each call
 */
export const byHostSession =
  (
    sessions: Pick<HostSessions, "admit">,
    trusted: () => TrustedCallers,
    said: WeakMap<Call, OpenGoverned>,
  ): Authenticate =>
  async (c) => {
    if (!isSafe(c)) checkOrigin(c, trusted());
    const admitted = await sessions.admit(c);
    if (admitted === null) throw new HttpProblem("unauthenticated");
    requireAccount(c, admitted.input);
    said.set(c, admitted.input);
    return admitted.caller.identity;
  };

/**
 * A page may show one account while the host's cookie has moved to another one, in another tab. Its calls name the account that they are
 * meant for.
 */
function requireAccount(c: Call, { accountId }: OpenGoverned): void {
  const named = c.req.header("curfew-account");
  if (named !== undefined && named !== encodeURIComponent(accountId))
    throw new HttpProblem("precondition_failed", {
      detail: "The session is in another account than the page that made the call.",
    });
}

/** Whether a call may be made by pages of other sites: it changes nothing (RFC 9110 §9.2.1). */
export const isSafe = (c: Call): boolean => c.req.method === "GET" || c.req.method === "HEAD";

/** The caller as the actor of audit events. */
export const actorOf = ({
  identity: { userId, sessionId },
  ip,
}: {
  identity: Identity;
  ip: string | null;
}): Actor & Pick<Identity, "userId" | "sessionId"> => ({ userId, sessionId, ip });
