import type { Curfew, Store } from "@curfew/core";
import { defineRoute, HttpProblem, type Route } from "@curfew/http";
import { z } from "zod";

/** A database that has not answered by then is as good as none. */
const PROBE_MS = 1_000;

const stateSchema = z.object({ status: z.literal("ok") }).meta({ id: "Health" });

/** What tells how the service is. */
export interface HealthSources {
  readonly curfew: Pick<Curfew, "feedHealth">;
  readonly store: Pick<Store, "now">;
  /** Whether it was told to stop: who is still connected is to go elsewhere. */
  readonly isLeaving: () => boolean;
  readonly setTimer?: SetTimer;
}

type SetTimer = (task: () => void, delayMs: number) => NodeJS.Timeout;

/** `GET /healthz` and `GET /readyz`: for whoever starts, stops and routes to the service. */
export const healthRoutes = ({
  curfew,
  store,
  isLeaving,
  setTimer = setTimeout,
}: HealthSources): readonly Route[] => [
  defineRoute({
    method: "GET",
    path: "/healthz",
    operationId: "getHealth",
    summary: "Whether the process lives",
    tags: ["Around it"],
    auth: "none",
    responses: { 200: { description: "It lives", schema: stateSchema } },
    handler: () => ({ status: 200, body: { status: "ok" } }),
  }),
  defineRoute({
    method: "GET",
    path: "/readyz",
    operationId: "getReadiness",
    summary: "Whether requests can be answered",
    description:
      "Not while the database can't be reached, what it says of revocations is stale, or the service was told to stop.",
    tags: ["Around it"],
    auth: "none",
    responses: { 200: { description: "They can", schema: stateSchema } },
    errors: ["unavailable"],
    async handler() {
      const isReady = !isLeaving() && curfew.feedHealth().fresh && (await answers(store, setTimer));
      if (!isReady) throw new HttpProblem("unavailable", { retryAfterSeconds: 1 });
      return { status: 200, body: { status: "ok" } };
    },
  }),
];

function answers(store: Pick<Store, "now">, setTimer: SetTimer): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimer(() => resolve(false), PROBE_MS);
    store
      .now()
      .then(() => resolve(true))
      .catch(() => resolve(false))
      .finally(() => clearTimeout(timer));
  });
}
