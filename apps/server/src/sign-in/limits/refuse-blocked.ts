import { networkOf } from "@curfew/core";
import { HttpProblem } from "@curfew/http";

/**
 * The `rateLimit` of a route: refuses a network before the body is read. Throws `rate_limited`.
 *
 * @param blockedSeconds the seconds until the network may try again; null if it may now
 */
export function refuseBlocked(blockedSeconds: (network: string) => Promise<number | null>) {
  return async ({ ip }: { ip: string | null }): Promise<void> => {
    const seconds = await blockedSeconds(networkOf(ip ?? ""));
    if (seconds !== null) throw new HttpProblem("rate_limited", { retryAfterSeconds: seconds });
  };
}
