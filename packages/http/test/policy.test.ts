import { describe, expect, test } from "vitest";
import { faultsOf, jsonOf, statusAndCode } from "./support/responses.js";
import { type CallOptions, openTestServer } from "./support/test-server.js";

const PATH = "/api/accounts/me/security";
const CLEARED = "__Host-curfew_refresh=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict";

async function openAsOwner() {
  const server = await openTestServer();
  const grant = await server.signIn();
  const ask = (method: string, path = PATH, call: CallOptions = {}) =>
    server.call(method, path, { token: grant.accessToken, ...call });
  const patch = (json: unknown, headers: Record<string, string> = {}) =>
    ask("PATCH", PATH, { json, headers });
  return { ...server, grant, ask, patch };
}

const defaultPolicy = {
  version: 1,
  idle_minutes: null,
  absolute_minutes: null,
  effective_idle_minutes: 60,
  effective_absolute_minutes: 1440,
  default_idle_minutes: 60,
  default_absolute_minutes: 1440,
  idle_minutes_min: 10,
  idle_minutes_max: 43_200,
  absolute_minutes_min: 30,
  absolute_minutes_max: 129_600,
  preset: "standard",
};

describe("the policy routes", () => {
  test("GET returns the policy with its bounds, its version and the active users", async () => {
    const server = await openAsOwner();
    const response = await server.ask("GET");
    expect([response.status, response.headers.get("etag")]).toEqual([200, '"1"']);
    expect(await jsonOf(response)).toEqual({
      ...defaultPolicy,
      active_users: [
        {
          user_id: server.grant.user.id,
          name: "Ada",
          email: server.grant.user.email,
          last_login_at: "2026-01-05T09:00:00.000Z",
          last_active_at: "2026-01-05T09:00:00.000Z",
          session_count: 1,
        },
      ],
      active_user_count: 1,
      active_session_count: 1,
    });
  });

  test("GET ignores If-None-Match", async () => {
    const server = await openAsOwner();
    expect((await server.ask("GET", PATH, { headers: { "If-None-Match": '"1"' } })).status).toBe(200);
  });

  test("PATCH changes the policy for later sign-ins", async () => {
    const server = await openAsOwner();
    const response = await server.patch({ idle_minutes: 15, absolute_minutes: 720 });
    expect(response.headers.get("etag")).toBe('"2"');
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await jsonOf(response)).toMatchObject({
      idle_minutes: 15,
      absolute_minutes: 720,
      effective_idle_minutes: 15,
      effective_absolute_minutes: 720,
      preset: "strict",
      active_session_count: 1,
      applied: { sessions_shortened: 0, sessions_ended: 0 },
    });
    const cleared = await server.patch({ idle_minutes: null });
    expect(await jsonOf(cleared)).toMatchObject({
      idle_minutes: null,
      absolute_minutes: 720,
      preset: "custom",
    });
  });

  test.each([[{}], [{ apply: "next_login" }]])(
    "PATCH with %j changes nothing and answers 200",
    async (json) => {
      const server = await openAsOwner();
      const response = await server.patch(json);
      expect([response.status, response.headers.get("etag")]).toEqual([200, '"1"']);
      expect(await jsonOf(response)).toMatchObject({
        ...defaultPolicy,
        applied: { sessions_shortened: 0, sessions_ended: 0 },
      });
    },
  );

  test("applying the unchanged policy creates a new version", async () => {
    const server = await openAsOwner();
    expect((await server.patch({ apply: "now" })).headers.get("etag")).toBe('"2"');
  });

  test("applying now shortens open sessions and expires older access tokens", async () => {
    const server = await openAsOwner();
    const response = await server.patch({ idle_minutes: 15, apply: "now" });
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await jsonOf(response)).toMatchObject({ applied: { sessions_shortened: 1, sessions_ended: 0 } });
    expect(await statusAndCode(await server.ask("GET"))).toEqual([401, "token_expired"]);
  });

  test("applying now clears the caller's cookie if it ends the caller's session", async () => {
    const server = await openAsOwner();
    await server.clock.advance(3_000_000);
    const renewed = await server.curfew.sessions.refresh(server.grant.refreshToken, {
      idleForSeconds: 3_000,
    });
    const response = await server.call("PATCH", PATH, {
      token: renewed.accessToken,
      json: { idle_minutes: 15, apply: "now" },
    });
    expect([response.status, response.headers.get("set-cookie")]).toEqual([200, CLEARED]);
    expect(await jsonOf(response)).toMatchObject({
      active_session_count: 0,
      applied: { sessions_shortened: 0, sessions_ended: 1 },
    });
    const after = await server.call("POST", "/api/auth/refresh", { cookie: renewed.refreshToken });
    expect(await jsonOf(after)).toMatchObject({
      code: "session_expired",
      reason: "idle",
      ended_at: "2026-01-05T09:15:00.000Z",
    });
  });

  test("applying now keeps the caller's cookie if it ends only other sessions", async () => {
    const server = await openAsOwner();
    await server.clock.advance(3_000_000);
    const fresh = await server.signIn();
    const response = await server.call("PATCH", PATH, {
      token: fresh.accessToken,
      json: { idle_minutes: 15, apply: "now" },
    });
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await jsonOf(response)).toMatchObject({ applied: { sessions_shortened: 1, sessions_ended: 1 } });
  });

  test.each([
    ["next_login", 0, null],
    ["now", 0, null],
    ["now", 3_000_000, CLEARED],
  ])(
    "a change that is committed (%s) is answered although the database then fails",
    async (apply, idleMs, cookie) => {
      const server = await openTestServer({
        wrapEngine: (curfew) => ({
          ...curfew,
          policy: {
            ...curfew.policy,
            async update(...call) {
              const updated = await curfew.policy.update(...call);
              await server.database.close();
              return updated;
            },
          },
        }),
      });
      const { refreshToken } = await server.signIn();
      await server.clock.advance(idleMs);
      const { accessToken } = await server.curfew.sessions.refresh(refreshToken, {
        idleForSeconds: idleMs / 1000,
      });
      const json = { idle_minutes: 15, apply };
      const response = await server.call("PATCH", PATH, { token: accessToken, json });
      expect([response.status, response.headers.get("set-cookie")]).toEqual([200, cookie]);
      expect(await jsonOf(response)).toMatchObject({ active_session_count: cookie === null ? 1 : 0 });
    },
  );

  test("longer limits require a recent sign-in, shorter ones do not", async () => {
    const server = await openAsOwner();
    await server.clock.advance(901_000);
    const { accessToken } = await server.curfew.sessions.refresh(server.grant.refreshToken);
    const patch = (json: unknown) => server.call("PATCH", PATH, { token: accessToken, json });
    expect(await statusAndCode(await patch({ idle_minutes: 61 }))).toEqual([
      403,
      "reauthentication_required",
    ]);
    expect((await patch({ idle_minutes: 59 })).status).toBe(200);
  });

  test("PATCH checks the body, then the sign-in's age, then the version", async () => {
    const server = await openAsOwner();
    await server.clock.advance(901_000);
    const { accessToken } = await server.curfew.sessions.refresh(server.grant.refreshToken);
    const patch = (json: unknown) =>
      server.call("PATCH", PATH, { token: accessToken, json, headers: { "If-Match": '"9"' } });
    expect(await faultsOf(await patch({ idle_minutes: 9 }))).toEqual(["idle_minutes: out_of_range"]);
    expect(await statusAndCode(await patch({ idle_minutes: 61 }))).toEqual([
      403,
      "reauthentication_required",
    ]);
    expect(await statusAndCode(await patch({ idle_minutes: 59 }))).toEqual([412, "precondition_failed"]);
  });
});

describe("If-Match", () => {
  test.each([
    '"1"',
    "*",
    ' "1" ',
    '"0", "1"',
    '"1","7"',
    'W/"1", "1"',
    '"a,b", "1"',
    'W/"1"',
    'W/"0", W/"1"',
    '"1-gzip"',
    '"1-br"',
    '"1-zstd"',
    '"1--gzip"',
    '"1-gzip-gzip"',
    '"1;gzip"',
    '"1:x-gzip"',
    '"1.GZIP"',
    'W/"1-gzip"',
    '"0-gzip", "1-gzip"',
  ])("%s matches version 1", async (tag) => {
    const server = await openAsOwner();
    expect((await server.patch({ idle_minutes: 15 }, { "If-Match": tag })).status).toBe(200);
  });

  test.each([
    '"2"',
    "1",
    "W/1",
    'w/"1"',
    '"01"',
    '"1.0"',
    '"1-2"',
    '"1gzip"',
    '"1-"',
    '"10-gzip"',
    '"-gzip"',
    'W/"2"',
    '"2-gzip"',
    '"1-gzip',
    '"x"',
    '""',
    '"0"',
    '"2", "3"',
    "",
    ",",
    "'1'",
    '"1',
  ])("%s does not match version 1", async (tag) => {
    const server = await openAsOwner();
    const response = await server.patch({ idle_minutes: 15 }, { "If-Match": tag });
    expect(await statusAndCode(response)).toEqual([412, "precondition_failed"]);
    expect((await server.ask("GET")).headers.get("etag")).toBe('"1"');
  });

  test("lets one of two concurrent changes of the same version succeed", async () => {
    const server = await openAsOwner();
    const change = (idle: number) => server.patch({ idle_minutes: idle }, { "If-Match": '"1"' });
    const statuses = (await Promise.all([change(15), change(20)])).map((response) => response.status);
    expect(statuses.sort()).toEqual([200, 412]);
  });
});

describe("the policy preview", () => {
  const preview = (server: Awaited<ReturnType<typeof openAsOwner>>, json: unknown) =>
    server.ask("POST", `${PATH}/preview`, { json });

  test("returns the effect of applying now, and changes nothing", async () => {
    const server = await openAsOwner();
    await server.clock.advance(240_000);
    const response = await preview(server, { idle_minutes: 15, absolute_minutes: 720 });
    const body = await jsonOf<{ standards: { id: string; supported: boolean }[] }>(response);
    expect(body).toMatchObject({
      effective_idle_minutes: 15,
      effective_absolute_minutes: 720,
      preset: "strict",
      sessions: 1,
      sessions_shortened: 1,
      sessions_ended: 0,
      users_ended: 0,
      users_ended_first: [],
      caller_session_ends: false,
    });
    expect(body.standards[0]).toEqual({
      id: "nist-aal1",
      name: "NIST SP 800-63B-4 AAL1",
      source: expect.any(String),
      idle_minutes_max: null,
      absolute_minutes_max: 43_200,
      supported: true,
    });
    expect((await server.ask("GET")).headers.get("etag")).toBe('"1"');
  });

  test("lists the users who would be signed out, including the caller", async () => {
    const server = await openAsOwner();
    await server.clock.advance(3_000_000);
    const { accessToken } = await server.curfew.sessions.refresh(server.grant.refreshToken, {
      idleForSeconds: 3_000,
    });
    const response = await server.call("POST", `${PATH}/preview`, {
      token: accessToken,
      json: { idle_minutes: 15 },
    });
    expect(await jsonOf(response)).toMatchObject({
      sessions_ended: 1,
      users_ended: 1,
      users_ended_first: [{ user_id: server.grant.user.id, name: "Ada" }],
      caller_session_ends: true,
    });
  });

  test("refuses the fields that PATCH refuses, and the field apply", async () => {
    const server = await openAsOwner();
    expect(await faultsOf(await preview(server, { idle_minutes: 1441 }))).toEqual([
      "idle_minutes: idle_exceeds_absolute",
    ]);
    expect(await faultsOf(await preview(server, { apply: "now", idle_minutes: 1 }))).toEqual([
      "apply: unknown_field",
      "idle_minutes: out_of_range",
    ]);
  });

  test("does not require a recent sign-in", async () => {
    const server = await openAsOwner();
    await server.clock.advance(901_000);
    const { accessToken } = await server.curfew.sessions.refresh(server.grant.refreshToken);
    const response = await server.call("POST", `${PATH}/preview`, {
      token: accessToken,
      json: { idle_minutes: 1440 },
    });
    expect(response.status).toBe(200);
  });
});
