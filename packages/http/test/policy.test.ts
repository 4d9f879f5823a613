import { describe, expect, test } from "vitest";
import { faults, jsonOf, refusal } from "./world/reading.js";
import { type CallOptions, openWorld } from "./world/world.js";

const PATH = "/api/accounts/me/security";
const CLEARED = "__Host-curfew_refresh=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict";

async function openOwner() {
  const world = await openWorld();
  const grant = await world.signIn();
  const ask = (method: string, path = PATH, call: CallOptions = {}) =>
    world.call(method, path, { token: grant.accessToken, ...call });
  const patch = (json: unknown, headers: Record<string, string> = {}) =>
    ask("PATCH", PATH, { json, headers });
  return { ...world, grant, ask, patch };
}

const untouched = {
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

describe("the policy", () => {
  test("is told with its bounds, its version and who is signed in", async () => {
    const world = await openOwner();
    const response = await world.ask("GET");
    expect([response.status, response.headers.get("etag")]).toEqual([200, '"1"']);
    expect(await jsonOf(response)).toEqual({
      ...untouched,
      active_users: [
        {
          user_id: world.grant.user.id,
          name: "Ada",
          email: world.grant.user.email,
          last_login_at: "2026-01-05T09:00:00.000Z",
          last_active_at: "2026-01-05T09:00:00.000Z",
          session_count: 1,
        },
      ],
      active_user_count: 1,
      active_session_count: 1,
    });
  });

  test("is told whatever If-None-Match says", async () => {
    const world = await openOwner();
    expect((await world.ask("GET", PATH, { headers: { "If-None-Match": '"1"' } })).status).toBe(200);
  });

  test("can be changed, for the sign-ins to come", async () => {
    const world = await openOwner();
    const response = await world.patch({ idle_minutes: 15, absolute_minutes: 720 });
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
    const cleared = await world.patch({ idle_minutes: null });
    expect(await jsonOf(cleared)).toMatchObject({
      idle_minutes: null,
      absolute_minutes: 720,
      preset: "custom",
    });
  });

  test.each([[{}], [{ apply: "next_login" }]])("is not changed by %j, which is a 200", async (json) => {
    const world = await openOwner();
    const response = await world.patch(json);
    expect([response.status, response.headers.get("etag")]).toEqual([200, '"1"']);
    expect(await jsonOf(response)).toMatchObject({
      ...untouched,
      applied: { sessions_shortened: 0, sessions_ended: 0 },
    });
  });

  test("applied as it stands is a new version", async () => {
    const world = await openOwner();
    expect((await world.patch({ apply: "now" })).headers.get("etag")).toBe('"2"');
  });

  test("applied now shortens the open sessions, and lets go of the access tokens from before", async () => {
    const world = await openOwner();
    const response = await world.patch({ idle_minutes: 15, apply: "now" });
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await jsonOf(response)).toMatchObject({ applied: { sessions_shortened: 1, sessions_ended: 0 } });
    expect(await refusal(await world.ask("GET"))).toEqual([401, "token_expired"]);
  });

  test("applied now clears the cookie of the caller whose session it ends", async () => {
    const world = await openOwner();
    await world.clock.advance(3_000_000);
    const renewed = await world.curfew.sessions.refresh(world.grant.refreshToken, { idleForSeconds: 3_000 });
    const response = await world.call("PATCH", PATH, {
      token: renewed.accessToken,
      json: { idle_minutes: 15, apply: "now" },
    });
    expect([response.status, response.headers.get("set-cookie")]).toEqual([200, CLEARED]);
    expect(await jsonOf(response)).toMatchObject({
      active_session_count: 0,
      applied: { sessions_shortened: 0, sessions_ended: 1 },
    });
    const after = await world.call("POST", "/api/auth/refresh", { cookie: renewed.refreshToken });
    expect(await jsonOf(after)).toMatchObject({
      code: "session_expired",
      reason: "idle",
      ended_at: "2026-01-05T09:15:00.000Z",
    });
  });

  test("applied now leaves the cookie of a caller alone whose session goes on where another ends", async () => {
    const world = await openOwner();
    await world.clock.advance(3_000_000);
    const fresh = await world.signIn();
    const response = await world.call("PATCH", PATH, {
      token: fresh.accessToken,
      json: { idle_minutes: 15, apply: "now" },
    });
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await jsonOf(response)).toMatchObject({ applied: { sessions_shortened: 1, sessions_ended: 1 } });
  });

  test("asks for a recent sign-in before it lets sessions live longer, and not before it tightens", async () => {
    const world = await openOwner();
    await world.clock.advance(901_000);
    const { accessToken } = await world.curfew.sessions.refresh(world.grant.refreshToken);
    const patch = (json: unknown) => world.call("PATCH", PATH, { token: accessToken, json });
    expect(await refusal(await patch({ idle_minutes: 61 }))).toEqual([403, "reauthentication_required"]);
    expect((await patch({ idle_minutes: 59 })).status).toBe(200);
  });

  test("checks the body before the sign-in's age, and that before the version", async () => {
    const world = await openOwner();
    await world.clock.advance(901_000);
    const { accessToken } = await world.curfew.sessions.refresh(world.grant.refreshToken);
    const patch = (json: unknown) =>
      world.call("PATCH", PATH, { token: accessToken, json, headers: { "If-Match": '"9"' } });
    expect(await faults(await patch({ idle_minutes: 9 }))).toEqual(["idle_minutes: out_of_range"]);
    expect(await refusal(await patch({ idle_minutes: 61 }))).toEqual([403, "reauthentication_required"]);
    expect(await refusal(await patch({ idle_minutes: 59 }))).toEqual([412, "precondition_failed"]);
  });
});

describe("If-Match", () => {
  test.each(['"1"', "*", ' "1" ', '"0", "1"', '"1","7"', 'W/"1", "1"', '"a,b", "1"'])(
    "%s lets version 1 be changed",
    async (tag) => {
      const world = await openOwner();
      expect((await world.patch({ idle_minutes: 15 }, { "If-Match": tag })).status).toBe(200);
    },
  );

  test.each(['"2"', 'W/"1"', "1", '"01"', '"1.0"', '"x"', '""', '"0"', '"2", "3"', "", ",", "'1'", '"1'])(
    "%s does not",
    async (tag) => {
      const world = await openOwner();
      const response = await world.patch({ idle_minutes: 15 }, { "If-Match": tag });
      expect(await refusal(response)).toEqual([412, "precondition_failed"]);
      expect((await world.ask("GET")).headers.get("etag")).toBe('"1"');
    },
  );

  test("lets one of two who saw the same version change it", async () => {
    const world = await openOwner();
    const change = (idle: number) => world.patch({ idle_minutes: idle }, { "If-Match": '"1"' });
    const statuses = (await Promise.all([change(15), change(20)])).map((response) => response.status);
    expect(statuses.sort()).toEqual([200, 412]);
  });
});

describe("the preview", () => {
  const preview = (world: Awaited<ReturnType<typeof openOwner>>, json: unknown) =>
    world.ask("POST", `${PATH}/preview`, { json });

  test("tells what applying would do, and does nothing", async () => {
    const world = await openOwner();
    await world.clock.advance(240_000);
    const response = await preview(world, { idle_minutes: 15, absolute_minutes: 720 });
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
    expect((await world.ask("GET")).headers.get("etag")).toBe('"1"');
  });

  test("names who would be signed out, the caller too", async () => {
    const world = await openOwner();
    await world.clock.advance(3_000_000);
    const { accessToken } = await world.curfew.sessions.refresh(world.grant.refreshToken, {
      idleForSeconds: 3_000,
    });
    const response = await world.call("POST", `${PATH}/preview`, {
      token: accessToken,
      json: { idle_minutes: 15 },
    });
    expect(await jsonOf(response)).toMatchObject({
      sessions_ended: 1,
      users_ended: 1,
      users_ended_first: [{ user_id: world.grant.user.id, name: "Ada" }],
      caller_session_ends: true,
    });
  });

  test("refuses what PATCH refuses, and knows no apply", async () => {
    const world = await openOwner();
    expect(await faults(await preview(world, { idle_minutes: 1441 }))).toEqual([
      "idle_minutes: idle_exceeds_absolute",
    ]);
    expect(await faults(await preview(world, { apply: "now", idle_minutes: 1 }))).toEqual([
      "apply: unknown_field",
      "idle_minutes: out_of_range",
    ]);
  });

  test("never asks for a recent sign-in", async () => {
    const world = await openOwner();
    await world.clock.advance(901_000);
    const { accessToken } = await world.curfew.sessions.refresh(world.grant.refreshToken);
    const response = await world.call("POST", `${PATH}/preview`, {
      token: accessToken,
      json: { idle_minutes: 1440 },
    });
    expect(response.status).toBe(200);
  });
});
