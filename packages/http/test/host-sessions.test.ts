import { describe, expect, test } from "vitest";
import { createHandler } from "../src/index.js";
import { jsonOf, statusAndCode } from "./support/responses.js";
import { ada, ben, MINUTE, NOBODY, openHostHandler, requestFor } from "./support/test-handler.js";

interface SessionAndUser {
  session: { id: string; last_active_at: string; idle_expires_in_ms: number };
  user: { id: string; account: { name: string } };
}

describe("a handler with hostSession", () => {
  test("must be told what counts as activity", async () => {
    const { curfew, secret } = await openHostHandler();
    const options = {
      curfew,
      publicUrl: "https://app.example",
      secrets: [secret],
      accountName: () => "Acme",
    };
    expect(() => createHandler({ ...options, hostSession: () => null } as never)).toThrow("activity");
  });

  test("opens the host's session at first sight, with the client's device", async () => {
    const { host, call, curfew } = await openHostHandler({ clientIp: () => "192.0.2.7" });
    const cookie = host.signIn("one", ada);
    const headers = {
      "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    };
    const response = await call("GET", "/api/auth/session", cookie, { headers });
    const { session, user } = await jsonOf<SessionAndUser>(response);
    expect([response.status, user]).toEqual([
      200,
      {
        id: "ada",
        name: "Ada",
        email: "ada@acme.example",
        role: "owner",
        account: { id: "acme", name: "Acme" },
      },
    ]);
    const { session: stored } = await curfew.sessions.get("acme", session.id);
    expect(stored.device).toMatchObject({ label: "Firefox on Linux", ip: "192.0.2.7" });
  });

  test("reads the session without moving a deadline, and moves it where the browser reports use", async () => {
    const { host, call, clock } = await openHostHandler();
    const cookie = host.signIn("one", ada);
    await call("GET", "/api/auth/session", cookie);
    await clock.advance(10 * MINUTE);
    const read = await jsonOf<SessionAndUser>(await call("GET", "/api/auth/session", cookie));
    expect(read.session.idle_expires_in_ms).toBe(50 * MINUTE);
    const response = await call("POST", "/api/auth/refresh", cookie, { json: { idle_for_seconds: 60 } });
    const reported = await jsonOf<SessionAndUser>(response);
    expect(Object.keys(reported)).toEqual(["session", "user"]);
    expect([response.status, reported.session.idle_expires_in_ms]).toEqual([200, 59 * MINUTE]);
    expect(response.headers.has("set-cookie")).toBe(false);
    const stays = await call("POST", "/api/auth/refresh", cookie);
    expect((await jsonOf<SessionAndUser>(stays)).session.idle_expires_in_ms).toBe(60 * MINUTE);
  });

  test("takes no refresh token, and knows nobody without a host session", async () => {
    const { host, call } = await openHostHandler();
    const cookie = host.signIn("one", ada);
    const token = await call("POST", "/api/auth/refresh", cookie, { json: { refresh_token: "x" } });
    expect(await statusAndCode(token)).toEqual([422, "validation_failed"]);
    for (const [method, path] of [
      ["POST", "/api/auth/refresh"],
      ["GET", "/api/auth/session"],
      ["GET", "/api/accounts/me/security"],
    ] as const)
      expect(await statusAndCode(await call(method, path, ""))).toEqual([401, "unauthenticated"]);
  });

  test("serves the account's owner, who ends the session of a member with an id of the host's", async () => {
    const { host, call } = await openHostHandler();
    const [owner, member] = [host.signIn("one", ada), host.signIn("two", ben)];
    await call("GET", "/api/auth/session", member);
    expect((await call("GET", "/api/accounts/me/security", owner)).status).toBe(200);
    const refused = await call("GET", "/api/accounts/me/security", member);
    expect(await statusAndCode(refused)).toEqual([403, "forbidden"]);
    const path = `/api/accounts/me/security/users/${encodeURIComponent(ben.id)}/revoke-sessions`;
    expect(await jsonOf(await call("POST", path, owner))).toEqual({ revoked_count: 1 });
    const ended = await jsonOf(await call("GET", "/api/auth/session", member));
    expect(ended).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
  });

  test("removes no cookie where a call ends its own session: the cookie is the host's", async () => {
    const { host, call } = await openHostHandler();
    const cookie = host.signIn("one", ada);
    const response = await call("POST", "/api/accounts/me/security/revoke-sessions", cookie);
    expect([response.status, response.headers.has("set-cookie")]).toEqual([200, false]);
  });

  test("keeps that an owner signed out a user it has not met, for 100 such users within an hour", async () => {
    const { host, call, clock } = await openHostHandler();
    const cookie = host.signIn("one", ada);
    const late = host.signIn("late", ben);
    const signOut = async (userId: string) =>
      statusAndCode(
        await call(
          "POST",
          `/api/accounts/me/security/users/${encodeURIComponent(userId)}/revoke-sessions`,
          cookie,
        ),
      );
    expect(await signOut(ben.id)).toEqual([404, "not_found"]);
    expect(await statusAndCode(await call("GET", "/api/auth/session", late))).toEqual([
      401,
      "session_revoked",
    ]);
    for (let made = 1; made < 100; made++) expect((await signOut(`made-up-${made}`))[0]).toBe(404);
    expect(await signOut("one-more")).toEqual([429, "rate_limited"]);
    expect((await signOut(ben.id))[0]).toBe(200);
    await clock.advance(30 * MINUTE);
    await call("POST", "/api/auth/refresh", cookie);
    await clock.advance(30 * MINUTE);
    expect((await signOut("one-more"))[0]).toBe(404);
  });

  test.each([
    ["POST", "/api/auth/login"],
    ["POST", "/api/auth/register"],
    ["POST", "/api/auth/invitation"],
    ["GET", "/api/accounts/me/members"],
    ["POST", "/api/users/me/password"],
    ["GET", "/.well-known/jwks.json"],
  ])("has no %s %s", async (method, path) => {
    const { host, call, sessions } = await openHostHandler();
    expect(await statusAndCode(await call(method, path, host.signIn("one", ada)))).toEqual([
      404,
      "not_found",
    ]);
    expect(sessions.handles(new URL(`https://app.example${path}`))).toBe(false);
  });

  test("answers 503 where the host can't tell, never signed out", async () => {
    const fault = new Error("the session store is down");
    const { call, sessions, errors } = await openHostHandler({
      hostSession: () => Promise.reject(fault),
    });
    expect(await statusAndCode(await call("GET", "/api/auth/session", "sid=one"))).toEqual([
      503,
      "unavailable",
    ]);
    expect(await statusAndCode(await call("POST", "/api/auth/logout", "sid=one"))).toEqual([
      503,
      "unavailable",
    ]);
    const request = requestFor("GET", "/");
    const failure = await sessions.current(request).catch((error: unknown) => error);
    expect(sessions.problem(failure)?.status).toBe(503);
    expect(errors).toEqual([fault, fault, fault]);
  });

  test("takes a function that throws at once for one that can't tell", async () => {
    const { call } = await openHostHandler({
      hostSession: () => {
        throw new TypeError("no session");
      },
    });
    expect(await statusAndCode(await call("GET", "/api/auth/session", ""))).toEqual([503, "unavailable"]);
  });

  test("reports what the host says that can't be, and answers 500", async () => {
    const { host, call, errors } = await openHostHandler();
    const cookie = host.signIn("one", { ...ada, role: "admin" as never });
    expect(await statusAndCode(await call("GET", "/api/auth/session", cookie))).toEqual([
      500,
      "internal_error",
    ]);
    expect(errors).toMatchObject([{ cause: { code: "validation_failed" } }]);
  });

  test("ends a host session that becomes another person's", async () => {
    const { host, call } = await openHostHandler();
    const cookie = host.signIn("one", ada);
    await call("GET", "/api/auth/session", cookie);
    host.signIn("one", ben);
    const response = await call("GET", "/api/auth/session", cookie);
    expect(await jsonOf(response)).toMatchObject({ code: "session_revoked", reason: "signed_out" });
  });

  test("refuses the session of a disabled user with that reason", async () => {
    const { host, call, curfew, current, clock } = await openHostHandler();
    await call("GET", "/api/auth/session", host.signIn("one", ben));
    const disable = { accountId: "acme", userId: ben.id, changes: { disabled: true }, actor: NOBODY };
    await curfew.users.update(disable);
    await clock.advance(MINUTE);
    const cookie = host.signIn("two", ben);
    expect(await current(cookie)).toMatchObject({ state: "ended", reason: "user_disabled" });
  });

  test.each([
    ["role", { role: "member" as const }],
    ["name", { name: "Ada L." }],
  ])("takes another %s from the next request on", async (_field, change) => {
    const { host, current } = await openHostHandler();
    const cookie = host.signIn("one", ada);
    const { startedAt } = host.table.get("one") ?? { startedAt: 0 };
    await current(cookie);
    host.signIn("one", { ...ada, ...change }, { startedAt });
    expect(await current(cookie)).toMatchObject({ state: "signed_in", user: change });
  });
});

describe("a call that names the account it is meant for", () => {
  const path = "/api/accounts/me/security";
  const named = (account: string) => ({ "Curfew-Account": encodeURIComponent(account) });

  test("is refused where the session is in another one, and changes nothing", async () => {
    const { host, call, curfew } = await openHostHandler();
    const cookie = host.signIn("one", ada);
    const headers = named("globex");
    for (const refused of [
      await call("PATCH", path, cookie, { headers, json: { idle_minutes: 15 } }),
      await call("POST", `${path}/revoke-sessions`, cookie, { headers, json: { scope: "all" } }),
      await call("GET", path, cookie, { headers }),
    ])
      expect(await statusAndCode(refused)).toEqual([412, "precondition_failed"]);
    expect((await curfew.policy.get("acme")).override).toEqual({ idleMinutes: null, absoluteMinutes: null });
    expect((await call("GET", path, cookie, { headers: named("acme") })).status).toBe(200);
    expect((await call("GET", path, cookie)).status).toBe(200);
  });

  test("may be meant for one whose id is any text", async () => {
    const { host, call } = await openHostHandler();
    const cookie = host.signIn("one", ada, { accountId: "büro/7 ü" });
    expect((await call("GET", path, cookie, { headers: named("büro/7 ü") })).status).toBe(200);
  });
});

describe("sign-out with hostSession", () => {
  const goodbye = (): Response => {
    const headers = new Headers([
      ["Set-Cookie", "sid=; Max-Age=0"],
      ["Set-Cookie", "theme=; Max-Age=0"],
      ["X-Other", "1"],
    ]);
    return new Response("bye", { status: 200, headers });
  };

  test("ends the session, then the host's own, whose cookies go out with the 204", async () => {
    const ended: string[] = [];
    const { host, call, curfew, current } = await openHostHandler({
      onSignOut: async (request: Request) => {
        const key = { accountId: "acme", hostSessionId: "one" };
        await curfew.governed.check(key).catch(({ code }) => ended.push(`${code} ${request.method}`));
        return goodbye();
      },
    });
    const cookie = host.signIn("one", ada);
    const response = await call("POST", "/api/auth/logout", cookie);
    expect([response.status, response.headers.getSetCookie(), response.headers.get("x-other")]).toEqual([
      204,
      ["sid=; Max-Age=0", "theme=; Max-Age=0"],
      null,
    ]);
    expect(ended).toEqual(["session_revoked POST"]);
    expect(await current(cookie)).toMatchObject({ state: "ended", reason: "signed_out" });
  });

  test("is a 204 for nobody and for a session that is over", async () => {
    const { host, call, curfew } = await openHostHandler();
    expect((await call("POST", "/api/auth/logout", "")).status).toBe(204);
    const cookie = host.signIn("one", ada);
    await call("GET", "/api/auth/session", cookie);
    await curfew.revoke.account("acme", { actor: NOBODY });
    expect((await call("POST", "/api/auth/logout", cookie)).status).toBe(204);
  });

  test("is a 503 where the host's session can't be ended, and can be repeated", async () => {
    let isDown = true;
    const { host, call, errors } = await openHostHandler({
      onSignOut: () => {
        if (isDown) throw new Error("the session store is down");
        return goodbye();
      },
    });
    const cookie = host.signIn("one", ada);
    expect(await statusAndCode(await call("POST", "/api/auth/logout", cookie))).toEqual([503, "unavailable"]);
    expect(errors).toHaveLength(1);
    isDown = false;
    expect((await call("POST", "/api/auth/logout", cookie)).headers.getSetCookie()).toHaveLength(2);
  });
});
