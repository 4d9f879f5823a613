import { defineRoute, HttpProblem } from "@curfew/http";
import type { Connection } from "../process/listen.js";
import type { Settings } from "../settings/model.js";
import type { Metrics } from "./metrics.js";
import { mayReadMetrics } from "./metrics-gate.js";

/** `GET /metrics`: to whom it may not be shown there is no such page. */
export const metricsRoute = (
  metrics: Pick<Metrics, "text" | "contentType">,
  settings: Pick<Settings, "metricsToken" | "trustedProxies">,
) =>
  defineRoute({
    method: "GET",
    path: "/metrics",
    operationId: "getMetrics",
    summary: "What the service counts, for Prometheus",
    description:
      "With the bearer that `CURFEW_METRICS_TOKEN` sets; without that setting only from the machine itself.",
    tags: ["Around it"],
    auth: "none",
    responses: { 200: { description: "The metrics", contentType: "text/plain" } },
    errors: ["not_found"],
    async handler({ c }) {
      const { incoming } = c.env as Connection;
      const allowed = mayReadMetrics({
        token: settings.metricsToken,
        trustedProxiesSet: settings.trustedProxies.length > 0,
        peer: incoming.socket.remoteAddress ?? "",
        headers: c.req.raw.headers,
      });
      if (!allowed) throw new HttpProblem("not_found");
      return new Response(await metrics.text(), { headers: { "Content-Type": metrics.contentType } });
    },
  });
