import { type AdmittedSession, CurfewError, isCurfewError, type OpenGoverned } from "@curfew/core";
import type { Call } from "../call.js";
import { HttpProblem } from "../problem/http-problem.js";
import type { HostOptions } from "./types.js";

/** The sessions that the host's sign-in issued, as calls name them. */
export interface HostSessions {
  /** Asks the host whose call it is; null for nobody. Throws `unavailable` where the host can't tell. */
  read(c: Call): Promise<OpenGoverned | null>;
  /**
   * Admits a call; null for nobody. Throws `session_expired`, `session_revoked`, `unavailable`, and `internal_error` where the host
   * says something that can't be.
   */
  admit(c: Call): Promise<AdmittedSession | null>;
  /** What the host said of a call that was admitted. */
  admitted(c: Call): OpenGoverned;
}

type Options = Pick<HostOptions<unknown>, "curfew" | "hostSession"> & {
  readonly deviceOf: (c: Call) => OpenGoverned["device"];
  readonly reportError: (error: unknown, c: Call) => void;
};

export function createHostSessions({ curfew, hostSession, deviceOf, reportError }: Options): HostSessions {
  const said = new WeakMap<Call, OpenGoverned>();

  const read = async (c: Call): Promise<OpenGoverned | null> => {
    try {
      return await hostSession(c.req.raw, c.env);
    } catch (error) {
      reportError(error, c);
      throw new HttpProblem("unavailable", { cause: error });
    }
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
    read,
    async admit(c) {
      const input = await read(c);
      if (input === null) return null;
      said.set(c, input);
      try {
        return await curfew.governed.admit(input, () => deviceOf(c) ?? {});
      } catch (error) {
        throw await refusalOf(error, input);
      }
    },
    admitted(c) {
      const input = said.get(c);
      if (input === undefined) throw new Error("the call was not admitted");
      return input;
    },
  };
}
