import { EventEmitter, once } from "node:events";
import { createRequire } from "node:module";
import type { OpenGoverned } from "@curfew/core";
import express5, { type Request, type RequestHandler } from "express";
import session from "express-session";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { curfewExpress, currentOf, requireSession, sessionOf } from "../../src/adapters/express.js";
import type { ExpressSession } from "../../src/adapters/express-session.js";
import { type CurfewHandler, createHandler } from "../../src/index.js";
import { jsonOf, statusAndCode } from "../support/responses.js";
import {
  ada,
  ben,
  MINUTE,
  NOBODY,
  openEngine,
  openHostHandler,
  PUBLIC_URL,
} from "../support/test-handler.js";
import { browserOf, listen, RESOLVED_TARGETS, sendTarget } from "./listen.js";

declare module "express-session" {
  interface SessionData {
    who: typeof ada | typeof ben;
  }
}

/** Its types are those of Express 5. */
const express4 = createRequire(import.meta.url)("express-4") as typeof express5;

const FRAMEWORKS: [string, typeof express5, { parsesFirst: boolean }][] = [
  ["5", express5, { parsesFirst: false }],
  ["5, behind a body parser", express5, { parsesFirst: true }],
  ["4", express4, { parsesFirst: false }],
  ["4, behind a body parser", express4, { parsesFirst: true }],
];

/** A host with express-session: its own sign-in and sign-out, and two routes that require a session. */
async function openHost(express: typeof express5, { parsesFirst }: { parsesFirst: boolean }) {
  const engine = await openEngine();
  // Whoever dates the host's sessions has the engine's clock.
  const now = vi.spyOn(Date, "now").mockImplementation(engine.clock.now);
  onTestFinished(() => now.mockRestore());
  const store = new session.MemoryStore();
  const sessions: CurfewHandler = createHandler({
    curfew: engine.curfew,
    publicUrl: PUBLIC_URL,
    secrets: [engine.secret],
    accountName: () => "Acme",
    scheduler: engine.clock,
    hostSession: (_request, req: Request) =>
      sessionOf(req, { accountId: "acme", user: (req.session as typeof req.session | undefined)?.who }),
    activity: "reported",
    onSignOut: (_request, req) => new Promise((resolve) => req.session.destroy(() => resolve(null))),
  });
  const app = express();
  app.use(session({ secret: "s", store, resave: false, saveUninitialized: false }));
  if (parsesFirst) app.use(express.json(), express.urlencoded({ extended: false }));
  const signIn: RequestHandler = (req, res) => {
    req.session.regenerate(() => {
      req.session.who = req.params["who"] === "ada" ? ada : ben;
      res.sendStatus(204);
    });
  };
  app.post("/login/:who", signIn);
  app.use("/mounted", curfewExpress(sessions));
  app.use(curfewExpress(sessions));
  app.get("/notes", requireSession(sessions), (req, res) => void res.json(req.curfew.userId));
  app.post("/notes", express.json(), requireSession(sessions), (req, res) => void res.json(req.body));
  app.get(
    "/reports",
    requireSession(sessions, { role: "owner" }),
    (req, res) => void res.json(req.curfew.accountId),
  );
  app.get("/page", (req, res, next) => {
    currentOf(sessions, req).then((current) => res.json(current.state), next);
  });
  app.get("/api/other", (_req, res) => void res.json("the host's"));
  const origin = await listen(app);
  return {
    ...engine,
    origin,
    store,
    sessions,
    browser: () => browserOf(origin),
    sessionCount: () =>
      new Promise<number>((resolve) => store.all((_error, all) => resolve(Object.keys(all ?? {}).length))),
  };
}

describe.each(FRAMEWORKS)("Express %s", (_version, express, options) => {
  test("serves Curfew's routes for the host's session, and leaves all else to the host", async () => {
    const { browser } = await openHost(express, options);
    const call = browser();
    expect(await statusAndCode(await call("GET", "/api/auth/session"))).toEqual([401, "unauthenticated"]);
    await call("POST", "/login/ada");
    expect(await jsonOf(await call("GET", "/api/auth/session"))).toMatchObject({ user: { id: "ada" } });
    const patched = await call("PATCH", "/api/accounts/me/security", { idle_minutes: 30 });
    expect(await jsonOf(patched)).toMatchObject({ idle_minutes: 30 });
    expect((await call("POST", "/api/auth/refresh")).status).toBe(200);
    expect(await jsonOf(await call("GET", "/api/other"))).toBe("the host's");
    expect((await call("GET", "/api/nothing")).headers.get("content-type")).toContain("text/html");
    expect((await call("GET", "/mounted/api/auth/session")).status).toBe(404);
  });

  test("requires a session, and a role, with problem documents; the host's route has its body", async () => {
    const { browser } = await openHost(express, options);
    const [owner, member] = [browser(), browser()];
    expect(await statusAndCode(await owner("GET", "/notes"))).toEqual([401, "unauthenticated"]);
    await owner("POST", "/login/ada");
    await member("POST", "/login/ben");
    expect(await jsonOf(await owner("GET", "/reports"))).toBe("acme");
    expect(await jsonOf(await member("GET", "/notes"))).toBe(ben.id);
    expect(await jsonOf(await member("POST", "/notes", { text: "hello" }))).toEqual({ text: "hello" });
    const refused = await member("GET", "/reports");
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(await statusAndCode(refused)).toEqual([403, "forbidden"]);
  });

  test.each(["/notes", "/api/auth/session"])(
    "destroys the host's session that has ended when it sees it at %s, and tells why",
    async (path) => {
      const { browser, curfew, sessionCount } = await openHost(express, options);
      const call = browser();
      await call("POST", "/login/ada");
      await call("GET", "/notes");
      await curfew.revoke.account("acme", { actor: NOBODY });
      expect(await sessionCount()).toBe(1);
      const response = await call("GET", path);
      expect(response.status).toBe(401);
      expect(await jsonOf(response)).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
      expect(await sessionCount()).toBe(0);
      expect(await statusAndCode(await call("GET", path))).toEqual([401, "unauthenticated"]);
    },
  );

  test("tells a page whose request it is, and destroys the host's session that is over", async () => {
    const { browser, curfew, sessionCount } = await openHost(express, options);
    const call = browser();
    expect(await jsonOf(await call("GET", "/page"))).toBe("signed_out");
    await call("POST", "/login/ada");
    expect(await jsonOf(await call("GET", "/page"))).toBe("signed_in");
    await curfew.revoke.account("acme", { actor: NOBODY });
    expect(await jsonOf(await call("GET", "/page"))).toBe("ended");
    expect(await sessionCount()).toBe(0);
    expect(await jsonOf(await call("GET", "/page"))).toBe("signed_out");
  });

  test("ends the host's session at sign-out through Curfew's route", async () => {
    const { browser, sessionCount } = await openHost(express, options);
    const call = browser();
    await call("POST", "/login/ada");
    await call("GET", "/notes");
    expect((await call("POST", "/api/auth/logout")).status).toBe(204);
    expect(await sessionCount()).toBe(0);
    expect((await call("GET", "/notes")).status).toBe(401);
  });
});

describe.each([
  ["5", express5],
  ["4", express4],
])("Express %s, with a guard of the host's before paths that begin with /api", (_version, express) => {
  test.each(RESOLVED_TARGETS)("leaves %j to the host's own routes", async (target) => {
    const { sessions, host } = await openHostHandler();
    const app = express();
    const guard = vi.fn<RequestHandler>((_req, _res, next) => next());
    app.use("/api", guard);
    app.use(curfewExpress(sessions));
    app.use((_req, res) => void res.status(418).end());
    const origin = await listen(app);
    const headers = { Cookie: host.signIn("one", ada) };
    expect(await sendTarget(origin, "/api/auth/session", { headers })).toContain("200 OK");
    expect(guard).toHaveBeenCalledOnce();
    expect(await sendTarget(origin, target, { headers })).toMatch(/^HTTP\/1\.1 (?:418|400) /);
  });
});

describe("sessionOf", () => {
  test("counts a session from when Curfew first saw it, and keeps that moment in the session", async () => {
    const { browser, store, clock } = await openHost(express5, { parsesFirst: false });
    const call = browser();
    await call("POST", "/login/ada");
    await call("GET", "/notes");
    const kept = await new Promise<unknown>((resolve) =>
      store.all((_error, all) => resolve(Object.values(all ?? {})[0])),
    );
    const { startedAt } = (kept as { curfew: { startedAt: number } }).curfew;
    expect(startedAt).toBe(clock.now());
    const req = { session: { id: "sid", curfew: { startedAt: 7 } } };
    expect(sessionOf(req, { accountId: "acme", user: ada })).toEqual({
      accountId: "acme",
      hostSessionId: "sid",
      user: ada,
      startedAt: 7,
    });
  });

  test("counts a session from its own start, not from that of the one whose content it took over", () => {
    const now = vi.spyOn(Date, "now").mockReturnValue(1_000);
    onTestFinished(() => now.mockRestore());
    const old: ExpressSession = { id: "old" };
    const startOf = (session: ExpressSession) =>
      sessionOf({ session }, { accountId: "acme", user: ada })?.startedAt;
    expect(startOf(old)).toBe(1_000);
    now.mockReturnValue(2_000);
    expect(startOf(old)).toBe(1_000);
    const { curfew } = old;
    const regenerated: ExpressSession = { id: "new", ...(curfew && { curfew }) };
    expect([startOf(regenerated), startOf(old)]).toEqual([2_000, 1_000]);
    expect(JSON.stringify([old.curfew, regenerated.curfew])).not.toMatch(/"old"|"new"/);
  });

  test("counts a session from when its host says that it began, from no moment to come, and writes nothing into it", () => {
    const now = vi.spyOn(Date, "now").mockReturnValue(2_000);
    onTestFinished(() => now.mockRestore());
    const startOf = (session: ExpressSession, startedAt: number) =>
      sessionOf({ session }, { accountId: "acme", user: ada, startedAt })?.startedAt;
    const told = Object.freeze({ id: "told" });
    expect([startOf(told, 1_000), startOf(told, 3_000)]).toEqual([1_000, 2_000]);
    const kept = Object.freeze({ id: "kept", curfew: { startedAt: 7 } });
    expect(startOf(kept, 1_000)).toBe(7);
  });

  test("brings back no session that a sign-out destroys meanwhile, where its host says when it began", async () => {
    const store = new session.MemoryStore();
    const app = express5().use(session({ secret: "s", store, resave: false, saveUninitialized: false }));
    app.post("/login", (req, res) => {
      req.session.who = ada;
      res.end();
    });
    app.post("/sign-out", (req, res) => req.session.destroy(() => res.end()));
    const pages = new EventEmitter();
    app.get("/page", (req, res) => {
      sessionOf(req, { accountId: "acme", user: req.session.who, startedAt: 1_000 });
      pages.once("go on", () => res.end()).emit("begun");
    });
    const call = browserOf(await listen(app));
    await call("POST", "/login");
    const begun = once(pages, "begun");
    const page = call("GET", "/page");
    await begun;
    await call("POST", "/sign-out");
    pages.emit("go on");
    expect((await page).status).toBe(200);
    const kept = await new Promise((resolve) => store.all((_error, all) => resolve(all)));
    expect(kept).toEqual({});
  });

  test("ends a session that Curfew has not seen yet with its company, where the host says that it is from before", async () => {
    const { curfew, clock } = await openEngine();
    const now = vi.spyOn(Date, "now").mockImplementation(clock.now);
    onTestFinished(() => now.mockRestore());
    const switchedAt = clock.now();
    const seenAgain = (id: string, startedAt: number) => {
      const session = sessionOf({ session: { id } }, { accountId: "acme", user: ben, startedAt });
      return curfew.governed.open(session as OpenGoverned);
    };
    await clock.advance(MINUTE);
    await curfew.revoke.account("acme", { actor: { userId: "ada", sessionId: null, ip: null } });
    await clock.advance(MINUTE);
    await expect(seenAgain("from before", switchedAt)).rejects.toMatchObject({
      code: "session_revoked",
      details: { reason: "revoked_by_owner" },
    });
    await expect(seenAgain("of now", clock.now())).resolves.toMatchObject({ user: { id: ben.id } });
  });

  test("names a session that a cookie alone keeps by the id that its host put into it", async () => {
    const engine = await openEngine();
    const now = vi.spyOn(Date, "now").mockImplementation(engine.clock.now);
    onTestFinished(() => now.mockRestore());
    const sessions: CurfewHandler = createHandler({
      curfew: engine.curfew,
      publicUrl: PUBLIC_URL,
      secrets: [engine.secret],
      accountName: () => "Acme",
      hostSession: (_request, req: { session: ExpressSession }) =>
        sessionOf(req, { accountId: "acme", user: ada }),
      activity: "reported",
    });
    const kept: ExpressSession = { id: "one" };
    const app = express5();
    app.use((req, _res, next) => {
      Object.assign(req, { session: kept });
      next();
    });
    app.get("/notes", requireSession(sessions), (req, res) => void res.json(req.curfew.userId));
    const notes = `${await listen(app)}/notes`;
    expect(await jsonOf(await fetch(notes))).toBe("ada");
    await engine.curfew.governed.end({ accountId: "acme", hostSessionId: "one" });
    // There is nothing to destroy, and every copy of the cookie is refused.
    for (let copies = 0; copies < 2; copies++)
      expect(await statusAndCode(await fetch(notes))).toEqual([401, "session_revoked"]);
    kept.id = "two";
    expect(await jsonOf(await fetch(notes))).toBe("ada");
  });

  test("is null without a session, an account or a person, and starts nothing then", () => {
    expect(sessionOf({ session: null }, { accountId: "acme", user: ada })).toBe(null);
    const anonymous = { session: { id: "sid" } };
    expect(sessionOf(anonymous, { accountId: "acme", user: null })).toBe(null);
    expect(sessionOf(anonymous, { accountId: undefined, user: ada })).toBe(null);
    expect(anonymous).toEqual({ session: { id: "sid" } });
  });

  test("throws where the store is down, which is a 503 and never signed out", async () => {
    expect(() => sessionOf({}, { accountId: "acme", user: ada })).toThrow("req.session");
    const { browser, store } = await openHost(express5, { parsesFirst: false });
    const call = browser();
    await call("POST", "/login/ada");
    store.emit("disconnect");
    expect(await statusAndCode(await call("GET", "/notes"))).toEqual([503, "unavailable"]);
    expect(await statusAndCode(await call("GET", "/api/auth/session"))).toEqual([503, "unavailable"]);
    expect((await call("GET", "/page")).status).toBe(503);
    store.emit("connect");
    expect((await call("GET", "/notes")).status).toBe(200);
  });
});

test("a governed session outlives no deadline of its account, however long the host keeps its own", async () => {
  const { browser, clock } = await openHost(express5, { parsesFirst: false });
  const call = browser();
  await call("POST", "/login/ada");
  await call("GET", "/notes");
  await clock.advance(60 * MINUTE);
  expect(await jsonOf(await call("GET", "/notes"))).toMatchObject({
    code: "session_expired",
    reason: "idle",
  });
});
