import type { Curfew, Store } from "@curfew/core";
import { defineRoute, HttpProblem, type Route } from "@curfew/http";
import { z } from "zod";

/** A database that has not answered by then is as good as none. */
const PROBE_MS = 1_000;

const stateSchema = z.object({ status: z.literal("ok") }).meta({ id: "Health" });

/** `GET /healthz` and `GET /readyz`: for whoever starts, stops and routes to the service. */
export const healthRoutes = (
  curfew: Pick<Curfew, "feedHealth">,
  store: Pick<Store, "now">,
  setTimer: (task: () => void, delayMs: number) => NodeJS.Timeout = setTimeout,
): readonly Route[] => [
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
    description: "Not while the database can't be reached or what it says of revocations is stale.",
    tags: ["Around it"],
    auth: "none",
    responses: { 200: { description: "They can", schema: stateSchema } },
    errors: ["unavailable"],
    async handler() {
      const isReady = curfew.feedHealth().fresh && (await answers(store, setTimer));
      if (!isReady) throw new HttpProblem("unavailable", { retryAfterSeconds: 1 });
      return { status: 200, body: { status: "ok" } };
    },
  }),
];

function answers(
  store: Pick<Store, "now">,
  setTimer: (task: () => void, delayMs: number) => NodeJS.Timeout,
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimer(() => resolve(false), PROBE_MS);
    store
      .now()
      .then(() => resolve(true))
      .catch(() => resolve(false))
      .finally(() => clearTimeout(timer));
  });
}
