import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, createConnection } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { currentOf, requireSession, toNodeHandler } from "../../src/adapters/node.js";
import { jsonOf, statusAndCode } from "../support/responses.js";
import { ada, ben, NOBODY, openHostHandler } from "../support/test-handler.js";
import { listen, RESOLVED_TARGETS, sendTarget } from "./listen.js";

const JSON_TYPE = { "Content-Type": "application/json" };

describe("toNodeHandler", () => {
  test.each(["data::x", "data:", "api", "//", "?x"])(
    "answers a path like %s, as HTTP/2 lets it through, with a 404",
    async (path) => {
      const { sessions } = await openHostHandler();
      const server = createHttp2Server(toNodeHandler(sessions)).listen(0, "127.0.0.1");
      await once(server, "listening");
      const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      onTestFinished(() => {
        client.destroy();
        server.close();
      });
      // Only a scheme of the web's has its paths checked.
      const stream = client.request({ ":path": path, ":scheme": "x" });
      const [head] = await once(stream, "response");
      expect(head[":status"]).toBe(404);
    },
  );

  test("serves Curfew's routes, with the connection's address, and a 404 problem for all else", async () => {
    const { sessions, host, curfew } = await openHostHandler();
    const origin = await listen(toNodeHandler(sessions));
    const headers = { cookie: host.signIn("one", ada) };
    const response = await fetch(`${origin}/api/auth/session?x=1`, { headers });
    const { session } = await jsonOf<{ session: { id: string } }>(response);
    expect((await curfew.sessions.get("acme", session.id)).session.device.ip).toBe("127.0.0.1");
    expect(await statusAndCode(await fetch(`${origin}/notes`))).toEqual([404, "not_found"]);
    const patched = await fetch(`${origin}/api/accounts/me/security`, {
      method: "PATCH",
      headers: { ...headers, ...JSON_TYPE },
      body: JSON.stringify({ idle_minutes: 30 }),
    });
    expect(await jsonOf(patched)).toMatchObject({ idle_minutes: 30 });
    const head = await fetch(`${origin}/api/accounts/me/security`, { method: "HEAD", headers });
    expect([head.status, head.headers.get("etag"), await head.text()]).toEqual([200, '"2"', ""]);
  });

  test("sends several cookies as several headers", async () => {
    const headers = new Headers([
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
    ]);
    const { sessions } = await openHostHandler({ onSignOut: () => new Response(null, { headers }) });
    const origin = await listen(toNodeHandler(sessions));
    const response = await fetch(`${origin}/api/auth/logout`, { method: "POST" });
    expect([response.status, response.headers.getSetCookie()]).toEqual([204, ["a=1", "b=2"]]);
  });

  test.each([
    ["as an object", JSON_TYPE, '{"idle_for_seconds": 60}', (text: string) => JSON.parse(text), 200],
    ["as bytes", JSON_TYPE, '{"idle_for_seconds": 60}', (text: string) => Buffer.from(text), 200],
    ["as text", JSON_TYPE, '{"idle_for_seconds": 60}', (text: string) => text, 200],
    [
      "as an object with a fault",
      JSON_TYPE,
      '{"idle_for_seconds": "60"}',
      (text: string) => JSON.parse(text),
      422,
    ],
    ["as `{}` of nothing", {}, undefined, () => ({}), 200],
    ["as nothing", JSON_TYPE, '{"idle_for_seconds": 60}', () => undefined, 200],
    [
      "as fields of a form",
      { "Content-Type": "application/x-www-form-urlencoded" },
      "a=1",
      () => ({ a: "1" }),
      415,
    ],
  ])("takes a body that a parser has read %s", async (_as, type, body, parse, status) => {
    const { sessions, host } = await openHostHandler();
    const answer = toNodeHandler(sessions);
    const origin = await listen(async (req: IncomingMessage, res) => {
      let text = "";
      for await (const chunk of req) text += String(chunk);
      await answer(Object.assign(req, { body: parse(text) }), res);
    });
    const response = await fetch(`${origin}/api/auth/refresh`, {
      method: "POST",
      headers: { cookie: host.signIn("one", ada), ...type },
      ...(body === undefined ? {} : { body }),
    });
    expect(response.status).toBe(status);
  });

  test("reads a body that a parser left alone, though it said `{}` of it", async () => {
    const { sessions, host } = await openHostHandler();
    const answer = toNodeHandler(sessions);
    const origin = await listen((req, res) => void answer(Object.assign(req, { body: {} }), res));
    const headers = { cookie: host.signIn("one", ada), ...JSON_TYPE };
    const body = '{"idle_for_seconds": -1}';
    const response = await fetch(`${origin}/api/auth/refresh`, { method: "POST", headers, body });
    expect(await statusAndCode(response)).toEqual([422, "validation_failed"]);
  });

  test.each([
    ["a declared length", { "Content-Length": "70000" }],
    ["chunks", { "Transfer-Encoding": "chunked" }],
  ])("refuses a large body with %s, and the connection goes on", async (_with, framing) => {
    const { sessions, host } = await openHostHandler();
    const origin = await listen(toNodeHandler(sessions));
    const socket = createConnection(Number(new URL(origin).port), "127.0.0.1");
    let received = "";
    socket.on("data", (chunk) => {
      received += String(chunk);
    });
    const head = (path: string, headers: Record<string, string>) =>
      [
        `POST ${path} HTTP/1.1`,
        "Host: x",
        ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
        "",
        "",
      ].join("\r\n");
    const text = "x".repeat(70_000);
    const cookie = host.signIn("one", ada);
    socket.write(head("/api/auth/refresh", { Cookie: cookie, ...JSON_TYPE, ...framing }));
    socket.write(
      "Transfer-Encoding" in framing ? `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n` : text,
    );
    await vi.waitFor(() => expect(received).toContain("413 "));
    received = "";
    socket.write(head("/api/auth/refresh", { Cookie: cookie, "Content-Length": "0" }));
    await vi.waitFor(() => expect(received).toContain("200 OK"));
    socket.destroy();
  });

  test("streams events until the session ends, and closes the stream of a client that has gone", async () => {
    const { sessions, host, curfew } = await openHostHandler();
    const origin = await listen(toNodeHandler(sessions));
    const headers = { cookie: host.signIn("one", ada) };
    const gone = new AbortController();
    const [response] = [
      await fetch(`${origin}/api/auth/events`, { headers }),
      await fetch(`${origin}/api/auth/events`, { headers, signal: gone.signal }),
    ];
    gone.abort();
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain("event: session.state");
    await curfew.revoke.account("acme", { actor: NOBODY });
    expect((await reader?.read())?.value).toContain("event: session.ended");
    expect((await reader?.read())?.done).toBe(true);
  });

  test("lets its server end, though a client asks for events again at once on the connection that it keeps", async () => {
    const { sessions, host } = await openHostHandler();
    const server = createServer(toNodeHandler(sessions)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => {
      agent.destroy();
      server.closeAllConnections();
    });
    const ask = async (): Promise<IncomingMessage> => {
      const headers = { cookie: host.signIn("one", ada) };
      const [answer] = await once(get({ port, agent, path: "/api/auth/events", headers }), "response");
      return answer;
    };
    const stream = await ask();
    const ended = once(server, "close");
    server.close();
    sessions.close();
    await textOf(stream);
    const again = await ask();
    expect([again.statusCode, again.headers.connection]).toEqual([503, "close"]);
    await textOf(again);
    await expect(ask()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await ended;
  });

  test("takes the path alone from what a client writes as the target, and its host from the public URL", async () => {
    const seen: string[] = [];
    const { sessions } = await openHostHandler({
      hostSession: (request: Request) => {
        seen.push(request.url);
        return null;
      },
    });
    const origin = await listen(toNodeHandler(sessions));
    const send = (target: string, method?: string) => sendTarget(origin, target, { method });
    expect(await send("http://evil.example/api/auth/session?x=1")).toContain("401 Unauthorized");
    expect(await send("/api/auth/session")).toContain("401 Unauthorized");
    expect(await send("//evil.example/api/auth/session")).toContain("404 Not Found");
    expect(await send("*", "OPTIONS")).toContain("404 Not Found");
    expect(await send("/api/auth/session", "TRACE")).toMatch(/405 .*allow: GET, HEAD, OPTIONS/is);
    expect(seen).toEqual([
      "https://app.example/api/auth/session?x=1",
      "https://app.example/api/auth/session",
    ]);
  });

  test.each(RESOLVED_TARGETS)(
    "answers %j with a 404: other paths' rules were asked for it",
    async (target) => {
      const { sessions, host } = await openHostHandler();
      const origin = await listen(toNodeHandler(sessions));
      const headers = { Cookie: host.signIn("one", ada) };
      expect(await sendTarget(origin, "/api/auth/session", { headers })).toContain("200 OK");
      expect(await sendTarget(origin, target, { headers })).toContain("404 Not Found");
    },
  );
});

describe("a server of Node's own", () => {
  const answer = (res: ServerResponse, body: unknown) => res.end(JSON.stringify(body));

  test("requires a session, and a role, with problem documents; its listener has the caller and the body", async () => {
    const { sessions, host, curfew } = await openHostHandler();
    const reports = await listen(
      requireSession(sessions, (_req, res, { identity }) => answer(res, identity.accountId), {
        role: "owner",
      }),
    );
    const notes = await listen(
      requireSession(sessions, async (req, res, { identity }) =>
        answer(res, [identity.userId, await textOf(req)]),
      ),
    );
    const [owner, member] = [{ cookie: host.signIn("one", ada) }, { cookie: host.signIn("two", ben) }];
    expect(await statusAndCode(await fetch(notes))).toEqual([401, "unauthenticated"]);
    const refused = await fetch(reports, { headers: member });
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(await statusAndCode(refused)).toEqual([403, "forbidden"]);
    expect(await jsonOf(await fetch(reports, { headers: owner }))).toBe("acme");
    const posted = await fetch(notes, { method: "POST", headers: member, body: "hello" });
    expect(await jsonOf(posted)).toEqual([ben.id, "hello"]);
    await curfew.revoke.account("acme", { actor: NOBODY });
    expect(await jsonOf(await fetch(notes, { headers: member }))).toMatchObject({
      code: "session_revoked",
      reason: "revoked_by_owner",
    });
  });

  test("passes on what its listener throws", async () => {
    const { sessions, host } = await openHostHandler();
    const fault = new Error("the listener's");
    const seen: unknown[] = [];
    const listener = requireSession(sessions, () => Promise.reject(fault));
    const origin = await listen((req: IncomingMessage, res: ServerResponse) => {
      listener(req, res).catch((error) => {
        seen.push(error);
        res.end();
      });
    });
    await fetch(origin, { headers: { cookie: host.signIn("one", ada) } });
    expect(seen).toEqual([fault]);
  });

  test("learns whose page it is, or why the session ended, and has a status for what it can't learn", async () => {
    const { sessions, host, curfew } = await openHostHandler();
    const origin = await listen((req: IncomingMessage, res: ServerResponse) => {
      currentOf(sessions, req).then(
        (current) => answer(res, current),
        ({ statusCode }) => answer(res, statusCode),
      );
    });
    const pageOf = async (cookie: string) => jsonOf<unknown>(await fetch(origin, { headers: { cookie } }));
    const cookie = host.signIn("one", ada);
    expect(await pageOf("")).toEqual({ state: "signed_out" });
    expect(await pageOf(cookie)).toMatchObject({ state: "signed_in", user: { id: "ada" } });
    await curfew.revoke.account("acme", { actor: NOBODY });
    expect(await pageOf(cookie)).toMatchObject({ state: "ended", reason: "revoked_by_owner" });
    vi.spyOn(host.table, "get").mockImplementation(() => {
      throw new Error("the host's store is down");
    });
    expect(await pageOf(cookie)).toBe(503);
  });
});
