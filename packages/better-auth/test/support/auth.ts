import { CurfewError, createCurfew, type Store } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { createSqlStore, migrateStore, openSqlite, type SqlDatabase } from "@curfew/sql";
import { type BetterAuthOptions, type BetterAuthPlugin, betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { getMigrations } from "better-auth/db/migration";
import { type OrganizationOptions, organization } from "better-auth/plugins";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { type CurfewPluginOptions, curfew } from "../../src/index.js";

export const PUBLIC_URL = "http://localhost:3000";
export const MINUTE = 60_000;
export const NOBODY = { userId: null, sessionId: null, ip: null };
const PASSWORD = "correct horse battery";

let image: Buffer | undefined;

/** A migrated database in memory. Migrating one for each test would be a fifth of the tests' time. */
async function migratedImage(): Promise<Buffer> {
  if (image !== undefined) return image;
  const connection = new Database(":memory:");
  await migrateStore(openSqlite({ database: connection }));
  image = connection.serialize();
  connection.close();
  return image;
}

/**
 * An engine, on SQLite in memory unless a migrated database is given, which has its own clock. Else a test moves the clock, which stands a
 * little ahead of the real one, by which better-auth goes.
 */
export async function openEngine(given?: SqlDatabase) {
  const clock = new FakeClock(Date.now() + 30_000);
  const connection = new Database(await migratedImage());
  const database = given ?? openSqlite({ database: connection, now: clock.now });
  const secret = new Uint8Array(32).fill(7);
  let isDown = false;
  const store = new Proxy(createSqlStore(database) as unknown as Store, {
    get(target, name: keyof Store) {
      const method = target[name] as (...args: readonly unknown[]) => unknown;
      return (...args: readonly unknown[]) =>
        isDown
          ? Promise.reject(new CurfewError("unavailable", { retryAfterSeconds: 1 }))
          : method.apply(target, [...args]);
    },
  });
  const engine = createCurfew({
    store,
    secret,
    issuer: PUBLIC_URL,
    ...(given === undefined ? { clock, scheduler: clock } : {}),
    owners: "host",
  });
  await engine.ready();
  onTestFinished(async () => {
    engine.close();
    await database.close();
    connection.close();
  });
  return {
    engine,
    secret,
    clock,
    setDown(down: boolean): void {
      isDown = down;
    },
  };
}

export type Kind = "memory" | "sqlite" | "cookie cache" | "secondary storage";
export const KINDS: readonly Kind[] = ["memory", "sqlite", "cookie cache", "secondary storage"];

/** How better-auth keeps its data in a test. */
function optionsOf(kind: Kind): BetterAuthOptions {
  if (kind === "sqlite") return { database: new Database(":memory:") };
  const tables = [
    "user",
    "session",
    "account",
    "verification",
    "organization",
    "member",
    "invitation",
    "team",
    "teamMember",
  ];
  const database = memoryAdapter(Object.fromEntries(tables.map((table) => [table, []])));
  if (kind === "cookie cache") return { database, session: { cookieCache: { enabled: true } } };
  if (kind === "memory") return { database };
  return { database, secondaryStorage: createStorage() };
}

/** Secondary storage in memory. */
export function createStorage(): NonNullable<BetterAuthOptions["secondaryStorage"]> {
  const values = new Map<string, string>();
  const take = async (key: string): Promise<string | null> => {
    const value = values.get(key) ?? null;
    values.delete(key);
    return value;
  };
  return {
    get: async (key) => values.get(key) ?? null,
    set: async (key, value) => void values.set(key, value),
    delete: async (key) => void values.delete(key),
    getAndDelete: take,
    async increment(key) {
      const count = Number(values.get(key) ?? 0) + 1;
      values.set(key, String(count));
      return count;
    },
  };
}

export interface TestOptions {
  readonly kind?: Kind;
  readonly plugin?: Partial<CurfewPluginOptions>;
  /** Further plugins, before this one. */
  readonly plugins?: readonly BetterAuthPlugin[];
  readonly organization?: OrganizationOptions;
  readonly auth?: BetterAuthOptions;
  readonly password?: Partial<NonNullable<BetterAuthOptions["emailAndPassword"]>>;
  /** Curfew's database. */
  readonly database?: SqlDatabase;
}

/** Better-auth with organizations and Curfew. */
export async function openAuth(test: TestOptions = {}) {
  const {
    kind = "memory",
    plugin = {},
    plugins = [],
    organization: organizations,
    auth: more,
    password,
  } = test;
  const { engine, secret, clock, setDown } = await openEngine(test.database);
  const options = {
    baseURL: PUBLIC_URL,
    secret: "a secret of better-auth that is long enough, Xy7!",
    emailAndPassword: {
      enabled: true,
      ...password,
      // Real hashes would be most of the tests' time.
      password: {
        hash: async (text: string) => text,
        verify: async ({ hash, password }: Hashed) => hash === password,
      },
    },
    user: { deleteUser: { enabled: true } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // It warns of each wrong password.
    logger: { level: "error" },
    ...optionsOf(kind),
    ...more,
    plugins: [
      organization(organizations),
      ...plugins,
      curfew({
        curfew: engine,
        publicUrl: PUBLIC_URL,
        secrets: [secret],
        activity: "reported",
        scheduler: clock,
        ...plugin,
      }),
    ],
  } satisfies BetterAuthOptions;
  if (kind === "sqlite" || more?.database !== undefined) await (await getMigrations(options)).runMigrations();
  const auth = betterAuth(options);
  const { adapter, internalAdapter } = await auth.$context;

  const browser = (): Browser => createBrowser((request) => auth.handler(request));
  return {
    auth,
    engine,
    clock,
    setDown,
    adapter,
    browser,
    findSession: async (token: string) => (await internalAdapter.findSession(token)) ?? null,
    /** Somebody new, signed in. */
    async register(name: string): Promise<Browser> {
      const visitor = browser();
      const body = { name, email: `${name}@acme.example`, password: PASSWORD };
      visitor.user = ((await visitor.post("/sign-up/email", body)).body as { user: { id: string } }).user;
      return visitor;
    },
    /** The same person on another device. */
    async signInAgain(name: string): Promise<Browser> {
      const visitor = browser();
      const { status, body } = await visitor.post("/sign-in/email", {
        email: `${name}@acme.example`,
        password: PASSWORD,
      });
      if (status !== 200) throw new Error("sign-in failed");
      visitor.user = (body as { user: { id: string } }).user;
      return visitor;
    },
    /** Adds a person to an organization, whose id it is. */
    addMember: (organizationId: string, { user }: Browser, role: "member" | "admin" | "owner" = "member") =>
      adapter.create({
        model: "member",
        data: { organizationId, userId: user.id, role, createdAt: new Date() },
      }),
  };
}

interface Hashed {
  readonly hash: string;
  readonly password: string;
}

export type TestAuth = Awaited<ReturnType<typeof openAuth>>;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** A browser of one person, which keeps cookies. */
export interface Browser {
  user: { id: string };
  readonly cookies: Map<string, string>;
  /** The headers of a server's call for this browser. */
  headers(): Headers;
  /** The token of the host session. */
  token(): string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  createOrganization(slug: string): Promise<string>;
  setActive(organizationId: string | null): Promise<Answer>;
}

function createBrowser(handler: (request: Request) => Promise<Response>): Browser {
  const cookies = new Map<string, string>();
  const keep = (response: Response): void => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";");
      const [name = "", value = ""] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) cookies.delete(name);
      else cookies.set(name, value);
    }
  };
  const browser: Browser = {
    user: { id: "" },
    cookies,
    headers: () =>
      new Headers({ cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") }),
    token() {
      const value = decodeURIComponent(cookies.get("better-auth.session_token") ?? "");
      return value.slice(0, value.lastIndexOf("."));
    },
    get: (path, headers) => browser.call("GET", path, undefined, headers),
    post: (path, body = {}, headers) => browser.call("POST", path, body, headers),
    async call(method, path, body, more = {}) {
      const headers = browser.headers();
      headers.set("Origin", PUBLIC_URL);
      for (const [name, value] of Object.entries(more)) headers.set(name, value);
      if (body !== undefined) headers.set("Content-Type", "application/json");
      const response = await handler(
        new Request(`${PUBLIC_URL}/api/auth${path}`, {
          method,
          headers,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      keep(response);
      const text = await response.text();
      return {
        status: response.status,
        body: text === "" ? undefined : (JSON.parse(text) as unknown),
        headers: response.headers,
      };
    },
    async createOrganization(slug) {
      const { body } = await browser.post("/organization/create", { name: slug, slug });
      return (body as { id: string }).id;
    },
    setActive: (organizationId) => browser.post("/organization/set-active", { organizationId }),
  };
  return browser;
}
