import { type Identity, isCurfewError, type Session, type User } from "@curfew/core";
import type { Call } from "../call.js";
import { checkOrigin } from "../headers/origins.js";
import type { Http } from "../http.js";
import { HttpProblem } from "../problem/http-problem.js";
import { bearerToken, isSafe } from "../route/authenticate.js";
import { createUseCounter } from "./count-use.js";
import type { HostSessions } from "./host-sessions.js";
import type { Current, HostOptions } from "./types.js";

/** Whoever makes a call of the host's own pages and routes. */
export interface Caller {
  readonly identity: Identity;
  readonly session: Session;
  readonly user: User;
  readonly proven: boolean;
}

/** How the host's own pages and routes learn who calls: by our tokens, or by the host's session. */
export interface Callers {
  /** Null for nobody. Throws what became of a session that is over, and `unavailable`. */
  find(c: Call): Promise<Caller | null>;
  /**
   * Throws as `Authenticate`.
   *
   * @param pages whether a page may go by the cookie alone
   */
  require(c: Call, pages: boolean): Promise<Identity>;
}

/** Callers with an access token or, for pages, with the refresh cookie. */
export function callersByToken(http: Pick<Http, "curfew" | "authenticate" | "refreshCookie">): Callers {
  const { sessions } = http.curfew;
  /** A bearer token that identifies nobody may be of a session that has ended: then this throws its reason. */
  const endOf = async (token: string, error: unknown): Promise<null> => {
    if (!isCurfewError(error, "unauthenticated") && !isCurfewError(error, "token_expired")) throw error;
    await sessions.refuseEnded(token);
    return null;
  };
  return {
    async find(c) {
      const token = bearerToken(c);
      if (token === null) {
        const cookie = http.refreshCookie(c);
        return cookie === null ? null : { ...(await sessions.peek(cookie)), proven: false };
      }
      try {
        const identity = await sessions.verify(token);
        const { session, user } = await sessions.get(identity.accountId, identity.sessionId);
        return { identity, session, user, proven: true };
      } catch (error) {
        return endOf(token, error);
      }
    },
    async require(c, pages) {
      const cookie = pages && isSafe(c) && bearerToken(c) === null ? http.refreshCookie(c) : null;
      return cookie === null ? http.authenticate(c) : (await sessions.peek(cookie)).identity;
    },
  };
}

/** Callers with a session of the host. */
export function callersByHostSession(
  http: Pick<Http, "curfew" | "trusted">,
  sessions: HostSessions,
  activity: HostOptions<unknown>["activity"],
  isOwnRoute: (path: string) => boolean,
): Callers {
  const countUse = activity === "requests" ? createUseCounter(http.curfew, isOwnRoute) : () => undefined;
  const find = async (c: Call): Promise<Caller | null> => {
    const admitted = await sessions.admit(c);
    if (admitted === null) return null;
    const { input, caller } = admitted;
    countUse(c, input, caller);
    return { identity: caller.identity, session: caller.session, user: caller.user, proven: true };
  };
  return {
    find,
    async require(c) {
      if (!isSafe(c)) checkOrigin(c, http.trusted);
      const caller = await find(c);
      if (caller === null) throw new HttpProblem("unauthenticated");
      return caller.identity;
    },
  };
}

/** What `current` answers. Throws `unavailable`. */
export async function currentOf(callers: Callers, c: Call): Promise<Current> {
  try {
    const caller = await callers.find(c);
    if (caller === null) return { state: "signed_out" };
    const { identity, session, user, proven } = caller;
    return { state: "signed_in", identity, session, user, proven };
  } catch (error) {
    if (isCurfewError(error, "session_expired") || isCurfewError(error, "session_revoked"))
      return { state: "ended", code: error.code, ...error.details };
    if (isCurfewError(error, "unauthenticated") || isCurfewError(error, "not_found"))
      return { state: "signed_out" };
    throw error;
  }
}
