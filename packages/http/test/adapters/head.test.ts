import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import express5 from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { describe, expect, onTestFinished, test } from "vitest";
import { curfewExpress, requireSession as requireInExpress } from "../../src/adapters/express.js";
import { curfewFastify } from "../../src/adapters/fastify.js";
import { requireSession as requireInNext } from "../../src/adapters/next.js";
import { requireSession as requireInNode, toNodeHandler } from "../../src/adapters/node.js";
import { requireSession as requireInHono } from "../../src/hono.js";
import type { CurfewHandler } from "../../src/index.js";
import { ada, ben, NOBODY, openHostHandler, PUBLIC_URL, requestFor } from "../support/test-handler.js";
import { listen, sendTarget } from "./listen.js";

/** Its types are those of Express 5. */
const express4 = createRequire(import.meta.url)("express-4") as typeof express5;

/** Serves Curfew's routes, `/notes` for live sessions and `/reports` for owners, and returns the origin. */
type Serve = (sessions: CurfewHandler) => Promise<string>;

const onExpress =
  (express: typeof express5): Serve =>
  (sessions) => {
    const app = express().use(curfewExpress(sessions));
    app.get("/notes", requireInExpress(sessions), (_req, res) => void res.json("notes"));
    app.get("/reports", requireInExpress(sessions, { role: "owner" }), (_req, res) => void res.json("all"));
    return listen(app);
  };

const onFastify: Serve = async (sessions) => {
  const app = Fastify();
  await app.register(curfewFastify, { sessions });
  app.get("/notes", { preHandler: app.requireSession() }, () => "notes");
  app.get("/reports", { preHandler: app.requireSession({ role: "owner" }) }, () => "all");
  // A page of the host's that has Curfew's paths too: Fastify makes a HEAD route of it.
  app.get("/*", () => "page");
  onTestFinished(() => app.close());
  return app.listen({ host: "127.0.0.1", port: 0 });
};

const onNode: Serve = (sessions) => {
  const routes = toNodeHandler(sessions);
  const notes = requireInNode(sessions, (_req, res) => res.end("notes"));
  const reports = requireInNode(sessions, (_req, res) => res.end("all"), { role: "owner" });
  return listen((req, res) => {
    const answer = req.url === "/notes" ? notes : req.url === "/reports" ? reports : routes;
    answer(req, res).catch(() => res.destroy());
  });
};

const onHono: Serve = (sessions) => {
  const app = new Hono();
  app.all("/api/*", (c) => sessions.handler(c.req.raw, c.env));
  app.get("/notes", requireInHono(sessions), (c) => c.json("notes"));
  app.get("/reports", requireInHono(sessions, { role: "owner" }), (c) => c.json("all"));
  return listen(toNodeHandler({ handler: async (request) => app.fetch(request), publicUrl: PUBLIC_URL }));
};

/** Headers of the connection and of the moment, and those that frame the body. */
const OF_THE_CONNECTION = /^(?:date|connection|keep-alive|transfer-encoding|content-length): /i;

/** Sends a request, and returns its answer as it came. */
async function answerOf(origin: string, method: string, path: string, cookie: string) {
  const answer = await sendTarget(origin, path, { method, headers: { cookie } });
  const end = answer.indexOf("\r\n\r\n");
  const [status = "", ...lines] = answer.slice(0, end).split("\r\n");
  const length = /^content-length: (\d+)$/im.exec(answer.slice(0, end))?.[1];
  return {
    status: status.replace("HTTP/1.1 ", ""),
    headers: lines.filter((line) => !OF_THE_CONNECTION.test(line)).sort(),
    length: length === undefined ? null : Number(length),
    body: answer.slice(end + "\r\n\r\n".length),
  };
}

describe.each<[string, Serve]>([
  ["Express 5", onExpress(express5)],
  ["Express 4", onExpress(express4)],
  ["Fastify", onFastify],
  ["Node", onNode],
  ["Hono", onHono],
])("HEAD in %s", (_framework, serve) => {
  test.each([
    ["/notes", "nobody", 401],
    ["/notes", "member", 200],
    ["/notes", "ended", 401],
    ["/reports", "member", 403],
    ["/reports", "owner", 200],
    ["/api/auth/session", "nobody", 401],
    ["/api/auth/session", "owner", 200],
    ["/api/auth/session", "ended", 401],
    ["/api/accounts/me/security/sessions", "member", 403],
    ["/api/accounts/me/security", "owner", 200],
  ] as const)("has the head of GET at %s for %s (%d), and no body", async (path, who, status) => {
    const { sessions, host, curfew, current } = await openHostHandler();
    const cookie = who === "nobody" ? "" : host.signIn("one", who === "owner" ? ada : ben);
    await current(cookie);
    if (who === "ended") await curfew.revoke.account("acme", { actor: NOBODY });
    const origin = await serve(sessions);
    const get = await answerOf(origin, "GET", path, cookie);
    const head = await answerOf(origin, "HEAD", path, cookie);
    expect(head.status).toMatch(new RegExp(`^${status} `));
    expect([head.status, head.headers]).toEqual([get.status, get.headers]);
    expect(head.body).toBe("");
    const bodyLength = get.length ?? Number.parseInt(get.body, 16);
    expect([null, bodyLength]).toContain(head.length);
  });

  test("ends at once where GET streams events", async () => {
    const { sessions, host } = await openHostHandler();
    const origin = await serve(sessions);
    const head = await answerOf(origin, "HEAD", "/api/auth/events", host.signIn("one", ada));
    expect([head.status, head.body, head.length]).toEqual(["200 OK", "", null]);
    expect(head.headers.join()).toContain("text/event-stream");
  });
});

test("no body is written to HEAD in Node, which may be told to refuse that", async () => {
  const { sessions } = await openHostHandler();
  const routes = toNodeHandler(sessions);
  const notes = requireInNode(sessions, () => undefined);
  const written: Promise<void>[] = [];
  const server = createServer({ rejectNonStandardBodyWrites: true }, (req, res) => {
    written.push((req.url === "/notes" ? notes : routes)(req, res));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const path of ["/notes", "/api/auth/session"])
    expect((await fetch(`${origin}${path}`, { method: "HEAD" })).status).toBe(401);
  await expect(Promise.all(written)).resolves.toHaveLength(2);
});

test("a route handler of Next.js refuses HEAD as GET", async () => {
  const { sessions, host } = await openHostHandler();
  const reports = requireInNext(sessions, () => new Response("all"), { role: "owner" });
  const statusOf = async (method: string, cookie: string) =>
    (await reports(requestFor(method, "/reports", { headers: { cookie } }), {})).status;
  const [owner, member] = [host.signIn("one", ada), host.signIn("two", ben)];
  for (const method of ["GET", "HEAD"])
    expect([
      await statusOf(method, ""),
      await statusOf(method, member),
      await statusOf(method, owner),
    ]).toEqual([401, 403, 200]);
});
