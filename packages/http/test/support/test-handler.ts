import { type Curfew, CurfewError, createCurfew, type OpenGoverned, type Store } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { createSqlStore } from "@curfew/sql";
import { onTestFinished } from "vitest";
import { openMigratedSqlite } from "../../../sql/test/support/migrated-sqlite.js";
import { createHandler, type HandlerOptions } from "../../src/index.js";

export const PUBLIC_URL = "https://app.example";
export const MINUTE = 60_000;
export const NOBODY = { userId: null, sessionId: null, ip: null };
export const ada = { id: "ada", name: "Ada", email: "ada@acme.example", role: "owner" as const };
export const ben = { id: "auth0|b", name: "Ben", email: "ben@acme.example", role: "member" as const };

/** An engine on SQLite in memory, whose calls of the store are counted. */
export async function openEngine() {
  const clock = new FakeClock();
  const database = await openMigratedSqlite(clock.now);
  const store = createSqlStore(database) as unknown as Store;
  let calls = 0;
  let isDown = false;
  const counting = new Proxy(store, {
    get(target, name: keyof Store) {
      const method = target[name] as (...args: readonly unknown[]) => unknown;
      return (...args: readonly unknown[]) => {
        if (name === "readFeed" || name === "watchFeed") return method.apply(target, [...args]);
        calls += 1;
        return isDown
          ? Promise.reject(new CurfewError("unavailable", { retryAfterSeconds: 1 }))
          : method.apply(target, [...args]);
      };
    },
  });
  const secret = new Uint8Array(32).fill(7);
  const curfew: Curfew = createCurfew({
    store: counting,
    secret,
    issuer: PUBLIC_URL,
    clock,
    scheduler: clock,
    owners: "host",
  });
  await curfew.ready();
  onTestFinished(async () => {
    curfew.close();
    await database.close();
  });
  return {
    clock,
    curfew,
    secret,
    /** Counts the calls of the store during some work. */
    async callsOf(work: () => Promise<unknown>): Promise<number> {
      calls = 0;
      await work();
      return calls;
    },
    setDown(down: boolean): void {
      isDown = down;
    },
  };
}

export type TestEngine = Awaited<ReturnType<typeof openEngine>>;

export interface CallOptions {
  readonly headers?: Record<string, string>;
  /** Sent as JSON. */
  readonly json?: unknown;
}

export const requestFor = (method: string, path: string, { headers, json }: CallOptions = {}): Request =>
  new Request(`${PUBLIC_URL}${path}`, {
    method,
    headers: { ...headers, ...(json === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });

/** What both kinds of handler have. */
const common = ({ curfew, secret, clock }: TestEngine) => ({
  curfew,
  publicUrl: PUBLIC_URL,
  secrets: [secret],
  accountName: () => "Acme",
  scheduler: clock,
});

/** A handler of sessions that Curfew issues. */
export async function openTokenHandler(options: Partial<HandlerOptions> = {}) {
  const engine = await openEngine();
  const sessions = createHandler({ ...common(engine), ...options } as HandlerOptions);
  return {
    ...engine,
    sessions,
    call: (method: string, path: string, call?: CallOptions) =>
      sessions.handler(requestFor(method, path, call)),
  };
}

/** A host's own sessions in memory, by the id in its cookie `sid`. */
export async function openHostHandler(options: Partial<HandlerOptions> = {}) {
  const engine = await openEngine();
  const table = new Map<string, OpenGoverned>();
  const errors: unknown[] = [];
  const host = {
    /** Signs somebody in, as the host's own sign-in does, and returns the cookie. */
    signIn(sid: string, user: OpenGoverned["user"], changes: Partial<OpenGoverned> = {}): string {
      table.set(sid, {
        accountId: "acme",
        hostSessionId: sid,
        user,
        startedAt: engine.clock.now(),
        ...changes,
      });
      return `sid=${sid}`;
    },
    table,
  };
  const sessions = createHandler({
    ...common(engine),
    hostSession: async (request: Request) =>
      table.get(/sid=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? "") ?? null,
    activity: "reported",
    onError: (error: unknown) => void errors.push(error),
    ...options,
  } as HandlerOptions);
  return {
    ...engine,
    host,
    sessions,
    errors,
    call: (method: string, path: string, cookie: string, call: CallOptions = {}) =>
      sessions.handler(requestFor(method, path, { ...call, headers: { cookie, ...call.headers } })),
    current: (cookie: string, headers: Record<string, string> = {}) =>
      sessions.current(requestFor("GET", "/", { headers: { cookie, ...headers } })),
  };
}
