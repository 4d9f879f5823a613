import { createHash } from "node:crypto";
import { createCurfew } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { createHttp, curfewRoutes, mountRoutes } from "@curfew/http";
import { all, createEventWriter, migrateStore, raw, type SqlDatabase } from "@curfew/sql";
import { Hono } from "hono";
import { sql } from "kysely";
import { createAccountDirectory, followDeletions } from "../../src/accounts/accounts.js";
import { createSetupToken } from "../../src/accounts/setup-token.js";
import { migrateService } from "../../src/database/migrations.js";
import { createServiceStore } from "../../src/database/service-store.js";
import { createPasswords } from "../../src/passwords/passwords.js";
import type { ServiceContext, SignInResult } from "../../src/service-context.js";
import { serviceRoutes } from "../../src/service-routes.js";
import { createLimits } from "../../src/sign-in/limits/create-limits.js";
import { createKnownPlaces } from "../../src/sign-in/limits/known-places.js";
import { learnPlaces } from "../../src/sign-in/limits/learn-places.js";
import { createFakeHasher } from "./fake-hasher.js";
import { openMigratedDatabase } from "./migrated-database.js";

export const ORIGIN = "http://localhost:4000";
export const PASSWORD = "a password of no list";

export interface TestServiceOptions {
  readonly registration?: "open" | "closed";
  readonly limits?: "on" | "off";
  /** Default: the same for all services. */
  readonly secret?: Uint8Array;
  /** Default: an SQLite database in memory. */
  readonly openDatabase?: (now: () => number) => Promise<SqlDatabase>;
}

export interface Call {
  readonly body?: unknown;
  readonly token?: string;
  readonly cookie?: string | null;
  readonly ip?: string;
  readonly dpop?: string;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what the wire brought, and asserts it
  readonly body: any;
  /** The refresh cookie that the answer sets; "" if it deletes the cookie, null if it does not set one. */
  readonly cookie: string | null;
  readonly headers: Headers;
}

/** Creates a service with a fake clock and a fake password hasher. */
export async function createTestService(options: TestServiceOptions = {}) {
  const clock = new FakeClock();
  const database = await (options.openDatabase ?? openMigratedDatabase)(clock.now);
  await migrateStore(database);
  await migrateService(database);
  const secret = options.secret ?? createHash("sha256").update("a secret of the tests").digest();
  const store = createServiceStore(database);
  const errors: unknown[] = [];
  const places = createKnownPlaces(database, clock.monotonic);
  const curfew = learnPlaces(
    createCurfew({ store, secret, issuer: ORIGIN, clock, scheduler: clock }),
    places,
    (error) => errors.push(error),
  );
  await curfew.ready();
  const accounts = createAccountDirectory(database, clock.monotonic);
  followDeletions(curfew, accounts);
  const http = createHttp({
    curfew,
    publicUrl: ORIGIN,
    secrets: [secret],
    accountName: accounts.nameOf,
    clientIp: (c) => c.req.header("x-test-ip") ?? null,
    scheduler: clock,
    onError: (error) => errors.push(error),
  });
  const hasher = createFakeHasher();
  const signIns: SignInResult[] = [];
  const context: ServiceContext = {
    curfew,
    http,
    database,
    accounts,
    setupToken: createSetupToken(database, [secret]),
    writeEvent: createEventWriter(database),
    passwords: createPasswords(hasher),
    places,
    ...createLimits(database, { rateLimit: options.limits !== "off" }),
    settings: { publicUrl: ORIGIN, registration: options.registration ?? "open" },
    randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
    onSignIn: (result) => signIns.push(result),
  };

  /** Returns a client of the service with parts of its context replaced. */
  const callWith = (overrides: Partial<ServiceContext>) => {
    const app = new Hono();
    mountRoutes(app, [...curfewRoutes(http), ...serviceRoutes({ ...context, ...overrides })], http);
    return (method: string, path: string, call: Call = {}): Promise<Answer> => send(app, method, path, call);
  };

  const app = new Hono();
  mountRoutes(app, [...curfewRoutes(http), ...serviceRoutes(context)], http);

  const query = <Row>(text: string): Promise<readonly Row[]> =>
    database.read(() => all(raw<Row>(database.queries(), sql.raw<Row>(text))));

  return {
    clock,
    database,
    curfew,
    context,
    hasher,
    signIns,
    /** Errors that were reported to the host. */
    errors,
    /** Answers a raw request. */
    fetch: async (request: Request): Promise<Response> => app.fetch(request),
    callWith,
    call: callWith({}),
    query,
    async rowCounts(): Promise<Readonly<Partial<Record<Table, number>>>> {
      const counts = await Promise.all(
        TABLES.map((table) => query<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)),
      );
      return Object.fromEntries(TABLES.map((table, index) => [table, counts[index]?.[0]?.count ?? -1]));
    },
    /** The audit trail of an account, newest event first. */
    async trail(accountId: string) {
      const page = await curfew.events.list({ accountId, limit: 100, after: null });
      return page.items.map(({ type, actor, sessionId, ip, details }) => ({
        type,
        actorId: actor?.id ?? null,
        sessionId,
        ip,
        details,
      }));
    },
    close() {
      curfew.close();
      return database.close();
    },
  };
}

export type TestService = Awaited<ReturnType<typeof createTestService>>;

const TABLES = [
  "first_account",
  "account_names",
  "credentials",
  "email_directory",
  "invitations",
  "password_links",
  "curfew_users",
  "curfew_sessions",
  "curfew_events",
] as const;

type Table = (typeof TABLES)[number];

async function send(app: Hono, method: string, path: string, call: Call): Promise<Answer> {
  const headers = new Headers({ "x-test-ip": call.ip ?? "192.0.2.1", "user-agent": "curl/8.5.0" });
  if (call.body !== undefined) headers.set("content-type", "application/json");
  if (call.token !== undefined) headers.set("authorization", `Bearer ${call.token}`);
  if (call.cookie) headers.set("cookie", `curfew_refresh=${call.cookie}`);
  if (call.dpop !== undefined) headers.set("dpop", call.dpop);
  const response = await app.request(`${ORIGIN}${path}`, {
    method,
    headers,
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  const text = await response.text();
  const cookie = /^curfew_refresh=([^;]*)/.exec(response.headers.get("set-cookie") ?? "");
  return {
    status: response.status,
    body: text === "" ? null : JSON.parse(text),
    cookie: cookie?.[1] ?? null,
    headers: response.headers,
  };
}
