import { describe, expect, test } from "vitest";
import { faults, jsonOf, refusal } from "./world/reading.js";
import { openWorld } from "./world/world.js";

const OWN = "/api/users/me/sessions";
const ACCOUNT = "/api/accounts/me/security/sessions";
const CLEARED = "__Host-curfew_refresh=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict";

interface Page {
  items: { id: string; user: { id: string }; current: boolean }[];
  next_cursor: string | null;
}

describe("the current session", () => {
  test("is told with its user, and asking moves no deadline", async () => {
    const world = await openWorld();
    const grant = await world.signIn({ role: "member", name: "Bo" });
    await world.clock.advance(10_000);
    const response = await world.call("GET", "/api/auth/session", { token: grant.accessToken });
    expect(await jsonOf(response)).toEqual({
      session: {
        id: grant.session.id,
        started_at: "2026-01-05T09:00:00.000Z",
        last_active_at: "2026-01-05T09:00:00.000Z",
        idle_minutes: 60,
        absolute_minutes: 1440,
        idle_expires_at: "2026-01-05T10:00:00.000Z",
        absolute_expires_at: "2026-01-06T09:00:00.000Z",
        idle_expires_in_ms: 3_590_000,
        absolute_expires_in_ms: 86_390_000,
      },
      user: {
        id: grant.user.id,
        name: "Bo",
        email: `${grant.user.id}@acme.example`,
        role: "member",
        account: { id: world.accountId, name: "Acme" },
      },
    });
  });

  test("that was ended says so, with its reason, while its access token lasts", async () => {
    const world = await openWorld();
    const grant = await world.signIn();
    await world.curfew.sessions.signOut(grant.refreshToken);
    const response = await world.call("GET", "/api/auth/session", { token: grant.accessToken });
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await jsonOf(response)).toMatchObject({
      code: "session_revoked",
      reason: "signed_out",
      ended_at: "2026-01-05T09:00:00.000Z",
    });
  });
});

describe("one's own sessions", () => {
  test("are listed, and nobody else's", async () => {
    const world = await openWorld();
    const userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const mine = await world.signIn({ role: "member", userAgent });
    await world.signIn();
    const response = await world.call("GET", OWN, { token: mine.accessToken });
    expect(await jsonOf(response)).toEqual({
      items: [
        {
          id: mine.session.id,
          user: { id: mine.user.id, name: "Ada", email: mine.user.email },
          device: { label: null, user_agent: userAgent, ip: "192.0.2.1" },
          started_at: "2026-01-05T09:00:00.000Z",
          last_active_at: "2026-01-05T09:00:00.000Z",
          idle_expires_at: "2026-01-05T10:00:00.000Z",
          absolute_expires_at: "2026-01-06T09:00:00.000Z",
          current: true,
        },
      ],
      next_cursor: null,
    });
  });

  test("can be ended one by one; ending the calling one clears the cookie, and what is over is a 404", async () => {
    const world = await openWorld();
    const one = await world.signIn({ role: "member" });
    const second = await world.signIn({ role: "member", userId: one.user.id });
    const end = (id: string) => world.call("DELETE", `${OWN}/${id}`, { token: one.accessToken });
    const first = await end(second.session.id);
    expect([first.status, first.headers.get("set-cookie")]).toEqual([204, null]);
    expect(await refusal(await end(second.session.id))).toEqual([404, "not_found"]);
    const last = await end(one.session.id);
    expect([last.status, last.headers.get("set-cookie")]).toEqual([204, CLEARED]);
    const refreshed = await world.call("POST", "/api/auth/refresh", { cookie: one.refreshToken });
    expect(await jsonOf(refreshed)).toMatchObject({ code: "session_revoked", reason: "revoked_by_user" });
  });

  test("are never those of somebody else, in the account or out of it", async () => {
    const world = await openWorld();
    const me = await world.signIn();
    const colleague = await world.signIn();
    const stranger = await world.signIn({ accountId: world.newId() });
    for (const { session } of [colleague, stranger])
      expect(
        await refusal(await world.call("DELETE", `${OWN}/${session.id}`, { token: me.accessToken })),
      ).toEqual([404, "not_found"]);
  });

  test("can all be ended but the calling one", async () => {
    const world = await openWorld();
    const me = await world.signIn({ role: "member" });
    await world.signIn({ role: "member", userId: me.user.id });
    await world.signIn({ role: "member", userId: me.user.id });
    await world.signIn();
    const response = await world.call("POST", `${OWN}/revoke-others`, { token: me.accessToken });
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await jsonOf(response)).toEqual({ revoked_count: 2 });
    const { items } = await jsonOf<Page>(await world.call("GET", OWN, { token: me.accessToken }));
    expect(items.map((item) => item.id)).toEqual([me.session.id]);
  });

  test("are ended by a body of nothing, and of nothing else", async () => {
    const world = await openWorld();
    const token = (await world.signIn()).accessToken;
    const response = await world.call("POST", `${OWN}/revoke-others`, { token, json: { all: true } });
    expect(await faults(response)).toEqual(["all: unknown_field"]);
  });
});

describe("the account's sessions", () => {
  test.each([
    ["GET", ACCOUNT],
    ["DELETE", `${ACCOUNT}/019b9a3c-0000-7000-8000-00000000000a`],
    ["POST", "/api/accounts/me/security/revoke-sessions"],
    ["POST", "/api/accounts/me/security/users/019b9a3c-0000-7000-8000-00000000000a/revoke-sessions"],
    ["GET", "/api/accounts/me/security"],
    ["PATCH", "/api/accounts/me/security"],
    ["POST", "/api/accounts/me/security/preview"],
    ["GET", "/api/accounts/me/security/events"],
  ])("are the owner's affair: a member's %s %s is forbidden", async (method, path) => {
    const world = await openWorld();
    const token = (await world.signIn({ role: "member" })).accessToken;
    expect(await refusal(await world.call(method, path, { token }))).toEqual([403, "forbidden"]);
  });

  test("come in pages, newest activity first, each once", async () => {
    const world = await openWorld();
    const ids: string[] = [];
    let token = "";
    for (let index = 0; index < 5; index++) {
      const grant = await world.signIn();
      token = grant.accessToken;
      ids.unshift(grant.session.id);
      await world.clock.advance(1_000);
    }
    await world.signIn({ accountId: world.newId() });
    const seen: string[] = [];
    let cursor: string | null = null;
    const sizes: number[] = [];
    do {
      const query: string = cursor === null ? "?limit=2" : `?limit=2&cursor=${cursor}`;
      const page: Page = await jsonOf<Page>(await world.call("GET", `${ACCOUNT}${query}`, { token }));
      seen.push(...page.items.map((item) => item.id));
      sizes.push(page.items.length);
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
    expect(sizes).toEqual([2, 2, 1]);
  });

  test("can be those of one user; of a user that is not there, none", async () => {
    const world = await openWorld();
    const owner = await world.signIn();
    const member = await world.signIn({ role: "member" });
    const list = async (userId: string) =>
      (
        await jsonOf<Page>(
          await world.call("GET", `${ACCOUNT}?user_id=${userId}`, { token: owner.accessToken }),
        )
      ).items;
    expect((await list(member.user.id)).map((item) => [item.id, item.current])).toEqual([
      [member.session.id, false],
    ]);
    expect(await list(world.newId())).toEqual([]);
  });

  test.each([
    ["limit=0", "limit: out_of_range"],
    ["limit=201", "limit: out_of_range"],
    ["limit=-1", "limit: out_of_range"],
    ["limit=99999999999999999999", "limit: out_of_range"],
    ["limit=abc", "limit: wrong_type"],
    ["limit=1.5", "limit: wrong_type"],
    ["limit=", "limit: wrong_type"],
    ["limit=1&limit=2", "limit: wrong_type"],
    ["cursor=nonsense", "cursor: invalid_value"],
    ["cursor=", "cursor: invalid_value"],
    ["cursor=%00", "cursor: invalid_value"],
    ["user_id=me", "user_id: invalid_value"],
    ["user_id=", "user_id: invalid_value"],
  ])("refuse ?%s as %s", async (query, fault) => {
    const world = await openWorld();
    const token = (await world.signIn()).accessToken;
    const response = await world.call("GET", `${ACCOUNT}?${query}`, { token });
    expect(response.status).toBe(422);
    expect(await faults(response)).toEqual([fault]);
  });

  test.each(["limit=1", "limit=200", "limit=007", "other=1", "__proto__=1", "%zz=%", ""])(
    "take ?%s",
    async (query) => {
      const world = await openWorld();
      const token = (await world.signIn()).accessToken;
      expect((await world.call("GET", `${ACCOUNT}?${query}`, { token })).status).toBe(200);
    },
  );

  test("tell all faults of a query at once", async () => {
    const world = await openWorld();
    const token = (await world.signIn()).accessToken;
    const response = await world.call("GET", `${ACCOUNT}?limit=0&user_id=x`, { token });
    expect(await faults(response)).toEqual(["limit: out_of_range", "user_id: invalid_value"]);
  });

  test("take no cursor of another account, of another list, or changed in one character", async () => {
    const world = await openWorld();
    const owner = await world.signIn();
    await world.signIn();
    const stranger = await world.signIn({ accountId: world.newId() });
    const ask = (path: string, token: string) => world.call("GET", path, { token });
    const page = await jsonOf<Page>(await ask(`${ACCOUNT}?limit=1`, owner.accessToken));
    const cursor = page.next_cursor ?? "";
    expect((await ask(`${ACCOUNT}?cursor=${cursor}`, owner.accessToken)).status).toBe(200);
    expect((await ask(`${ACCOUNT}?cursor=${cursor}`, stranger.accessToken)).status).toBe(422);
    const events = "/api/accounts/me/security/events";
    expect((await ask(`${events}?cursor=${cursor}`, owner.accessToken)).status).toBe(422);
    for (let index = 0; index < cursor.length; index++) {
      const other = cursor[index] === "A" ? "B" : "A";
      const changed = cursor.slice(0, index) + other + cursor.slice(index + 1);
      expect((await ask(`${ACCOUNT}?cursor=${changed}`, owner.accessToken)).status).toBe(422);
    }
  });

  test("can be ended; another account's are a 404", async () => {
    const world = await openWorld();
    const owner = await world.signIn();
    const member = await world.signIn({ role: "member" });
    const stranger = await world.signIn({ accountId: world.newId() });
    const end = (id: string) => world.call("DELETE", `${ACCOUNT}/${id}`, { token: owner.accessToken });
    expect(await refusal(await end(stranger.session.id))).toEqual([404, "not_found"]);
    const ended = await end(member.session.id);
    expect([ended.status, ended.headers.get("set-cookie")]).toEqual([204, null]);
    expect(await refusal(await end(member.session.id))).toEqual([404, "not_found"]);
    const used = await world.call("GET", "/api/auth/session", { token: member.accessToken });
    expect(await jsonOf(used)).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
    expect((await end(owner.session.id)).headers.get("set-cookie")).toBe(CLEARED);
  });

  test("of one user can be ended at once, the caller's own too", async () => {
    const world = await openWorld();
    const owner = await world.signIn();
    const member = await world.signIn({ role: "member" });
    await world.signIn({ role: "member", userId: member.user.id });
    const stranger = await world.signIn({ accountId: world.newId() });
    const end = (id: string) =>
      world.call("POST", `/api/accounts/me/security/users/${id}/revoke-sessions`, {
        token: owner.accessToken,
      });
    const others = await end(member.user.id);
    expect([await jsonOf(others), others.headers.get("set-cookie")]).toEqual([{ revoked_count: 2 }, null]);
    expect(await jsonOf(await end(member.user.id))).toEqual({ revoked_count: 0 });
    for (const id of [world.newId(), stranger.user.id])
      expect(await refusal(await end(id))).toEqual([404, "not_found"]);
    const own = await end(owner.user.id);
    expect([await jsonOf(own), own.headers.get("set-cookie")]).toEqual([{ revoked_count: 1 }, CLEARED]);
  });

  test("can all be ended, or all but the calling one", async () => {
    const world = await openWorld();
    const owner = await world.signIn();
    const member = await world.signIn({ role: "member" });
    const end = (json?: unknown) =>
      world.call("POST", "/api/accounts/me/security/revoke-sessions", {
        token: owner.accessToken,
        ...(json === undefined ? {} : { json }),
      });
    expect(await faults(await end({ scope: "mine" }))).toEqual(["scope: invalid_value"]);
    const others = await end({ scope: "others" });
    expect([await jsonOf(others), others.headers.get("set-cookie")]).toEqual([{ revoked_count: 1 }, null]);
    const refused = await world.call("GET", "/api/auth/session", { token: member.accessToken });
    expect(await refusal(refused)).toEqual([401, "session_revoked"]);
    const all = await end();
    expect([await jsonOf(all), all.headers.get("set-cookie")]).toEqual([{ revoked_count: 1 }, CLEARED]);
    const after = await world.call("POST", "/api/auth/refresh", { cookie: owner.refreshToken });
    expect(await jsonOf(after)).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
  });
});
