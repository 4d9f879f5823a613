import { type AdmittedSession, CurfewError, isCurfewError, type OpenGoverned } from "@curfew/core";
import type { Call } from "../call.js";
import { HttpProblem } from "../problem/http-problem.js";
import type { HostOptions } from "./types.js";

/** The sessions that the host's sign-in issued, as calls name them. */
export interface HostSessions {
  /**
   * Asks the host whose call it is, and admits it; null for nobody. Throws `session_expired`, `session_revoked`, `unavailable`, also
   * where the host can't tell, and `internal_error` where it says something that can't be.
   */
  admit(c: Call): Promise<AdmittedCall | null>;
}

export interface AdmittedCall {
  /** What the host said. */
  readonly input: OpenGoverned;
  readonly caller: AdmittedSession;
}

type Options = Pick<HostOptions<unknown>, "curfew" | "hostSession"> & {
  readonly deviceOf: (c: Call) => OpenGoverned["device"];
  readonly reportError: (error: unknown, c: Call) => void;
};

export function createHostSessions({ curfew, hostSession, deviceOf, reportError }: Options): HostSessions {
  const unavailable = (error: unknown, c: Call): HttpProblem => {
    reportError(error, c);
    return new HttpProblem("unavailable", { cause: error });
  };

  const refusalOf = async (error: unknown, input: OpenGoverned): Promise<unknown> => {
    if (isCurfewError(error, "user_disabled"))
      return new CurfewError("session_revoked", { reason: "user_disabled", endedAt: curfew.now() });
    if (!isCurfewError(error, "validation_failed")) return error;
    // Of another person than before: that has ended the session.
    const end = await curfew.governed.check(input).catch((reason: unknown) => reason);
    const hasEnded = isCurfewError(end, "session_expired") || isCurfewError(end, "session_revoked");
    return hasEnded ? end : new HttpProblem("internal_error", { cause: error });
  };

  return {
    async admit(c) {
      let input: OpenGoverned | null;
      try {
        input = await hostSession(c.req.raw, c.env);
      } catch (error) {
        throw unavailable(error, c);
      }
      if (input === null) return null;
      input = withoutNul(input);
      try {
        const known = curfew.governed.admitNow(input);
        const caller = known ?? (await curfew.governed.admit(input, () => deviceOf(c) ?? {}));
        return { input, caller };
      } catch (error) {
        throw await refusalOf(error, input);
      }
    },
  };
}

/**
 * The engine refuses a NUL in name and e-mail. People choose their names, and no choice may keep them out. What a host answers may be
 * of any type.
 */
function withoutNul(input: OpenGoverned): OpenGoverned {
  const user = (input as OpenGoverned | undefined)?.user;
  if (user === undefined || (!hasNul(user?.name) && !hasNul(user?.email))) return input;
  const { id, name, email, role } = user;
  return { ...input, user: { id, name: replaceNul(name), email: replaceNul(email), role } };
}

const hasNul = (text: unknown): boolean => typeof text === "string" && text.includes("\0");

const replaceNul = (text: string): string => (hasNul(text) ? text.replaceAll("\0", "\uFFFD") : text);
