import { type Curfew, isCurfewError } from "@curfew/core";
import type { Metrics } from "./metrics.js";

/** The same engine, counting refreshes by what came of them. */
export function observeRefreshes<Extra>(
  curfew: Curfew<Extra>,
  metrics: Pick<Metrics, "refreshed">,
): Curfew<Extra> {
  return {
    ...curfew,
    sessions: {
      ...curfew.sessions,
      async refresh(refreshToken, options) {
        try {
          const grant = await curfew.sessions.refresh(refreshToken, options);
          metrics.refreshed("granted");
          return grant;
        } catch (error) {
          metrics.refreshed(isCurfewError(error) ? error.code : "failed");
          throw error;
        }
      },
    },
  };
}
