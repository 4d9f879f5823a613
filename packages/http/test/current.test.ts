import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createDpopKey } from "./support/dpop-key.js";
import {
  ada,
  ben,
  MINUTE,
  NOBODY,
  openHostHandler,
  openTokenHandler,
  requestFor,
} from "./support/test-handler.js";

const HOUR = 60 * MINUTE;

describe("current, by the host's session", () => {
  test("tells identity, session and user, and costs no call of the database once the session is known", async () => {
    const { host, current, callsOf } = await openHostHandler();
    const cookie = host.signIn("one", ben);
    expect(await current(cookie)).toMatchObject({
      state: "signed_in",
      proven: true,
      identity: { accountId: "acme", userId: ben.id, role: "member" },
      session: { isGoverned: true },
      user: ben,
    });
    const calls = await callsOf(async () => {
      for (let n = 0; n < 100; n++) await current(cookie);
    });
    expect(calls).toBe(0);
  });

  test("is signed out without a session, and ended with the reason where it is over", async () => {
    const { host, current, curfew, clock } = await openHostHandler();
    expect(await current("")).toEqual({ state: "signed_out" });
    const cookie = host.signIn("one", ada);
    await current(cookie);
    await clock.advance(1000);
    await curfew.revoke.account("acme", { actor: NOBODY });
    const endedAt = clock.now();
    expect(await current(cookie)).toEqual({
      state: "ended",
      code: "session_revoked",
      reason: "revoked_by_owner",
      endedAt,
    });
    await clock.advance(1);
    const idle = host.signIn("two", ada);
    await current(idle);
    await clock.advance(2 * HOUR);
    expect(await current(idle)).toMatchObject({ code: "session_expired", reason: "idle" });
  });

  test("tells the next request the same, whatever a host does to what it was told", async () => {
    const { host, current } = await openHostHandler();
    const cookie = host.signIn("one", ben);
    for (let calls = 0; calls < 3; calls += 1) {
      const told = await current(cookie);
      if (told.state !== "signed_in") throw new Error(told.state);
      const { identity, session, user } = told;
      for (const shared of [identity, user]) Reflect.set(shared, "role", "owner");
      Reflect.set(session, "idleExpiresAt", Number.MAX_SAFE_INTEGER);
      Reflect.set(session.device, "ip", "192.0.2.1");
    }
    expect(await current(cookie)).toMatchObject({
      identity: { role: "member" },
      user: { role: "member" },
      session: { device: { ip: null } },
    });
  });

  test("keeps nobody out whose name or e-mail has a NUL, which no database stores", async () => {
    const { current, curfew, host } = await openHostHandler();
    const cookie = host.signIn("one", { ...ada, name: "A\0da", email: "ada\0@acme.example" });
    for (let call = 0; call < 2; call++) expect(await current(cookie)).toMatchObject({ state: "signed_in" });
    const user = { name: "A\ufffdda", email: "ada\ufffd@acme.example" };
    expect(await curfew.users.get("acme", ada.id)).toMatchObject(user);
  });

  test.each([undefined, 7, {}, { user: null }, { user: { name: "A\0da" } }])(
    "throws what is wrong where hostSession answers %j, and takes nobody for signed out",
    async (answer) => {
      const { sessions } = await openHostHandler({ hostSession: () => answer as never });
      await expect(sessions.current(requestFor("GET", "/"))).rejects.toMatchObject({
        code: "internal_error",
        cause: { code: "validation_failed" },
      });
    },
  );

  test("goes by the role that the host says of the call, in every session of a person", async () => {
    const { clock, current, host } = await openHostHandler();
    const startedAt = clock.now();
    for (const [sid, role] of [
      ["one", "member"],
      ["two", "owner"],
      ["one", "member"],
      ["two", "member"],
    ] as const)
      expect(await current(host.signIn(sid, { ...ben, role }, { startedAt }))).toMatchObject({
        identity: { role },
        user: { role },
      });
  });

  test("takes a page's headers alone", async () => {
    const { host, sessions } = await openHostHandler();
    const cookie = host.signIn("one", ada);
    expect(await sessions.current(new Headers({ cookie }))).toMatchObject({ state: "signed_in" });
    expect(await sessions.current(new Headers())).toEqual({ state: "signed_out" });
    // As Next.js has them: an empty `Headers` beneath, the fields in a property of this name, and an iterator over them.
    const headers = new Headers({ cookie });
    const ofNext = Object.assign(new Headers(), {
      headers,
      [Symbol.iterator]: () => headers.entries(),
    });
    expect(await sessions.current(ofNext)).toMatchObject({ state: "signed_in" });
  });

  test("passes the framework's own request on to hostSession, clientIp and onError", async () => {
    const native = { socket: { remoteAddress: "192.0.2.9" } };
    const seen: unknown[] = [];
    const { sessions } = await openHostHandler({
      hostSession: (_request: Request, given: unknown) => {
        seen.push(given);
        throw new Error("down");
      },
      onError: (_error: unknown, _request: Request, given: unknown) => void seen.push(given),
    });
    await sessions.current(requestFor("GET", "/"), native).catch(() => undefined);
    expect(seen).toEqual([native, native]);
  });

  test("writes what hostSession throws to the log where the host takes no errors: its 503 alone would tell nobody why", async () => {
    const logged = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => logged.mockRestore());
    const error = new TypeError("req.session is undefined");
    const { sessions } = await openHostHandler({
      hostSession: () => {
        throw error;
      },
      onError: undefined as never,
    });
    const answer = await sessions.handler(requestFor("GET", "/api/auth/session"));
    expect(answer.status).toBe(503);
    await expect(sessions.current(requestFor("GET", "/"))).rejects.toThrow();
    expect(logged.mock.calls).toEqual([
      ["Curfew:", error],
      ["Curfew:", error],
    ]);
  });

  test("writes which fields are wrong to the log first where hostSession answers what can't be", async () => {
    const logged = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => logged.mockRestore());
    const { sessions } = await openHostHandler({
      hostSession: () => ({ accountId: 7 }) as never,
      onError: undefined as never,
    });
    const answer = await sessions.handler(requestFor("GET", "/api/auth/session"));
    expect(answer.status).toBe(500);
    expect(logged.mock.calls.map(([, error]) => String(error))).toEqual([
      expect.stringMatching(/^CurfewError: validation_failed: accountId: Must be a string\./),
    ]);
  });

  test("throws unavailable where the database can't answer, never signed out", async () => {
    const { host, current, setDown, sessions } = await openHostHandler();
    setDown(true);
    const failure = await current(host.signIn("one", ada)).catch((error: unknown) => error);
    expect(sessions.problem(failure)?.status).toBe(503);
  });
});

describe("activity", () => {
  const lastUse = async (sessions: Awaited<ReturnType<typeof openHostHandler>>, cookie: string) => {
    const current = await sessions.current(cookie, { "X-Curfew-Background": "1" });
    return current.state === "signed_in" ? current.session.lastActiveAt : null;
  };

  test.each([
    ["reported", "current", {}, false],
    ["reported", "require", {}, false],
    ["requests", "current", {}, true],
    ["requests", "require", {}, true],
    ["requests", "Curfew's own routes", {}, false],
    ["requests", "current, asked in Curfew's own routes", {}, false],
    ["requests", "current", { "X-Curfew-Background": "1" }, false],
    ["requests", "require", { "Sec-Purpose": "prefetch" }, false],
    ["requests", "current", { "Sec-Purpose": "prefetch;prerender" }, false],
  ] as const)("%s: a call of %s with %j counts as use: %s", async (activity, kind, headers, counts) => {
    const server = await openHostHandler({ activity });
    const { host, sessions, clock } = server;
    const cookie = host.signIn("one", ada);
    await server.current(cookie);
    await clock.advance(10 * MINUTE);
    const path = kind.includes("own routes") ? "/api/auth/session" : "/notes";
    const request = requestFor("GET", path, { headers: { cookie, ...headers } });
    if (kind.startsWith("current")) await sessions.current(request);
    else if (kind === "require") await sessions.require(request);
    else await sessions.handler(request);
    await clock.advance(0);
    expect(await lastUse(server, cookie)).toBe(clock.now() - (counts ? 0 : 10 * MINUTE));
  });

  test("by requests is written once a minute, and does not hold the answer up", async () => {
    const { host, current, clock, callsOf, setDown } = await openHostHandler({ activity: "requests" });
    const cookie = host.signIn("one", ada);
    await current(cookie);
    await clock.advance(MINUTE - 1);
    expect(await callsOf(() => current(cookie))).toBe(0);
    await clock.advance(1);
    setDown(true);
    expect(await current(cookie)).toMatchObject({ state: "signed_in" });
    await clock.advance(0);
    setDown(false);
    const calls = await callsOf(async () => {
      await Promise.all(Array.from({ length: 20 }, () => current(cookie)));
      await clock.advance(0);
    });
    expect(calls).toBe(1);
    expect(await callsOf(() => current(cookie))).toBe(0);
  });

  test("by requests keeps a person in who works for hours, and lets one go who does not", async () => {
    const { host, current, clock } = await openHostHandler({ activity: "requests" });
    const cookie = host.signIn("one", ada);
    for (let passed = 0; passed < 5 * HOUR; passed += 50 * MINUTE) {
      expect(await current(cookie)).toMatchObject({ state: "signed_in" });
      await clock.advance(50 * MINUTE);
    }
    await clock.advance(HOUR);
    expect(await current(cookie)).toMatchObject({ state: "ended", reason: "idle" });
  });
});

describe("current, by Curfew's own tokens", () => {
  const open = async () => {
    const handler = await openTokenHandler();
    const { sessions, curfew } = handler;
    const get = (headers: Record<string, string>) => sessions.current(requestFor("GET", "/", { headers }));
    return {
      ...handler,
      byToken: (token: string) => get({ Authorization: `Bearer ${token}` }),
      byCookie: (token: string) => get({ Cookie: `__Host-curfew_refresh=${token}` }),
      signIn: (keyThumbprint: string | null = null) =>
        curfew.sessions.start({ accountId: "acme", user: ada, keyThumbprint }),
    };
  };

  test("is proven by an access token", async () => {
    const { byToken, signIn } = await open();
    const { accessToken, session, user } = await signIn();
    expect(await byToken(accessToken)).toMatchObject({
      state: "signed_in",
      proven: true,
      session,
      user,
      identity: { sessionId: session.id },
    });
  });

  test("is not proven by the refresh cookie, which costs one read and moves nothing", async () => {
    const { byCookie, signIn, callsOf, curfew } = await open();
    const { refreshToken, session } = await signIn();
    const calls = await callsOf(async () => {
      expect(await byCookie(refreshToken)).toMatchObject({ state: "signed_in", proven: false, session });
    });
    expect(calls).toBe(1);
    expect((await curfew.sessions.get("acme", session.id)).session).toEqual(session);
  });

  test("knows the previous cookie of an unbound session for the grace, and any of a bound one", async () => {
    const { byCookie, signIn, curfew, clock } = await open();
    const unbound = await signIn();
    await clock.advance(MINUTE);
    await curfew.sessions.refresh(unbound.refreshToken);
    await clock.advance(9_999);
    expect(await byCookie(unbound.refreshToken)).toMatchObject({ state: "signed_in" });
    await clock.advance(1);
    expect(await byCookie(unbound.refreshToken)).toEqual({ state: "signed_out" });
    const { thumbprint } = await createDpopKey();
    const bound = await signIn(thumbprint);
    for (let n = 0; n < 3; n++) {
      await clock.advance(MINUTE);
      await curfew.sessions.refresh(bound.refreshToken, { proof: { thumbprint } });
    }
    expect(await byCookie(bound.refreshToken)).toMatchObject({ state: "signed_in", proven: false });
  });

  test("tells why a session ended, by token and by cookie", async () => {
    const { byCookie, byToken, signIn, curfew, clock } = await open();
    const grant = await signIn();
    await curfew.revoke.account("acme", { actor: NOBODY });
    const ended = { state: "ended", code: "session_revoked", reason: "revoked_by_owner" };
    expect(await byCookie(grant.refreshToken)).toMatchObject(ended);
    expect(await byToken(grant.accessToken)).toMatchObject(ended);
    await clock.advance(10 * MINUTE);
    expect(await byToken(grant.accessToken)).toMatchObject(ended);
  });

  test("is signed out with a token that is none, or that has expired", async () => {
    const { byCookie, byToken, signIn, clock } = await open();
    const { accessToken } = await signIn();
    await clock.advance(5 * MINUTE);
    for (const current of [byToken(accessToken), byToken("x"), byCookie("x"), byCookie("")])
      expect(await current).toEqual({ state: "signed_out" });
  });

  test.each([
    ["GET", { pages: true }, true],
    ["HEAD", { pages: true }, true],
    ["POST", { pages: true }, false],
    ["GET", {}, false],
    ["GET", { pages: true, role: "owner" as const }, true],
  ])("a required session passes a %s with %j by the cookie alone: %s", async (method, options, passes) => {
    const { sessions, signIn } = await open();
    const { refreshToken } = await signIn();
    const headers = { Cookie: `__Host-curfew_refresh=${refreshToken}` };
    const outcome = await sessions
      .require(requestFor(method, "/", { headers }), options)
      .catch(({ code }) => code);
    if (passes) expect(outcome).toMatchObject({ userId: "ada" });
    else expect(outcome).toBe("unauthenticated");
  });

  test("a required session refuses another role", async () => {
    const { sessions, curfew } = await open();
    const { accessToken } = await curfew.sessions.start({ accountId: "acme", user: ben });
    const headers = { Authorization: `Bearer ${accessToken}` };
    await expect(
      sessions.require(requestFor("GET", "/", { headers }), { role: "owner" }),
    ).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});
