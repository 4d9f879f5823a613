import { type CurfewErrorCode, REVOCATION_REASONS, type RevocationReason } from "@curfew/core";
import type { PoolState } from "@curfew/sql";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { SignInResult } from "../service-context.js";

export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of the route. */
  readonly route: string;
  readonly status: number;
  readonly durationSeconds: number;
}

/** The result of a refresh: `granted`, an error code, or `failed` for an unexpected error. */
export type RefreshResult = "granted" | "failed" | CurfewErrorCode;

/** Values that are measured when the metrics are read. */
export interface Gauges {
  /** Milliseconds since the start of the last successful read of the revocation feed; null before the first. */
  feedAgeMs(): number | null;
  /** Whether the last read is too old, so that each access token is checked in the database. */
  feedIsStale(): boolean;
  /** Passwords that are being hashed or wait for it. */
  passwordsInQueue(): number;
  eventStreamsOpen(): number;
  /** The connections to the database; null for the embedded one. */
  databasePool(): PoolState | null;
}

/** The metrics of the service. The interface hides the metrics library. */
export interface Metrics {
  countRequest(request: AnsweredRequest): void;
  countRefresh(outcome: RefreshResult): void;
  countRotation(): void;
  countSignIn(outcome: SignInResult): void;
  countEndedSessions(reason: RevocationReason | "expired", count: number): void;
  countSweep(outcome: "done" | "failed"): void;
  /** Records how long after its time a row of another process was first read from the revocation feed. */
  observeFeedLag(lagSeconds: number): void;
  /** Adds gauges, which are measured at each `text`. */
  addGauges(gauges: Gauges): void;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A notification usually takes milliseconds. Without it the feed is read every second, and it is stale after two. */
const LAG_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30];

/** Every series starts at zero: Prometheus can't compute the rate of a series that starts with its first count. */
const REFRESH_RESULTS: readonly RefreshResult[] = [
  "granted",
  "unauthenticated",
  "session_expired",
  "session_revoked",
  "invalid_proof",
  "use_dpop_nonce",
  "unavailable",
  "failed",
];
const SIGN_IN_RESULTS: readonly SignInResult[] = ["granted", "invalid_credentials", "rate_limited"];
const END_REASONS = ["expired", ...REVOCATION_REASONS] as const;

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Creates the metrics of the service and of the process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string, labelNames: string[] = []): Counter =>
    new Counter({ name, help, labelNames, registers });
  const requests = counter("curfew_http_requests_total", "Requests answered.", ["method", "route", "status"]);
  const durations = new Histogram({
    name: "curfew_http_request_duration_seconds",
    help: "Time from a request to its answer.",
    labelNames: ["method", "route"],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  const refreshes = counter("curfew_refreshes_total", "Refreshes by outcome.", ["outcome"]);
  const rotations = counter("curfew_rotations_total", "Refresh tokens rotated.");
  const signIns = counter("curfew_sign_ins_total", "Sign-ins by outcome.", ["outcome"]);
  const ended = counter("curfew_sessions_ended_total", "Sessions ended, by reason.", ["reason"]);
  const sweeps = counter("curfew_sweeps_total", "Batches of housekeeping, by outcome.", ["outcome"]);
  const lags = new Histogram({
    name: "curfew_feed_lag_seconds",
    help: "Time from another process's revocation to the read of its feed row, by the database's clock.",
    buckets: LAG_BUCKETS_SECONDS,
    registers,
  });
  for (const outcome of REFRESH_RESULTS) refreshes.inc({ outcome }, 0);
  for (const outcome of SIGN_IN_RESULTS) signIns.inc({ outcome }, 0);
  for (const reason of END_REASONS) ended.inc({ reason }, 0);
  for (const outcome of ["done", "failed"]) sweeps.inc({ outcome }, 0);
  return {
    countRequest: ({ method, route, status, durationSeconds }) => {
      const labels = { method: METHODS.has(method) ? method : "other", route };
      requests.inc({ ...labels, status });
      durations.observe(labels, durationSeconds);
    },
    countRefresh: (outcome) => refreshes.inc({ outcome }),
    countRotation: () => rotations.inc(),
    countSignIn: (outcome) => signIns.inc({ outcome }),
    countEndedSessions: (reason, count) => ended.inc({ reason }, count),
    countSweep: (outcome) => sweeps.inc({ outcome }),
    observeFeedLag: (lagSeconds) => lags.observe(lagSeconds),
    addGauges: (gauges) => registerGauges(registry, gauges),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function registerGauges(registry: Registry, gauges: Gauges): void {
  const gauge = (name: string, help: string, measure: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(measure());
      },
    });
  };
  gauge(
    "curfew_feed_age_seconds",
    "Time since the start of the last successful read of the revocation feed.",
    () => {
      const ageMs = gauges.feedAgeMs();
      return ageMs === null ? Number.NaN : ageMs / 1000;
    },
  );
  gauge("curfew_feed_stale", "1 while each access token is checked in the database.", () =>
    gauges.feedIsStale() ? 1 : 0,
  );
  gauge("curfew_passwords_in_queue", "Passwords being hashed or waiting for it.", gauges.passwordsInQueue);
  gauge("curfew_event_streams_open", "Event streams open.", gauges.eventStreamsOpen);
  if (gauges.databasePool() === null) return;
  const pool = (state: keyof PoolState) => (): number => gauges.databasePool()?.[state] ?? 0;
  gauge("curfew_database_connections_open", "Connections to the database.", pool("open"));
  gauge("curfew_database_connections_idle", "Idle connections to the database.", pool("idle"));
  gauge("curfew_database_pool_waiting", "Callers that wait for a connection.", pool("waiting"));
}
