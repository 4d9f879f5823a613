import { type CurfewErrorCode, REVOCATION_REASONS, type RevocationReason } from "@curfew/core";
import type { PoolState } from "@curfew/sql";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { SignInResult } from "../people.js";

/** A request that was answered. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of the route. */
  readonly route: string;
  readonly status: number;
  readonly durationSeconds: number;
}

/** What came of a refresh: `granted`, the code of its refusal, or `failed` where it is no refusal at all. */
export type RefreshResult = "granted" | "failed" | CurfewErrorCode;

/** What is measured when somebody looks. */
export interface Gauges {
  /** Milliseconds since the last successful read of the revocation feed began; null before the first. */
  feedAgeMs(): number | null;
  /** Whether the last read of the feed is too old to be trusted, so that the database is asked about each access token. */
  feedIsStale(): boolean;
  /** Passwords waiting for a free hashing thread, or being hashed. */
  passwordsInQueue(): number;
  eventStreamsOpen(): number;
  /** The connections to the database; null where it is the embedded one. */
  databasePool(): PoolState | null;
}

/** What the service counts. The one place that knows the library behind it. */
export interface Metrics {
  answered(request: AnsweredRequest): void;
  refreshed(outcome: RefreshResult): void;
  rotated(): void;
  signedIn(outcome: SignInResult): void;
  sessionsEnded(reason: RevocationReason | "expired", count: number): void;
  swept(outcome: "done" | "failed"): void;
  /** An act of another process was read in the revocation feed for the first time, this long after its moment. */
  feedRead(lagSeconds: number): void;
  /** From here on these are measured at each `text`. */
  watch(gauges: Gauges): void;
  /** Everything, in Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

const DURATION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** An act waits for its commit and for the wake-up; a read comes each second; after two the memory is not trusted. */
const LAG_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30];

/** What can come of it. Their series begin at zero: of one that begins with its first count no rate can be told. */
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

/** Makes the service's metrics, with the process's own beside them. */
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
  const refreshes = counter("curfew_refreshes_total", "Refreshes, by what came of them.", ["outcome"]);
  const rotations = counter("curfew_rotations_total", "Refresh tokens rotated.");
  const signIns = counter("curfew_sign_ins_total", "Sign-ins, by what came of them.", ["outcome"]);
  const ended = counter("curfew_sessions_ended_total", "Sessions ended, by reason.", ["reason"]);
  const sweeps = counter("curfew_sweeps_total", "Batches of housekeeping, by what came of them.", [
    "outcome",
  ]);
  const lags = new Histogram({
    name: "curfew_feed_lag_seconds",
    help: "From the moment of another process's revocation to the read that brought it here, by the database's clock.",
    buckets: LAG_BUCKETS_SECONDS,
    registers,
  });
  for (const outcome of REFRESH_RESULTS) refreshes.inc({ outcome }, 0);
  for (const outcome of SIGN_IN_RESULTS) signIns.inc({ outcome }, 0);
  for (const reason of END_REASONS) ended.inc({ reason }, 0);
  for (const outcome of ["done", "failed"]) sweeps.inc({ outcome }, 0);
  return {
    answered: ({ method, route, status, durationSeconds }) => {
      const labels = { method: METHODS.has(method) ? method : "other", route };
      requests.inc({ ...labels, status });
      durations.observe(labels, durationSeconds);
    },
    refreshed: (outcome) => refreshes.inc({ outcome }),
    rotated: () => rotations.inc(),
    signedIn: (outcome) => signIns.inc({ outcome }),
    sessionsEnded: (reason, count) => ended.inc({ reason }, count),
    swept: (outcome) => sweeps.inc({ outcome }),
    feedRead: (lagSeconds) => lags.observe(lagSeconds),
    watch: (gauges) => registerGauges(registry, gauges),
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
  gauge("curfew_feed_age_seconds", "Since the last good read of the revocation feed began.", () => {
    const ageMs = gauges.feedAgeMs();
    return ageMs === null ? Number.NaN : ageMs / 1000;
  });
  gauge("curfew_feed_stale", "1 while the database is asked about each access token.", () =>
    gauges.feedIsStale() ? 1 : 0,
  );
  gauge("curfew_passwords_in_queue", "Passwords being hashed or waiting for it.", gauges.passwordsInQueue);
  gauge("curfew_event_streams_open", "Event streams open.", gauges.eventStreamsOpen);
  if (gauges.databasePool() === null) return;
  const pool = (state: keyof PoolState) => (): number => gauges.databasePool()?.[state] ?? 0;
  gauge("curfew_database_connections_open", "Connections to the database.", pool("open"));
  gauge("curfew_database_connections_idle", "Connections that nobody uses.", pool("idle"));
  gauge("curfew_database_pool_waiting", "Callers that wait for a connection.", pool("waiting"));
}
