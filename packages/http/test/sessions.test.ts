import { describe, expect, test } from "vitest";
import { faultsOf, jsonOf, statusAndCode } from "./support/responses.js";
import { openTestServer } from "./support/test-server.js";

const OWN = "/api/users/me/sessions";
const ACCOUNT = "/api/accounts/me/security/sessions";
const CLEARED = "__Host-curfew_refresh=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict";

interface Page {
  items: { id: string; user: { id: string }; current: boolean }[];
  next_cursor: string | null;
}

describe("a user's own sessions", () => {
  test("are listed without those of other users", async () => {
    const server = await openTestServer();
    const userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const caller = await server.signIn({ role: "member", userAgent });
    await server.signIn();
    const response = await server.call("GET", OWN, { token: caller.accessToken });
    expect(await jsonOf(response)).toEqual({
      items: [
        {
          id: caller.session.id,
          user: { id: caller.user.id, name: "Ada", email: caller.user.email },
          device: { label: null, user_agent: userAgent, ip: "192.0.2.1" },
          last_seen: { label: null, user_agent: userAgent, ip: "192.0.2.1" },
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

  test("show the client of the newest refresh beside that of the sign-in", async () => {
    const server = await openTestServer();
    const caller = await server.signIn({ userAgent: "curl/8.5.0" });
    const headers = { "user-agent": "python-requests/2.32.3", "x-test-ip": "198.51.100.7" };
    await server.call("POST", "/api/auth/refresh", { cookie: caller.refreshToken, headers });
    const page = await jsonOf(await server.call("GET", OWN, { token: caller.accessToken }));
    expect(page["items"]).toMatchObject([
      {
        device: { label: null, user_agent: "curl/8.5.0", ip: "192.0.2.1" },
        last_seen: {
          label: "python-requests",
          user_agent: "python-requests/2.32.3",
          ip: "198.51.100.7",
        },
      },
    ]);
  });

  test("can be ended one by one; ending the caller's clears the cookie, and an ended one is a 404", async () => {
    const server = await openTestServer();
    const current = await server.signIn({ role: "member" });
    const other = await server.signIn({ role: "member", userId: current.user.id });
    const end = (id: string) => server.call("DELETE", `${OWN}/${id}`, { token: current.accessToken });
    const ofOther = await end(other.session.id);
    expect([ofOther.status, ofOther.headers.get("set-cookie")]).toEqual([204, null]);
    expect(await statusAndCode(await end(other.session.id))).toEqual([404, "not_found"]);
    const ofCurrent = await end(current.session.id);
    expect([ofCurrent.status, ofCurrent.headers.get("set-cookie")]).toEqual([204, CLEARED]);
    const refreshed = await server.call("POST", "/api/auth/refresh", { cookie: current.refreshToken });
    expect(await jsonOf(refreshed)).toMatchObject({ code: "session_revoked", reason: "revoked_by_user" });
  });

  test("do not include sessions of other users, which are a 404", async () => {
    const server = await openTestServer();
    const caller = await server.signIn();
    const colleague = await server.signIn();
    const outsider = await server.signIn({ accountId: server.newId() });
    for (const { session } of [colleague, outsider])
      expect(
        await statusAndCode(
          await server.call("DELETE", `${OWN}/${session.id}`, { token: caller.accessToken }),
        ),
      ).toEqual([404, "not_found"]);
  });

  test("can all be ended but the caller's", async () => {
    const server = await openTestServer();
    const caller = await server.signIn({ role: "member" });
    await server.signIn({ role: "member", userId: caller.user.id });
    await server.signIn({ role: "member", userId: caller.user.id });
    await server.signIn();
    const response = await server.call("POST", `${OWN}/revoke-others`, { token: caller.accessToken });
    expect(response.headers.has("set-cookie")).toBe(false);
    expect(await jsonOf(response)).toEqual({ revoked_count: 2 });
    const { items } = await jsonOf<Page>(await server.call("GET", OWN, { token: caller.accessToken }));
    expect(items.map((item) => item.id)).toEqual([caller.session.id]);
  });

  test("revoke-others refuses a body with fields", async () => {
    const server = await openTestServer();
    const token = (await server.signIn()).accessToken;
    const response = await server.call("POST", `${OWN}/revoke-others`, { token, json: { all: true } });
    expect(await faultsOf(response)).toEqual(["all: unknown_field"]);
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
  ])("require an owner: a member's %s %s is forbidden", async (method, path) => {
    const server = await openTestServer();
    const token = (await server.signIn({ role: "member" })).accessToken;
    expect(await statusAndCode(await server.call(method, path, { token }))).toEqual([403, "forbidden"]);
  });

  test("are paginated, newest activity first, each once", async () => {
    const server = await openTestServer();
    const ids: string[] = [];
    let token = "";
    for (let index = 0; index < 5; index++) {
      const grant = await server.signIn();
      token = grant.accessToken;
      ids.unshift(grant.session.id);
      await server.clock.advance(1_000);
    }
    await server.signIn({ accountId: server.newId() });
    const seen: string[] = [];
    let cursor: string | null = null;
    const sizes: number[] = [];
    do {
      const query: string = cursor === null ? "?limit=2" : `?limit=2&cursor=${cursor}`;
      const page: Page = await jsonOf<Page>(await server.call("GET", `${ACCOUNT}${query}`, { token }));
      seen.push(...page.items.map((item) => item.id));
      sizes.push(page.items.length);
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
    expect(sizes).toEqual([2, 2, 1]);
  });

  test.each([ACCOUNT, OWN])(
    "of 61, three of which are used between two pages, are all on some page: %s",
    async (path) => {
      const server = await openTestServer();
      const userId = server.newId();
      const grants: Awaited<ReturnType<typeof server.signIn>>[] = [];
      for (let index = 0; index < 61; index++) {
        grants.push(await server.signIn({ userId }));
        await server.clock.advance(1_000);
      }
      const token = grants.at(-1)?.accessToken ?? "";
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const query: string = cursor === null ? "?limit=20" : `?limit=20&cursor=${cursor}`;
        const page: Page = await jsonOf<Page>(await server.call("GET", `${path}${query}`, { token }));
        seen.push(...page.items.map((item) => item.id));
        if (cursor === null) {
          await server.clock.advance(1_000);
          for (const index of [5, 17, 39])
            await server.curfew.sessions.refresh(grants[index]?.refreshToken ?? "", {
              idleForSeconds: index === 17 ? 5 : 0,
            });
        }
        cursor = page.next_cursor;
      } while (cursor !== null);
      expect(seen).toHaveLength(61);
      expect(new Set(seen)).toEqual(new Set(grants.map(({ session }) => session.id)));
    },
  );

  test("can be filtered by user; an unknown user has none", async () => {
    const server = await openTestServer();
    const owner = await server.signIn();
    const member = await server.signIn({ role: "member" });
    const list = async (userId: string) =>
      (
        await jsonOf<Page>(
          await server.call("GET", `${ACCOUNT}?user_id=${userId}`, { token: owner.accessToken }),
        )
      ).items;
    expect((await list(member.user.id)).map((item) => [item.id, item.current])).toEqual([
      [member.session.id, false],
    ]);
    expect(await list(server.newId())).toEqual([]);
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
    ["user_id=%00", "user_id: invalid_value"],
    ["user_id=", "user_id: invalid_value"],
  ])("refuse the query ?%s: %s", async (query, fault) => {
    const server = await openTestServer();
    const token = (await server.signIn()).accessToken;
    const response = await server.call("GET", `${ACCOUNT}?${query}`, { token });
    expect(response.status).toBe(422);
    expect(await faultsOf(response)).toEqual([fault]);
  });

  test.each(["limit=1", "limit=200", "limit=007", "other=1", "__proto__=1", "%zz=%", ""])(
    "accept the query ?%s",
    async (query) => {
      const server = await openTestServer();
      const token = (await server.signIn()).accessToken;
      expect((await server.call("GET", `${ACCOUNT}?${query}`, { token })).status).toBe(200);
    },
  );

  test("report all faults of a query at once", async () => {
    const server = await openTestServer();
    const token = (await server.signIn()).accessToken;
    const response = await server.call("GET", `${ACCOUNT}?limit=0&user_id=`, { token });
    expect(await faultsOf(response)).toEqual(["limit: out_of_range", "user_id: invalid_value"]);
  });

  test("refuse a cursor of another account, of another list, or with a changed character", async () => {
    const server = await openTestServer();
    const owner = await server.signIn();
    await server.signIn();
    const outsider = await server.signIn({ accountId: server.newId() });
    const get = (path: string, token: string) => server.call("GET", path, { token });
    const page = await jsonOf<Page>(await get(`${ACCOUNT}?limit=1`, owner.accessToken));
    const cursor = page.next_cursor ?? "";
    expect((await get(`${ACCOUNT}?cursor=${cursor}`, owner.accessToken)).status).toBe(200);
    expect((await get(`${ACCOUNT}?cursor=${cursor}`, outsider.accessToken)).status).toBe(422);
    const events = "/api/accounts/me/security/events";
    expect((await get(`${events}?cursor=${cursor}`, owner.accessToken)).status).toBe(422);
    for (let index = 0; index < cursor.length; index++) {
      const other = cursor[index] === "A" ? "B" : "A";
      const changed = cursor.slice(0, index) + other + cursor.slice(index + 1);
      expect((await get(`${ACCOUNT}?cursor=${changed}`, owner.accessToken)).status).toBe(422);
    }
  });

  test.each([
    ["sessions", "q=ada", ["q=%20ÁDA"], ["", "q=a", "q=ada&user_id=USER"]],
    ["sessions", "user_id=USER", [], ["", "q=ada", "q=USER"]],
    ["active-users", "q=ada", ["q=ADA%20"], ["", "q=a", "q=example.test"]],
    ["active-users", "", ["q=", "q=%20"], ["q=ada"]],
    ["events", "type=user.signed_in", [], ["", "type=user.signed_out", "type=user.signed_in&user_id=USER"]],
    [
      "events",
      "from=2026-01-01T00:00:00Z",
      ["from=2026-01-01T01:00:00%2B01:00"],
      ["", "to=2026-01-01T00:00:00Z"],
    ],
  ])("take the cursor of %s?%s with that filter alone", async (name, filter, same, others) => {
    const server = await openTestServer();
    const { accessToken: token, user } = await server.signIn();
    await server.signIn();
    await server.signIn({ userId: user.id });
    const page = (query: string) =>
      server.call("GET", `/api/accounts/me/security/${name}?limit=1&${query.replace("USER", user.id)}`, {
        token,
      });
    const { next_cursor: cursor } = await jsonOf<Page>(await page(filter));
    expect(cursor).not.toBeNull();
    for (const query of [filter, ...same]) expect((await page(`${query}&cursor=${cursor}`)).status).toBe(200);
    for (const query of others)
      expect(await faultsOf(await page(`${query}&cursor=${cursor}`))).toEqual(["cursor: invalid_value"]);
  });

  test("can be ended by an owner; those of another account are a 404", async () => {
    const server = await openTestServer();
    const owner = await server.signIn();
    const member = await server.signIn({ role: "member" });
    const outsider = await server.signIn({ accountId: server.newId() });
    const end = (id: string) => server.call("DELETE", `${ACCOUNT}/${id}`, { token: owner.accessToken });
    expect(await statusAndCode(await end(outsider.session.id))).toEqual([404, "not_found"]);
    const ended = await end(member.session.id);
    expect([ended.status, ended.headers.get("set-cookie")]).toEqual([204, null]);
    expect(await statusAndCode(await end(member.session.id))).toEqual([404, "not_found"]);
    const used = await server.call("GET", "/api/auth/session", { token: member.accessToken });
    expect(await jsonOf(used)).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
    expect((await end(owner.session.id)).headers.get("set-cookie")).toBe(CLEARED);
  });

  test("of one user can be ended together, including the caller's", async () => {
    const server = await openTestServer();
    const owner = await server.signIn();
    const member = await server.signIn({ role: "member" });
    await server.signIn({ role: "member", userId: member.user.id });
    const outsider = await server.signIn({ accountId: server.newId() });
    const end = (id: string) =>
      server.call("POST", `/api/accounts/me/security/users/${id}/revoke-sessions`, {
        token: owner.accessToken,
      });
    const others = await end(member.user.id);
    expect([await jsonOf(others), others.headers.get("set-cookie")]).toEqual([{ revoked_count: 2 }, null]);
    expect(await jsonOf(await end(member.user.id))).toEqual({ revoked_count: 0 });
    for (const id of [server.newId(), outsider.user.id])
      expect(await statusAndCode(await end(id))).toEqual([404, "not_found"]);
    const ofCaller = await end(owner.user.id);
    expect([await jsonOf(ofCaller), ofCaller.headers.get("set-cookie")]).toEqual([
      { revoked_count: 1 },
      CLEARED,
    ]);
  });

  test("can all be ended, with or without the caller's", async () => {
    const server = await openTestServer();
    const owner = await server.signIn();
    const member = await server.signIn({ role: "member" });
    const end = (json?: unknown) =>
      server.call("POST", "/api/accounts/me/security/revoke-sessions", {
        token: owner.accessToken,
        ...(json === undefined ? {} : { json }),
      });
    expect(await faultsOf(await end({ scope: "mine" }))).toEqual(["scope: invalid_value"]);
    const others = await end({ scope: "others" });
    expect([await jsonOf(others), others.headers.get("set-cookie")]).toEqual([{ revoked_count: 1 }, null]);
    const refused = await server.call("GET", "/api/auth/session", { token: member.accessToken });
    expect(await statusAndCode(refused)).toEqual([401, "session_revoked"]);
    const all = await end();
    expect([await jsonOf(all), all.headers.get("set-cookie")]).toEqual([{ revoked_count: 1 }, CLEARED]);
    const after = await server.call("POST", "/api/auth/refresh", { cookie: owner.refreshToken });
    expect(await jsonOf(after)).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
  });
});
