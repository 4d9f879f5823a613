import type { Curfew, Store } from "@curfew/core";
import { defineRoute, HttpProblem, type Route } from "@curfew/http";
import { z } from "zod";

/** The database counts as unreachable if it does not answer within this time. */
const PROBE_TIMEOUT_MS = 1_000;

const stateSchema = z.object({ status: z.literal("ok") }).meta({ id: "Health" });

export interface HealthSources {
  readonly curfew: Pick<Curfew, "feedHealth">;
  readonly store: Pick<Store, "now">;
  /** Whether the service is stopping, so that load balancers send requests elsewhere. */
  readonly isStopping: () => boolean;
  readonly setTimer?: SetTimer;
}

type SetTimer = (task: () => void, delayMs: number) => NodeJS.Timeout;

/** `GET /healthz` and `GET /readyz`, for orchestrators and load balancers. */
export const healthRoutes = ({
  curfew,
  store,
  isStopping,
  setTimer = setTimeout,
}: HealthSources): readonly Route[] => [
  defineRoute({
    method: "GET",
    path: "/healthz",
    operationId: "getHealth",
    summary: "Whether the process runs",
    tags: ["Around it"],
    auth: "none",
    responses: { 200: { description: "The process runs", schema: stateSchema } },
    handler: () => ({ status: 200, body: { status: "ok" } }),
  }),
  defineRoute({
    method: "GET",
    path: "/readyz",
    operationId: "getReadiness",
    summary: "Whether requests can be answered",
    description:
      "503 while the database can't be reached, the revocation feed is stale, or the service is stopping.",
    tags: ["Around it"],
    auth: "none",
    responses: { 200: { description: "Requests can be answered", schema: stateSchema } },
    errors: ["unavailable"],
    async handler() {
      const isReady = !isStopping() && curfew.feedHealth().fresh && (await isReachable(store, setTimer));
      if (!isReady) throw new HttpProblem("unavailable", { retryAfterSeconds: 1 });
      return { status: 200, body: { status: "ok" } };
    },
  }),
];

function isReachable(store: Pick<Store, "now">, setTimer: SetTimer): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimer(() => resolve(false), PROBE_TIMEOUT_MS);
    store
      .now()
      .then(() => resolve(true))
      .catch(() => resolve(false))
      .finally(() => clearTimeout(timer));
  });
}
