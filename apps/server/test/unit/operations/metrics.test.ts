import { describe, expect, it } from "vitest";
import { createMetrics } from "../../../src/operations/metrics.js";

/** The value of one series; null where there is none. */
async function seriesOf(metrics: ReturnType<typeof createMetrics>, series: string): Promise<number | null> {
  const line = (await metrics.text()).split("\n").find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

describe("Metrics", () => {
  it("count requests by method, route and status, and time them", async () => {
    const metrics = createMetrics();
    const request = { method: "GET", route: "/api/users/me/sessions", status: 200, durationSeconds: 0.004 };
    metrics.answered(request);
    metrics.answered({ ...request, durationSeconds: 0.2 });
    metrics.answered({ ...request, status: 401 });
    const labels = 'method="GET",route="/api/users/me/sessions"';
    expect(await seriesOf(metrics, `curfew_http_requests_total{${labels},status="200"}`)).toBe(2);
    expect(await seriesOf(metrics, `curfew_http_requests_total{${labels},status="401"}`)).toBe(1);
    expect(await seriesOf(metrics, `curfew_http_request_duration_seconds_count{${labels}}`)).toBe(3);
    const bucket = `curfew_http_request_duration_seconds_bucket{le="0.005",${labels}}`;
    expect(await seriesOf(metrics, bucket)).toBe(2);
  });

  it("count methods that nobody knows as one, so that a caller can't fill the memory", async () => {
    const metrics = createMetrics();
    for (const method of ["BREW", "WHEN"])
      metrics.answered({ method, route: "/", status: 405, durationSeconds: 0 });
    expect(await seriesOf(metrics, 'curfew_http_requests_total{method="other",route="/",status="405"}')).toBe(
      2,
    );
  });

  it("count refreshes and sign-ins by what came of them, rotations, sweeps and ended sessions", async () => {
    const metrics = createMetrics();
    metrics.refreshed("granted");
    metrics.refreshed("session_expired");
    metrics.refreshed("granted");
    metrics.rotated();
    metrics.signedIn("invalid_credentials");
    metrics.swept("done");
    metrics.swept("failed");
    metrics.sessionsEnded("revoked_by_owner", 40);
    metrics.sessionsEnded("revoked_by_owner", 2);
    expect(await seriesOf(metrics, 'curfew_refreshes_total{outcome="granted"}')).toBe(2);
    expect(await seriesOf(metrics, 'curfew_refreshes_total{outcome="session_expired"}')).toBe(1);
    expect(await seriesOf(metrics, "curfew_rotations_total")).toBe(1);
    expect(await seriesOf(metrics, 'curfew_sign_ins_total{outcome="invalid_credentials"}')).toBe(1);
    expect(await seriesOf(metrics, 'curfew_sweeps_total{outcome="done"}')).toBe(1);
    expect(await seriesOf(metrics, 'curfew_sweeps_total{outcome="failed"}')).toBe(1);
    expect(await seriesOf(metrics, 'curfew_sessions_ended_total{reason="revoked_by_owner"}')).toBe(42);
  });

  it("begin at zero for everything that can come of an act, so that the first of it shows as a rate", async () => {
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

  it("tell how late revocations were read", async () => {
    const metrics = createMetrics();
    metrics.feedRead(0.004);
    metrics.feedRead(1.5);
    expect(await seriesOf(metrics, 'curfew_feed_lag_seconds_bucket{le="0.005"}')).toBe(1);
    expect(await seriesOf(metrics, 'curfew_feed_lag_seconds_bucket{le="1"}')).toBe(1);
    expect(await seriesOf(metrics, 'curfew_feed_lag_seconds_bucket{le="2"}')).toBe(2);
  });

  it("measure what is watched when somebody looks", async () => {
    const metrics = createMetrics();
    let ageMs: number | null = null;
    let streams = 0;
    metrics.watch({
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

  it("tell of the process too, and in Prometheus' own format", async () => {
    const metrics = createMetrics();
    expect(await seriesOf(metrics, "process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
    expect(metrics.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it("of two services in one process are apart", async () => {
    const [first, second] = [createMetrics(), createMetrics()];
    first.rotated();
    expect(await seriesOf(second, "curfew_rotations_total")).toBe(0);
  });
});
