import type { AdmittedSession, Curfew, OpenGoverned } from "@curfew/core";
import type { Call } from "../call.js";

const MINUTE_MS = 60_000;

/** Requests that the browser or the page makes without the person: prefetches (Fetch Standard) and what polls. */
const isBackground = (c: Call): boolean =>
  c.req.header("x-curfew-background") === "1" || (c.req.header("sec-purpose") ?? "").includes("prefetch");

/**
 * Creates the function that counts a call as use of its session (`activity: "requests"`). It writes as `Governed.touch` says,
 * without holding the answer up, and nothing where the last use is less than a minute old.
 *
 * @param isOwnRoute whether a path is one of Curfew's routes, which the browser part polls
 */
export function createUseCounter(
  curfew: Pick<Curfew, "governed" | "now">,
  isOwnRoute: (path: string) => boolean,
): (c: Call, input: OpenGoverned, admitted: AdmittedSession) => void {
  const beingWritten = new Set<string>();
  return (c, input, { session, now }) => {
    const isFresh = now - session.lastActiveAt < MINUTE_MS && session.idleExpiresAt - now >= MINUTE_MS;
    if (isFresh || isBackground(c) || isOwnRoute(c.req.path)) return;
    const key = `${session.id} ${session.accountId}`;
    if (beingWritten.has(key)) return;
    beingWritten.add(key);
    curfew.governed
      .touch(input)
      // The next call tries again, and is told what became of the session.
      .catch(() => undefined)
      .finally(() => beingWritten.delete(key));
  };
}
