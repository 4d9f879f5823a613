import { HttpProblem } from "./problem/http-problem.js";

/** How many users that the engine has not met an account may sign out within an hour. Pages offer none. */
const CALLS_MAX = 100;
const HOUR_MS = 3_600_000;

/** Lets an account sign out a user that the engine has not met, or throws. */
export type SignOutUnknown = (accountId: string) => void;

/**
 * Limits how often an account's owners sign out users that the engine has not met. Each leaves a row, since the host may have
 * issued sessions to them, and ids can be made up without end.
 *
 * @param now milliseconds since the Unix epoch
 * @returns counts a call of an account; throws `rate_limited`
 */
export function createUnknownUserLimit(now: () => number): SignOutUnknown {
  /** In the order of their beginnings. */
  const hours = new Map<string, { readonly since: number; calls: number }>();

  return (accountId) => {
    const at = now();
    for (const [id, { since }] of hours) {
      if (at - since < HOUR_MS) break;
      hours.delete(id);
    }
    const hour = hours.get(accountId) ?? { since: at, calls: 0 };
    if (hour.calls >= CALLS_MAX)
      throw new HttpProblem("rate_limited", {
        retryAfterSeconds: Math.ceil((hour.since + HOUR_MS - at) / 1000),
      });
    hour.calls += 1;
    hours.set(accountId, hour);
  };
}
