import { randomBytes } from "node:crypto";
import type { SqlDatabase } from "@curfew/sql";
import { afterEach, describe, expect, it } from "vitest";
import { createLog } from "../../../src/operations/log.js";
import { createPasswords } from "../../../src/passwords/passwords.js";
import { assemble } from "../../../src/process/assemble.js";
import { readSettings } from "../../../src/settings/read-settings.js";
import { createFakeHasher } from "../fake-hasher.js";
import { openMigratedDatabase } from "../migrated-database.js";
import { BUILT_APP } from "../pages/built-app.js";

type Line = Record<string, unknown>;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Creates a service without a port, and collects its log at trace. */
async function createService(
  environment: Record<string, string> = {},
  breakDatabase?: (database: SqlDatabase) => void,
) {
  const database = await openMigratedDatabase();
  closers.push(() => database.close());
  const read = readSettings({ CURFEW_RATE_LIMIT: "off", ...environment });
  if (!read.ok) throw new Error(read.message);
  const lines: Line[] = [];
  const service = assemble({
    settings: read.settings,
    database,
    secrets: [new Uint8Array(randomBytes(32))],
    publicUrl: read.settings.publicUrl ?? "http://localhost:4000",
    log: createLog("trace", { write: (line) => void lines.push(JSON.parse(line) as Line) }),
    passwords: createPasswords(createFakeHasher()),
    webApp: BUILT_APP,
  });
  closers.push(service.close);
  await service.ready();
  breakDatabase?.(database);
  const request = async (method: string, path: string, headers: Record<string, string> = {}, json?: object) =>
    await service.fetch(
      new Request(`http://localhost:4000${path}`, {
        method,
        headers: { ...(json === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      }),
      { incoming: { socket: { remoteAddress: "127.0.0.1" } } },
    );
  return { request, lines, leave: service.leave };
}

const REGISTRATION = {
  account_name: "Hidden Harbour",
  name: "Ada Hidden",
  email: "hidden@curfew.example",
  password: "hidden-hidden-hidden",
  transport: "body",
};

interface Grant {
  access_token: string;
  refresh_token: string;
  session: { id: string };
}

describe("a warning in the log", () => {
  const warnings = (lines: readonly Line[]) =>
    lines.filter(({ level }) => level === "warn").map(({ msg, setting }) => [msg, setting]);

  it("tells once of X-Forwarded-For from a peer that is no trusted proxy", async () => {
    const headers = { "X-Forwarded-For": "192.0.2.7" };
    const { request, lines } = await createService();
    await request("GET", "/api/config");
    expect(warnings(lines)).toEqual([]);
    for (let call = 0; call < 3; call += 1) await request("GET", "/api/config", headers);
    expect(warnings(lines)).toEqual([
      ["X-Forwarded-For comes from a peer that is no trusted proxy", "CURFEW_TRUSTED_PROXIES"],
    ]);
    expect(JSON.stringify(lines)).not.toContain("192.0.2.7");
    const trusting = await createService({ CURFEW_TRUSTED_PROXIES: "127.0.0.0/8" });
    await trusting.request("GET", "/api/config", headers);
    expect(warnings(trusting.lines)).toEqual([]);
  });

  it.each([
    ["https://app.other.example", "strict", 1],
    ["https://app.other.example", "lax", 1],
    ["https://app.other.example", "none", 0],
    ["https://app.curfew.example", "strict", 0],
    ["https://app.curfew.example,https://one.example,https://two.example", "strict", 1],
    ["http://localhost:5173", "strict", 1],
  ])(
    "at the start tells of the allowed origins %s with SameSite %s: %i",
    async (origins, sameSite, count) => {
      const { lines } = await createService({
        CURFEW_PUBLIC_URL: "https://id.curfew.example",
        CURFEW_ALLOWED_ORIGINS: origins,
        CURFEW_COOKIE_SAMESITE: sameSite,
      });
      expect(warnings(lines)).toEqual(
        Array.from({ length: count }, () => [
          "an allowed origin is of another site, and its pages can keep no session",
          "CURFEW_ALLOWED_ORIGINS",
        ]),
      );
    },
  );
});

describe("a stopping service", () => {
  it("is not ready, still healthy, and still answers requests", async () => {
    const { request, leave } = await createService();
    expect((await request("GET", "/readyz")).status).toBe(200);
    leave();
    expect((await request("GET", "/readyz")).status).toBe(503);
    expect((await request("GET", "/healthz")).status).toBe(200);
    expect((await request("GET", "/api/config")).status).toBe(200);
  });
});

describe("the log at trace", () => {
  it("has one line per request with route pattern, status and duration", async () => {
    const { request, lines } = await createService();
    await request("GET", "/api/config?email=hidden@curfew.example");
    await request("DELETE", "/api/users/me/sessions/01920000-0000-7000-8000-000000000001");
    await request("GET", "/some/hidden/page");
    await request("GET", "/api/hidden");
    expect(lines).toEqual(
      [
        ["GET", "/api/config", 200],
        ["DELETE", "/api/users/me/sessions/{id}", 401],
        ["GET", "/*", 200],
        ["GET", "/api/*", 404],
      ].map(([method, route, status]) => ({
        level: "debug",
        time: expect.any(String),
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        method,
        route,
        status,
        durationMs: expect.any(Number),
        msg: "request",
      })),
    );
  });

  it("contains no token, cookie, credential, address or input", async () => {
    const { request, lines } = await createService();
    const registered = await request(
      "POST",
      "/api/auth/register",
      { "User-Agent": "hidden/1.0" },
      REGISTRATION,
    );
    expect(registered.status).toBe(201);
    const grant = (await registered.json()) as Grant;
    const bearer = { Authorization: `Bearer ${grant.access_token}` };
    const cookie = { Cookie: `curfew_refresh=${grant.refresh_token}` };
    await request("POST", "/api/auth/login", cookie, {
      email: REGISTRATION.email,
      password: "hidden-wrong-one",
    });
    await request(
      "POST",
      "/api/auth/refresh",
      { DPoP: "hidden.proof" },
      { refresh_token: grant.refresh_token },
    );
    await request("POST", "/api/auth/refresh", cookie, { hidden: true });
    await request("GET", "/api/auth/session", bearer);
    await request("GET", "/api/accounts/me/security/sessions?cursor=hidden", bearer);
    await request("GET", "/metrics", { Authorization: "Bearer hidden" });
    await request("GET", "/api/auth/session", { Authorization: "Bearer hidden.hidden.hidden" });
    await request("POST", "/api/auth/logout", cookie, { refresh_token: "hidden" });
    expect(lines.length).toBeGreaterThanOrEqual(9);
    const text = JSON.stringify(lines);
    for (const secret of [grant.access_token, grant.refresh_token, grant.session.id, "127.0.0.1"])
      expect(text).not.toContain(secret);
    expect(text.toLowerCase()).not.toContain("hidden");
  });

  it("has an unexpected error's stack frames and request id, but not its message", async () => {
    const { request, lines } = await createService({}, (database) => {
      database.read = () => Promise.reject(new TypeError("hidden"));
    });
    const answer = await request("GET", "/api/config");
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ code: "internal_error" });
    const requestId = answer.headers.get("X-Request-Id");
    expect(lines.map(({ level, msg, requestId: logged }) => [level, msg, logged])).toEqual([
      ["error", "request failed", requestId],
      ["warn", "request", requestId],
    ]);
    expect(lines[0]).toMatchObject({
      error: {
        name: "TypeError",
        frames: expect.arrayContaining([expect.stringMatching(/^at .+:\d+:\d+\)?$/)]),
      },
    });
    expect(JSON.stringify(lines)).not.toContain("hidden");
  });
});

describe("the metrics", () => {
  it("count requests by route pattern, and sign-ins and refreshes by outcome", async () => {
    const { request } = await createService();
    const { refresh_token } = (await (
      await request("POST", "/api/auth/register", {}, REGISTRATION)
    ).json()) as Grant;
    const { email, password } = REGISTRATION;
    await request("POST", "/api/auth/login", {}, { email, password, transport: "body" });
    await request("POST", "/api/auth/login", {}, { email, password: "another-one-here" });
    await request("POST", "/api/auth/refresh", {}, { refresh_token });
    await request("POST", "/api/auth/refresh", {}, { refresh_token: "forged" });
    await request("POST", "/api/auth/logout", {}, { refresh_token });
    const answer = await request("GET", "/metrics");
    expect(answer.headers.get("Content-Type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    for (const line of [
      'curfew_http_requests_total{method="POST",route="/api/auth/login",status="200"} 1',
      'curfew_http_requests_total{method="POST",route="/api/auth/login",status="401"} 1',
      'curfew_sign_ins_total{outcome="granted"} 1',
      'curfew_sign_ins_total{outcome="invalid_credentials"} 1',
      'curfew_refreshes_total{outcome="granted"} 1',
      'curfew_refreshes_total{outcome="unauthenticated"} 1',
      "curfew_rotations_total 1",
      'curfew_sessions_ended_total{reason="signed_out"} 1',
      "curfew_event_streams_open 0",
      "curfew_passwords_in_queue 0",
    ])
      expect(text.split("\n")).toContain(line);
    expect(text).toMatch(/^curfew_feed_age_seconds \d/m);
    expect(text).not.toContain("hidden");
  });

  it("are answered with 404 without the token", async () => {
    const { request } = await createService({ CURFEW_METRICS_TOKEN: "a-token" });
    const refused = await request("GET", "/metrics");
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({ code: "not_found" });
    expect((await request("GET", "/metrics", { Authorization: "Bearer a-token" })).status).toBe(200);
  });
});

describe("the assembled service", () => {
  it("documents its operational routes, and /docs shows every path", async () => {
    const { request } = await createService();
    const document = (await (await request("GET", "/openapi.json")).json()) as {
      paths: Record<string, object>;
    };
    const paths = Object.keys(document.paths);
    for (const path of [
      "/api/auth/login",
      "/api/auth/refresh",
      "/api/config",
      "/healthz",
      "/readyz",
      "/metrics",
    ])
      expect(paths).toContain(path);
    const page = await (await request("GET", "/docs")).text();
    for (const path of paths) expect(page).toContain(`<code>${path}</code>`);
  });

  it("reports the first run until an account exists", async () => {
    const { request, lines } = await createService({ CURFEW_REGISTRATION: "closed" });
    const config = async () => (await (await request("GET", "/api/config")).json()) as { first_run: boolean };
    expect(await config()).toEqual({
      registration: "closed",
      first_run: true,
      warning_seconds: 300,
      now: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    const { setupToken } = lines.find((line) => "setupToken" in line) ?? {};
    await request("POST", "/api/auth/register", {}, { ...REGISTRATION, setup_token: setupToken });
    expect((await config()).first_run).toBe(false);
  });

  it("adds Strict-Transport-Security if the public URL is https", async () => {
    const { request } = await createService({ CURFEW_PUBLIC_URL: "https://curfew.example" });
    for (const path of ["/", "/docs", "/api/config", "/healthz", "/api/none"])
      expect((await request("GET", path)).headers.get("Strict-Transport-Security")).toMatch(/^max-age=\d+/);
  });
});
