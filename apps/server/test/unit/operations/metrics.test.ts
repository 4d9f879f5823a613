import { describe, expect, it } from "vitest";
import { createMetrics } from "../../../src/operations/metrics.js";

/** The value of a series; null if it does not exist. */
async function seriesOf(metrics: ReturnType<typeof createMetrics>, series: string): Promise<number | null> {
  const line = (await metrics.text()).split("\n").find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

describe("the metrics", () => {
  it("count requests by method, route and status, and measure their duration", async () => {
    const metrics = createMetrics();
    const request = { method: "GET", route: "/api/users/me/sessions", status: 200, durationSeconds: 0.004 };
    metrics.countRequest(request);
    metrics.countRequest({ ...request, durationSeconds: 0.2 });
    metrics.countRequest({ ...request, status: 401 });
    const labels = 'method="GET",route="/api/users/me/sessions"';
    expect(await seriesOf(metrics, `curfew_http_requests_total{${labels},status="200"}`)).toBe(2);
    expect(await seriesOf(metrics, `curfew_http_requests_total{${labels},status="401"}`)).toBe(1);
    expect(await seriesOf(metrics, `curfew_http_request_duration_seconds_count{${labels}}`)).toBe(3);
    const bucket = `curfew_http_request_duration_seconds_bucket{le="0.005",${labels}}`;
    expect(await seriesOf(metrics, bucket)).toBe(2);
  });

  it("count all unknown methods as one series, so that callers can't fill the memory", async () => {
    const metrics = createMetrics();
    for (const method of ["BREW", "WHEN"])
      metrics.countRequest({ method, route: "/", status: 405, durationSeconds: 0 });
    expect(await seriesOf(metrics, 'curfew_http_requests_total{method="other",route="/",status="405"}')).toBe(
      2,
    );
  });

  it("count refreshes and sign-ins by outcome, rotations, sweeps and ended sessions", async () => {
    const metrics = createMetrics();
    metrics.countRefresh("granted");
    metrics.countRefresh("session_expired");
    metrics.countRefresh("granted");
    metrics.countRotation();
    metrics.countSignIn("invalid_credentials");
    metrics.countSweep("done");
    metrics.countSweep("failed");
    metrics.countEndedSessions("revoked_by_owner", 40);
    metrics.countEndedSessions("revoked_by_owner", 2);
    expect(await seriesOf(metrics, 'curfew_refreshes_total{outcome="granted"}')).toBe(2);
    expect(await seriesOf(metrics, 'curfew_refreshes_total{outcome="session_expired"}')).toBe(1);
    expect(await seriesOf(metrics, "curfew_rotations_total")).toBe(1);
    expect(await seriesOf(metrics, 'curfew_sign_ins_total{outcome="invalid_credentials"}')).toBe(1);
    expect(await seriesOf(metrics, 'curfew_sweeps_total{outcome="done"}')).toBe(1);
    expect(await seriesOf(metrics, 'curfew_sweeps_total{outcome="failed"}')).toBe(1);
    expect(await seriesOf(metrics, 'curfew_sessions_ended_total{reason="revoked_by_owner"}')).toBe(42);
  });

  it("start at zero for every outcome, so that the first one shows as a rate", async () => {
    const metrics = createMetrics();
    for (const series of [
      'curfew_refreshes_total{outcome="granted"}',
      'curfew_refreshes_total{outcome="unavailable"}',
      'curfew_refreshes_total{outcome="failed"}',
      'curfew_sign_ins_total{outcome="rate_limited"}',
      'curfew_sessions_ended_total{reason="token_reused"}',
      'curfew_sweeps_total{outcome="failed"}',
    ])
      expect(await seriesOf(metrics, series), series).toBe(0);
  });

  it("measure how late revocations were read", async () => {
    const metrics = createMetrics();
    metrics.observeFeedLag(0.004);
    metrics.observeFeedLag(1.5);
    expect(await seriesOf(metrics, 'curfew_feed_lag_seconds_bucket{le="0.005"}')).toBe(1);
    expect(await seriesOf(metrics, 'curfew_feed_lag_seconds_bucket{le="1"}')).toBe(1);
    expect(await seriesOf(metrics, 'curfew_feed_lag_seconds_bucket{le="2"}')).toBe(2);
  });

  it("measure gauges when they are read", async () => {
    const metrics = createMetrics();
    let ageMs: number | null = null;
    let streams = 0;
    metrics.addGauges({
      feedAgeMs: () => ageMs,
      feedIsStale: () => ageMs === null,
      passwordsInQueue: () => 3,
      eventStreamsOpen: () => streams,
      databasePool: () => ({ open: 4, idle: 1, waiting: 2 }),
    });
    expect(await seriesOf(metrics, "curfew_feed_age_seconds")).toBeNaN();
    expect(await seriesOf(metrics, "curfew_feed_stale")).toBe(1);
    ageMs = 1500;
    streams = 7;
    expect(await seriesOf(metrics, "curfew_feed_age_seconds")).toBe(1.5);
    expect(await seriesOf(metrics, "curfew_feed_stale")).toBe(0);
    expect(await seriesOf(metrics, "curfew_passwords_in_queue")).toBe(3);
    expect(await seriesOf(metrics, "curfew_event_streams_open")).toBe(7);
    expect(await seriesOf(metrics, "curfew_database_connections_open")).toBe(4);
    expect(await seriesOf(metrics, "curfew_database_connections_idle")).toBe(1);
    expect(await seriesOf(metrics, "curfew_database_pool_waiting")).toBe(2);
  });

  it("include process metrics, in Prometheus' text format", async () => {
    const metrics = createMetrics();
    expect(await seriesOf(metrics, "process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
    expect(metrics.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it("of two services in one process are separate", async () => {
    const [first, second] = [createMetrics(), createMetrics()];
    first.countRotation();
    expect(await seriesOf(second, "curfew_rotations_total")).toBe(0);
  });
});
