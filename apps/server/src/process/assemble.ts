import { randomBytes } from "node:crypto";
import { type Clock, createCurfew, type Scheduler, type Store, systemClock } from "@curfew/core";
import {
  type Call,
  createHttp,
  curfewRoutes,
  mountApiNotFound,
  mountRoutes,
  openApiRoute,
  securityHeaders,
} from "@curfew/http";
import { createEventWriter, type SqlDatabase, type Unit } from "@curfew/sql";
import { Hono } from "hono";
import { createAccountDirectory, followDeletions } from "../accounts/accounts.js";
import { createSetupToken, type SetupToken } from "../accounts/setup-token.js";
import { createClientAddressOf } from "../client-address.js";
import { createServiceStore } from "../database/service-store.js";
import { configRoute } from "../operations/config-route.js";
import { healthRoutes } from "../operations/health-routes.js";
import { type Log, logTrouble } from "../operations/log.js";
import { createMetrics, type Metrics } from "../operations/metrics.js";
import { metricsRoute } from "../operations/metrics-route.js";
import { observeRefreshes, observeStore } from "../operations/observe-engine.js";
import { observeRequests, type RequestEnv } from "../operations/observe-requests.js";
import { VERSION } from "../package-files.js";
import { mountPages } from "../pages/mount-pages.js";
import type { WebApp } from "../pages/web-app.js";
import { createPasswords, type Passwords } from "../passwords/passwords.js";
import type { ServiceContext } from "../service-context.js";
import { serviceRoutes } from "../service-routes.js";
import type { Settings } from "../settings/model.js";
import { areOfOneSite } from "../settings/same-site.js";
import { createLimits } from "../sign-in/limits/create-limits.js";
import { createKnownPlaces } from "../sign-in/limits/known-places.js";
import { learnPlaces } from "../sign-in/limits/learn-places.js";
import { answerWithProblem, type Connection, type Fetch } from "./listen.js";

export interface ServiceDependencies {
  readonly settings: Settings;
  readonly database: SqlDatabase;
  readonly secrets: readonly Uint8Array[];
  readonly publicUrl: string;
  readonly log: Log;
  /** Default: the service has no pages other than its API documentation. */
  readonly webApp?: WebApp;
  /** Default: the machine's clock and timers. */
  readonly time?: { readonly clock: Clock; readonly scheduler: Scheduler };
  readonly passwords?: Passwords;
}

/** The service without a port. */
export interface Service {
  readonly fetch: Fetch;
  /** Resolves once requests can be answered. Throws `unavailable`. */
  ready(): Promise<void>;
  /** Makes `/readyz` answer 503, and begins no more event streams. */
  announceStop(): void;
  /** Closes the event streams, after the announcement. */
  leave(): void;
  /** Stops the background work. The caller closes the database. */
  close(): void;
}

/** Connects store, engine, routes, pages, log and metrics to a service. */
export function assemble(dependencies: ServiceDependencies): Service {
  const { settings, database, publicUrl, log, webApp } = dependencies;
  const reportError = (error: unknown, c: Pick<Call, "get">): void =>
    log("error", "request failed", { error, requestId: c.get("requestId") as string });
  const metrics = createMetrics();
  const store = observeStore(createServiceStore(database), metrics);
  const engine = observeRefreshes(createEngine(dependencies, store, metrics), metrics);
  const monotonic = (): number => (dependencies.time?.clock ?? systemClock).monotonic();
  const places = createKnownPlaces(database, monotonic);
  const curfew = learnPlaces(engine, places, (error) =>
    log("warn", "storing the place of a refresh failed", { error }),
  );
  const accounts = createAccountDirectory(database, monotonic);
  followDeletions(curfew, accounts);
  const setupToken = createSetupToken(database, dependencies.secrets);
  const passwords = dependencies.passwords ?? createPasswords();
  const http = createHttp({
    curfew,
    publicUrl,
    allowedOrigins: settings.allowedOrigins,
    secrets: dependencies.secrets,
    accountName: accounts.nameOf,
    userIds: "uuid",
    cookie: settings.cookie,
    hstsSubdomains: settings.hstsSubdomains,
    clientIp: clientIpReader(settings, log),
    onError: reportError,
  });
  metrics.addGauges({
    feedAgeMs: () => curfew.feedHealth().ageMs,
    feedIsStale: () => !curfew.feedHealth().fresh,
    passwordsInQueue: () => passwords.pending,
    eventStreamsOpen: () => http.streams.size,
    databasePool: () => database.poolState(),
  });
  const context: ServiceContext = {
    curfew,
    http,
    database,
    writeEvent: createEventWriter(database),
    accounts,
    setupToken,
    passwords,
    places,
    ...createLimits(database, settings),
    settings: { publicUrl, registration: settings.registration },
    randomBytes,
    onSignIn: metrics.countSignIn,
  };
  if (
    settings.cookie.sameSite !== "none" &&
    !settings.allowedOrigins.every((origin) => areOfOneSite(origin, publicUrl))
  )
    log("warn", "an allowed origin is of another site, and its pages can keep no session", {
      setting: "CURFEW_ALLOWED_ORIGINS",
    });
  let isStopping = false;
  const announceStop = (): void => {
    isStopping = true;
    http.streams.refuseNew();
  };
  const routes = [
    ...serviceRoutes(context),
    ...curfewRoutes(http),
    configRoute({ ...settings, now: curfew.now, hasAccount: accounts.hasAny }),
    ...healthRoutes({ curfew, store, isStopping: () => isStopping }),
    metricsRoute(metrics, { ...settings, publicUrl }),
  ];

  const app = new Hono<RequestEnv>();
  const headers = securityHeaders(publicUrl, settings);
  app.onError((error, c) => {
    reportError(error, c);
    return answerWithProblem("internal_error", headers);
  });
  app.use(observeRequests(log, metrics, () => performance.now()));
  mountRoutes(app, [...routes, openApiRoute(http, routes, { title: "Curfew", version: VERSION })], http);
  mountApiNotFound(app, http);
  mountPages(app, {
    publicUrl,
    hstsSubdomains: settings.hstsSubdomains,
    ...(webApp === undefined ? {} : { webApp }),
    readDocument: async (c) => app.request("/openapi.json", {}, c.env),
  });
  return {
    fetch: (request, connection) => app.fetch(request, connection),
    async ready() {
      await curfew.ready();
      if (settings.registration === "closed") await logSetupToken(setupToken, log);
    },
    announceStop,
    leave() {
      announceStop();
      http.streams.closeAll();
    },
    close: curfew.close,
  };
}

async function logSetupToken(setupToken: SetupToken, log: Log): Promise<void> {
  const token = await setupToken.current();
  if (token !== null) log("info", "the first account needs this setup token", { setupToken: token });
}

const createEngine = (
  { settings, secrets, publicUrl, log, time }: ServiceDependencies,
  store: Store<() => Unit<void>>,
  metrics: Pick<Metrics, "observeFeedLag">,
) =>
  createCurfew({
    store,
    secret: secrets,
    issuer: publicUrl,
    acceptsIssuer: acceptsIssuer(settings),
    policy: settings.policy,
    accessTokenSeconds: settings.accessTokenSeconds,
    rotationGraceSeconds: settings.rotationGraceSeconds,
    shadowLimit: settings.shadowLimit,
    sessionsPerUser: settings.sessionsPerUser,
    reauthMinutes: settings.reauthMinutes,
    auditDays: settings.auditDays,
    onTrouble: logTrouble(log),
    onFeedRow: (lagMs) => metrics.observeFeedLag(lagMs / 1000),
    ...time,
  });

/** Replicas without a public URL issue tokens under their own local port, and must accept each other's tokens. */
const acceptsIssuer =
  ({ postgres, publicUrl }: Pick<Settings, "postgres" | "publicUrl">) =>
  (issuer: string): boolean =>
    postgres !== null && publicUrl === null && /^http:\/\/localhost:\d+$/.test(issuer);

/** Behind a proxy that nobody named, all clients are one network, so the first such call is warned of. */
function clientIpReader(settings: Pick<Settings, "trustedProxies">, log: Log): (c: Call) => string | null {
  let hasWarned = false;
  const clientAddressOf = createClientAddressOf(settings.trustedProxies, () => {
    if (hasWarned) return;
    hasWarned = true;
    log("warn", "X-Forwarded-For comes from a peer that is no trusted proxy", {
      setting: "CURFEW_TRUSTED_PROXIES",
    });
  });
  return (c) => {
    const { remoteAddress } = (c.env as Connection).incoming.socket;
    return remoteAddress === undefined
      ? null
      : clientAddressOf(remoteAddress, c.req.header("x-forwarded-for"));
  };
}
