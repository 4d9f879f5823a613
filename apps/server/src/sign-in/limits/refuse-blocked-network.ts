import { HttpProblem } from "@curfew/http";
import { networkOf } from "../../network/address.js";
import type { AttemptLimits } from "./attempts.js";

/**
 * Refuses a network that has used its failures up before anything else of the call is read.
 * Throws `rate_limited`.
 */
export const refuseBlockedNetwork =
  (limits: AttemptLimits) =>
  async ({ ip }: { ip: string | null }): Promise<void> => {
    const seconds = await limits.networkBlockedSeconds(networkOf(ip ?? ""));
    if (seconds !== null) throw new HttpProblem("rate_limited", { retryAfterSeconds: seconds });
  };
