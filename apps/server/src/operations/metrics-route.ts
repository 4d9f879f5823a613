import { createHash, timingSafeEqual } from "node:crypto";
import { BlockList, isIP } from "node:net";
import { canonicalAddress } from "@curfew/core";
import { defineRoute, HttpProblem } from "@curfew/http";
import type { Connection } from "../process/listen.js";
import type { Settings } from "../settings/model.js";
import type { Metrics } from "./metrics.js";

/** `GET /metrics`: answers 404 to callers that may not read the metrics. */
export const metricsRoute = (
  metrics: Pick<Metrics, "text" | "contentType">,
  settings: Pick<Settings, "metricsToken" | "trustedProxies"> & { readonly publicUrl: string },
) =>
  defineRoute({
    method: "GET",
    path: "/metrics",
    operationId: "getMetrics",
    summary: "Metrics in Prometheus' text format",
    description:
      "Requires the bearer token of `CURFEW_METRICS_TOKEN`. Without that setting, only the machine itself may read the metrics, and nobody where a proxy is set or the public URL is https.",
    tags: ["Around it"],
    auth: "none",
    responses: { 200: { description: "The metrics", contentType: "text/plain" } },
    errors: ["not_found"],
    async handler({ c }) {
      const { incoming } = c.env as Connection;
      const isAllowed = mayReadMetrics({
        token: settings.metricsToken,
        isBehindProxy: settings.trustedProxies.length > 0 || settings.publicUrl.startsWith("https:"),
        peer: incoming.socket.remoteAddress ?? "",
        headers: c.req.raw.headers,
      });
      if (!isAllowed) throw new HttpProblem("not_found");
      return new Response(await metrics.text(), { headers: { "Content-Type": metrics.contentType } });
    },
  });

/** A request for the metrics, and the settings that decide on it. */
export interface MetricsRequest {
  /** The value of `CURFEW_METRICS_TOKEN`; null if it is not set. */
  readonly token: string | null;
  /** Trusted proxies are set, or the public URL is https, which only a proxy before the service can speak. */
  readonly isBehindProxy: boolean;
  /** The address of the connection's other end. */
  readonly peer: string;
  readonly headers: Headers;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** Headers that proxies add: with one of these, the peer is not the client. */
const FORWARDING_HEADERS = [
  "cf-connecting-ip",
  "forwarded",
  "true-client-ip",
  "via",
  "x-client-ip",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-forwarded-server",
  "x-real-ip",
] as const;

/**
 * Whether a request may read the metrics: if a token is set, any request that presents it (RFC 6750 §2.1); otherwise only
 * requests from this machine without a proxy.
 */
export function mayReadMetrics({ token, isBehindProxy, peer, headers }: MetricsRequest): boolean {
  if (token !== null) return presentsToken(headers.get("authorization"), token);
  if (isBehindProxy || FORWARDING_HEADERS.some((name) => headers.has(name))) return false;
  const address = canonicalAddress(peer);
  return address !== null && LOOPBACK.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}

/** Compares digests, which have equal length, so that the duration reveals nothing about the token. */
function presentsToken(authorization: string | null, token: string): boolean {
  const presented = /^bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  return presented !== undefined && timingSafeEqual(digest(presented), digest(token));
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
