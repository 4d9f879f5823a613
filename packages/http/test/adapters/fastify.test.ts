import fastifyCookie from "@fastify/cookie";
import fastifySession from "@fastify/session";
import Fastify, { type FastifyRequest } from "fastify";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { curfewFastify, currentOf } from "../../src/adapters/fastify.js";
import { createHandler } from "../../src/index.js";
import { jsonOf, statusAndCode } from "../support/responses.js";
import { ada, ben, NOBODY, openEngine, openHostHandler, PUBLIC_URL } from "../support/test-handler.js";
import { browserOf, RESOLVED_TARGETS, sendTarget } from "./listen.js";

declare module "fastify" {
  interface Session {
    who: typeof ada | typeof ben;
    startedAt: number;
  }
}

async function openHost({ isFirst = false } = {}) {
  const engine = await openEngine();
  const hostTrouble = vi.fn();
  const sessions = createHandler({
    curfew: engine.curfew,
    publicUrl: PUBLIC_URL,
    secrets: [engine.secret],
    accountName: () => "Acme",
    hostSession: (_request, { session }: FastifyRequest) => {
      hostTrouble();
      return session.who
        ? {
            accountId: "acme",
            hostSessionId: session.sessionId,
            user: session.who,
            startedAt: session.startedAt,
          }
        : null;
    },
    activity: "reported",
  });
  const app = Fastify();
  if (isFirst) await app.register(curfewFastify, { sessions });
  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    secret: "x".repeat(32),
    cookie: { secure: false },
    saveUninitialized: false,
  });
  if (!isFirst) await app.register(curfewFastify, { sessions });
  app.post<{ Params: { who: string } }>("/login/:who", async (request, reply) => {
    request.session.who = request.params.who === "ada" ? ada : ben;
    request.session.startedAt = engine.clock.now();
    return reply.code(204).send();
  });
  app.get("/notes", { preHandler: app.requireSession() }, (request) => JSON.stringify(request.curfew.userId));
  app.post("/notes", { preHandler: app.requireSession() }, (request) => request.body);
  app.get("/reports", { preHandler: app.requireSession({ role: "owner" }) }, (request) =>
    JSON.stringify(request.curfew.accountId),
  );
  app.get("/page", async (request) => JSON.stringify((await currentOf(sessions, request)).state));
  app.get("/api/other", () => JSON.stringify("the host's"));
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => app.close());
  return { ...engine, hostTrouble, browser: () => browserOf(origin) };
}

test.each(RESOLVED_TARGETS)(
  "%j is no path of Curfew's in Fastify, which has no route for it",
  async (target) => {
    const { sessions, host } = await openHostHandler();
    const app = Fastify();
    await app.register(curfewFastify, { sessions });
    const origin = await app.listen({ host: "127.0.0.1", port: 0 });
    onTestFinished(() => app.close());
    const headers = { Cookie: host.signIn("one", ada) };
    expect(await sendTarget(origin, "/api/auth/session", { headers })).toContain("200 OK");
    expect(await sendTarget(origin, target, { headers })).toMatch(/^HTTP\/1\.1 40[04] /);
  },
);

test("a page whose host can't tell the session is answered with a 503", async () => {
  const { browser, hostTrouble } = await openHost();
  const call = browser();
  await call("POST", "/login/ada");
  hostTrouble.mockImplementation(() => {
    throw new Error("the store is down");
  });
  expect((await call("GET", "/page")).status).toBe(503);
});

describe.each([
  ["after the session plugin", { isFirst: false }],
  ["before the session plugin", { isFirst: true }],
])("Fastify 5, registered %s", (_order, options) => {
  test("serves Curfew's routes for the host's session, and leaves all else to the host", async () => {
    const { browser } = await openHost(options);
    const call = browser();
    expect(await statusAndCode(await call("GET", "/api/auth/session"))).toEqual([401, "unauthenticated"]);
    await call("POST", "/login/ada");
    expect(await jsonOf(await call("GET", "/api/auth/session"))).toMatchObject({ user: { id: "ada" } });
    const patched = await call("PATCH", "/api/accounts/me/security", { idle_minutes: 30 });
    expect(await jsonOf(patched)).toMatchObject({ idle_minutes: 30 });
    expect((await call("POST", "/api/auth/refresh")).status).toBe(200);
    expect((await call("POST", "/api/auth/logout")).status).toBe(204);
    expect(await jsonOf(await call("GET", "/api/other"))).toBe("the host's");
    expect((await call("GET", "/api/nothing")).headers.get("content-type")).toContain("application/json");
  });

  test("requires a session, and a role, with problem documents; the host's route has its body", async () => {
    const { browser } = await openHost(options);
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
      const { browser, curfew } = await openHost(options);
      const call = browser();
      await call("POST", "/login/ada");
      await call("GET", "/notes");
      await curfew.revoke.account("acme", { actor: NOBODY });
      expect(await jsonOf(await call("GET", path))).toMatchObject({ reason: "revoked_by_owner" });
      expect(await statusAndCode(await call("GET", path))).toEqual([401, "unauthenticated"]);
    },
  );

  test("tells a page whose request it is, and destroys the host's session that is over", async () => {
    const { browser, curfew } = await openHost(options);
    const call = browser();
    expect(await jsonOf(await call("GET", "/page"))).toBe("signed_out");
    await call("POST", "/login/ada");
    expect(await jsonOf(await call("GET", "/page"))).toBe("signed_in");
    await curfew.revoke.account("acme", { actor: NOBODY });
    expect(await jsonOf(await call("GET", "/page"))).toBe("ended");
    expect(await jsonOf(await call("GET", "/page"))).toBe("signed_out");
  });

  test("streams events until the session ends", async () => {
    const { browser, curfew } = await openHost(options);
    const call = browser();
    await call("POST", "/login/ada");
    const reader = (await call("GET", "/api/auth/events")).body
      ?.pipeThrough(new TextDecoderStream())
      .getReader();
    expect((await reader?.read())?.value).toContain("event: session.state");
    await curfew.revoke.account("acme", { actor: NOBODY });
    expect((await reader?.read())?.value).toContain("event: session.ended");
    expect((await reader?.read())?.done).toBe(true);
  });
});
