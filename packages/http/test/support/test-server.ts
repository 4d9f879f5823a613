import { randomBytes } from "node:crypto";
import { type Curfew, createCurfew, createUuidv7, type Grant, type Role } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { createSqlStore } from "@curfew/sql";
import { Hono } from "hono";
import { onTestFinished } from "vitest";
import { openMigratedSqlite } from "../../../sql/test/support/migrated-sqlite.js";
import {
  createHttp,
  curfewRoutes,
  type Http,
  mountApiNotFound,
  mountRoutes,
  type Route,
} from "../../src/index.js";

export const PUBLIC_URL = "https://app.example";
export const ALLOWED_ORIGIN = "https://console.example";

export interface TestServerOptions {
  publicUrl?: string;
  allowedOrigins?: readonly string[];
  userIds?: "any" | "uuid";
  hstsSubdomains?: boolean;
  routes?: (http: Http) => readonly Route[];
  accountName?: () => string | Promise<string>;
  /** Wraps the engine that the routes use. */
  wrapEngine?: (curfew: Curfew) => Curfew;
}

export interface SignInOptions {
  accountId?: string;
  userId?: string;
  role?: Role;
  name?: string;
  keyThumbprint?: string;
  userAgent?: string;
}

export interface CallOptions {
  /** An access token. */
  token?: string;
  cookie?: string;
  headers?: Record<string, string>;
  /** Sent as JSON, with its content type. */
  json?: unknown;
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

/** Mounts the routes over a real engine with an in-memory SQLite database and a fake clock; closes it after the test. */
export async function openTestServer(options: TestServerOptions = {}) {
  const clock = new FakeClock();
  const database = await openMigratedSqlite(clock.now);
  const secret = new Uint8Array(32).fill(7);
  const publicUrl = options.publicUrl ?? PUBLIC_URL;
  const store = createSqlStore(database);
  const looks = { count: 0 };
  const engine = createCurfew({
    store: {
      ...store,
      readSession(accountId, sessionId) {
        looks.count += 1;
        return store.readSession(accountId, sessionId);
      },
      readSessions(accountId, sessionIds) {
        looks.count += sessionIds.length;
        return store.readSessions(accountId, sessionIds);
      },
    },
    secret,
    issuer: publicUrl,
    clock,
    scheduler: clock,
  }) as unknown as Curfew;
  await engine.ready();
  const curfew = options.wrapEngine?.(engine) ?? engine;
  const reportedErrors: unknown[] = [];
  const http = createHttp({
    curfew,
    publicUrl,
    allowedOrigins: options.allowedOrigins ?? [ALLOWED_ORIGIN],
    secrets: [secret],
    accountName: options.accountName ?? (() => "Acme"),
    hstsSubdomains: options.hstsSubdomains ?? false,
    ...(options.userIds === undefined ? {} : { userIds: options.userIds }),
    clientIp: (c) => c.req.header("x-test-ip") ?? "192.0.2.1",
    scheduler: clock,
    onError: (error) => reportedErrors.push(error),
  });
  const app = new Hono();
  mountRoutes(app, (options.routes ?? curfewRoutes)(http), http);
  mountApiNotFound(app, http);
  onTestFinished(async () => {
    http.streams.closeAll();
    engine.close();
    await database.close();
  });

  const createId = createUuidv7((size) => randomBytes(size));
  const newId = (): string => createId(clock.now());
  const server = {
    app,
    clock,
    curfew: engine,
    database,
    http,
    newId,
    publicUrl,
    secret,
    reportedErrors,
    /** How often the engine has looked a session up in the database so far. */
    looks,
    accountId: newId(),
    signIn(user: SignInOptions = {}): Promise<Grant> {
      const id = user.userId ?? newId();
      return engine.sessions.start({
        accountId: user.accountId ?? server.accountId,
        user: {
          id,
          name: user.name ?? "Ada",
          email: `${id}@acme.example`,
          role: user.role ?? "owner",
        },
        device: { userAgent: user.userAgent ?? null, ip: "192.0.2.1", label: null },
        ...(user.keyThumbprint === undefined ? {} : { keyThumbprint: user.keyThumbprint }),
      });
    },
    call(method: string, path: string, call: CallOptions = {}): Promise<Response> {
      const headers = new Headers(call.headers);
      if (call.token !== undefined) headers.set("Authorization", `Bearer ${call.token}`);
      if (call.cookie !== undefined) headers.set("Cookie", `${http.cookieName}=${call.cookie}`);
      if (call.json !== undefined) headers.set("Content-Type", "application/json");
      const body = call.json === undefined ? call.body : JSON.stringify(call.json);
      const init =
        body === undefined ? { method, headers } : { method, headers, body, duplex: "half" as const };
      return Promise.resolve(app.request(new Request(`${publicUrl}${path}`, init)));
    },
  };
  return server;
}

export type TestServer = Awaited<ReturnType<typeof openTestServer>>;
