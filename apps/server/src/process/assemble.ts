import { randomBytes } from "node:crypto";
import { type Clock, createCurfew, type Scheduler, type Store } from "@curfew/core";
import {
  createHttp,
  curfewRoutes,
  mountApiNotFound,
  mountRoutes,
  openApiRoute,
  securityHeaders,
} from "@curfew/http";
import { createEventWriter, createSqlStore, type SqlDatabase, type Unit } from "@curfew/sql";
import { type Context, Hono } from "hono";
import { createAccountDirectory } from "../accounts/account-directory.js";
import { createClientIp } from "../network/client-ip.js";
import { configRoute } from "../operations/config-route.js";
import { healthRoutes } from "../operations/health-routes.js";
import type { Log } from "../operations/log.js";
import { createMetrics, type Metrics } from "../operations/metrics.js";
import { metricsRoute } from "../operations/metrics-route.js";
import { observeRefreshes } from "../operations/observe-refreshes.js";
import { observeRequests, type RequestEnv } from "../operations/observe-requests.js";
import { observeStore } from "../operations/observe-store.js";
import { mountPages } from "../pages/mount-pages.js";
import type { WebApp } from "../pages/web-app/web-file.js";
import { createPasswords, type Passwords } from "../passwords/passwords.js";
import type { People } from "../people.js";
import { peopleRoutes } from "../people-routes.js";
import type { Settings } from "../settings/model.js";
import { createLimits } from "../sign-in/limits/create-limits.js";
import type { Connection, Fetch } from "./listen.js";
import { reportTrouble } from "./report-trouble.js";
import { answerEarly } from "./unreadable.js";
import { VERSION } from "./version.js";

/** What a service is made of. */
export interface Parts {
  readonly settings: Settings;
  readonly database: SqlDatabase;
  readonly secrets: readonly Uint8Array[];
  readonly publicUrl: string;
  readonly log: Log;
  /** Absent: the service answers calls, and has no pages but the one about its API. */
  readonly webApp?: WebApp;
  /** Another time than this machine's. */
  readonly time?: { readonly clock: Clock; readonly scheduler: Scheduler };
  readonly passwords?: Passwords;
}

/** The service without a port: it answers requests, and can be stopped. */
export interface Service {
  readonly fetch: Fetch;
  /** Resolves once requests can be answered. Throws `unavailable`. */
  ready(): Promise<void>;
  /** Says by `/readyz` that it is leaving, and ends what would never end by itself: the event streams. */
  leave(): void;
  /** Stops what runs by itself. The database stays open: it is its opener's to close. */
  close(): void;
}

/** Puts the service together: store, engine, people, routes and pages, each watched by log and metrics. */
export function assemble(parts: Parts): Service {
  const { settings, database, publicUrl, log, webApp } = parts;
  const reportError = (error: unknown, c: Context): void =>
    log("error", "request failed", { error, requestId: c.get("requestId") });
  const metrics = createMetrics();
  const store = observeStore(createSqlStore(database), metrics);
  const curfew = observeRefreshes(createEngine(parts, store, metrics), metrics);
  const accounts = createAccountDirectory(database);
  const passwords = parts.passwords ?? createPasswords();
  const http = createHttp({
    curfew,
    publicUrl,
    allowedOrigins: settings.allowedOrigins,
    secrets: parts.secrets,
    accountName: accounts.nameOf,
    clientIp: clientAddress(settings),
    onError: reportError,
  });
  metrics.watch({
    feedAgeMs: () => curfew.feedHealth().ageMs,
    feedIsStale: () => !curfew.feedHealth().fresh,
    passwordsInQueue: () => passwords.pending,
    eventStreamsOpen: () => http.streams.size,
    databasePool: () => database.poolState(),
  });
  const people: People = {
    curfew,
    http,
    database,
    writeEvent: createEventWriter(database),
    accounts,
    passwords,
    limits: createLimits(database, settings),
    settings: { publicUrl, registration: settings.registration },
    randomBytes,
    onSignIn: metrics.signedIn,
    onTrailError: (error) => log("warn", "writing the trail failed", { error }),
  };
  let isLeaving = false;
  const routes = [
    ...peopleRoutes(people),
    ...curfewRoutes(http),
    configRoute({ registration: settings.registration, now: curfew.now, hasAccount: accounts.hasAny }),
    ...healthRoutes({ curfew, store, isLeaving: () => isLeaving }),
    metricsRoute(metrics, settings),
  ];

  const app = new Hono<RequestEnv>();
  const safe = securityHeaders(publicUrl);
  app.onError((error, c) => {
    reportError(error, c);
    return answerEarly("internal_error", safe);
  });
  app.use(observeRequests(log, metrics, () => performance.now()));
  mountRoutes(app, [...routes, openApiRoute(http, routes, { title: "Curfew", version: VERSION })], http);
  mountApiNotFound(app, http);
  mountPages(app, {
    publicUrl,
    ...(webApp === undefined ? {} : { webApp }),
    readDocument: async (c) => app.request("/openapi.json", {}, c.env),
  });
  return {
    fetch: (request, connection) => app.fetch(request, connection),
    ready: curfew.ready,
    leave() {
      isLeaving = true;
      http.streams.closeAll();
    },
    close: curfew.close,
  };
}

const createEngine = (
  { settings, secrets, publicUrl, log, time }: Parts,
  store: Store<() => Unit<void>>,
  metrics: Pick<Metrics, "feedRead">,
) =>
  createCurfew({
    store,
    secret: secrets,
    issuer: publicUrl,
    acceptsIssuer: acceptsIssuer(settings),
    policy: settings.policy,
    accessTokenSeconds: settings.accessTokenSeconds,
    rotationGraceSeconds: settings.rotationGraceSeconds,
    sessionsPerUser: settings.sessionsPerUser,
    reauthMinutes: settings.reauthMinutes,
    auditDays: settings.auditDays,
    onTrouble: reportTrouble(log),
    onFeedRow: (lagMs) => metrics.feedRead(lagMs / 1000),
    ...time,
  });

/**
 * Replicas that were told no public URL each go by a port of their own of this machine, and still have to know each other's tokens.
 */
const acceptsIssuer =
  ({ postgres, publicUrl }: Pick<Settings, "postgres" | "publicUrl">) =>
  (issuer: string): boolean =>
    postgres !== null && publicUrl === null && /^http:\/\/localhost:\d+$/.test(issuer);

function clientAddress(settings: Pick<Settings, "trustedProxies">): (c: Context) => string | null {
  const clientIp = createClientIp(settings.trustedProxies);
  return (c) => {
    const { remoteAddress } = (c.env as Connection).incoming.socket;
    return remoteAddress === undefined ? null : clientIp(remoteAddress, c.req.header("x-forwarded-for"));
  };
}
