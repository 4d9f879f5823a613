import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { problem } from "../api/recorded-api.js";
import {
  HOUR,
  MINUTE,
  openTab,
  REFRESH,
  SECOND,
  settle,
  signedInContext,
  type TestContext,
} from "./context.js";

const REPORTS = "/reports";

const requestsSince = ({ server }: TestContext, since: number): [string, number][] =>
  server.log.slice(since).map(({ path, status }) => [path, status]);

describe("a call of the app's own API", () => {
  test("is sent with the session's token and the headers of its own", async () => {
    const context = await signedInContext();
    const { fetch } = context.browser.network;
    const sent: Headers[] = [];
    context.browser.network.fetch = (tab, path, init) => {
      sent.push(new Headers(init.headers));
      return fetch(tab, path, init);
    };
    const headers = { "X-Of-The-App": "1" };
    const response = await settle(context, context.tab.session.fetch(REPORTS, { headers }));
    expect(await response.json()).toMatchObject({ for: "ada@example.com" });
    expect(sent.map((one) => [one.get("X-Of-The-App"), one.get("Authorization")])).toEqual([
      ["1", expect.stringMatching(/^Bearer session 1/)],
    ]);
  });

  test("is preceded by a renewal where the token is about to expire", async () => {
    const context = await signedInContext();
    await context.time.advance(5 * MINUTE);
    const before = context.server.log.length;
    await settle(context, context.tab.session.fetch(REPORTS));
    expect(requestsSince(context, before)).toEqual([
      [REFRESH, 200],
      [REPORTS, 200],
    ]);
  });

  test.each([
    ["a text", (): Parameters<typeof fetch> => [REPORTS, { method: "POST", body: '{"a":1}' }]],
    [
      "the body of a `Request`",
      (): Parameters<typeof fetch> => [
        new Request("https://app.example/reports", { method: "POST", body: '{"a":1}' }),
      ],
    ],
  ])("whose token is refused is renewed and repeated once, with %s complete", async (_what, call) => {
    const context = await signedInContext();
    context.server.stepClock(10 * MINUTE);
    const before = context.server.log.length;
    const response = await settle(context, context.tab.session.fetch(...call()));
    expect(await response.json()).toEqual({ for: "ada@example.com", a: 1 });
    expect(requestsSince(context, before).filter(([path]) => path === REPORTS)).toEqual([
      [REPORTS, 401],
      [REPORTS, 200],
    ]);
  });

  test("whose body is a stream is not repeated, and the next has a new token", async () => {
    const context = await signedInContext();
    context.server.stepClock(10 * MINUTE);
    const before = context.server.log.length;
    const init = { method: "POST", body: new Response('{"a":1}').body, duplex: "half" };
    const refused = await settle(context, context.tab.session.fetch(REPORTS, init));
    expect(await refused.json()).toMatchObject({ code: "token_expired" });
    const next = await settle(context, context.tab.session.fetch(REPORTS));
    expect(next.status).toBe(200);
    expect(requestsSince(context, before).filter(([path]) => path === REPORTS)).toEqual([
      [REPORTS, 401],
      [REPORTS, 200],
    ]);
  });

  test.each(["token_expired", "unauthenticated"])(
    "that is refused twice as %s hands on the refusal, unread",
    async (code) => {
      const context = await signedInContext();
      let calls = 0;
      context.browser.network.intercept = (path) =>
        path === REPORTS ? problem(401, { code, detail: `refused ${++calls}` }) : null;
      const response = await settle(context, context.tab.session.fetch(REPORTS));
      expect([response.status, await response.json()]).toEqual([401, { code, detail: "refused 2" }]);
      expect(context.tab.session.getState().status).toBe("signed_in");
    },
  );

  test.each([
    ["a text", () => new Response("wrong PIN", { status: 401 })],
    ["JSON", () => Response.json({ code: "token_expired" }, { status: 401 })],
    [
      "a problem of its own",
      () => problem(401, { code: "pin_expired", reason: "idle", ended_at: "2026-01-01" }),
    ],
    ["the answer of a proof", () => problem(401, { code: "use_dpop_nonce" })],
  ])("whose 401 is the app's own, %s, is not repeated, renews and ends nothing", async (_what, answer) => {
    const context = await signedInContext();
    context.browser.network.intercept = (path) => (path === REPORTS ? answer() : null);
    const { fetches } = context.browser.network;
    const response = await settle(context, context.tab.session.fetch(REPORTS, { method: "POST" }));
    expect([response.status, await response.text()]).toEqual([401, await answer().text()]);
    expect(context.browser.network.fetches - fetches).toBe(1);
    expect(context.tab.session.getState().status).toBe("signed_in");
  });

  test("hands on every other answer as it stands", async () => {
    const context = await signedInContext();
    context.browser.network.intercept = (path) =>
      path === REPORTS ? new Response("busy", { status: 503 }) : null;
    const response = await settle(context, context.tab.session.fetch(REPORTS));
    expect([response.status, await response.text()]).toEqual([503, "busy"]);
  });

  test("that tells the session's end ends it in every tab", async () => {
    const context = await signedInContext(2);
    context.browser.network.cut();
    context.server.revoke("session 1", "user_disabled");
    expect((await settle(context, context.tab.session.fetch(REPORTS), 200)).status).toBe(401);
    for (const tab of context.tabs)
      expect(tab.session.getState()).toMatchObject({ ended: { reason: "user_disabled" } });
  });

  describe.each([
    ["before it is made", 0, 0],
    ["while its token is renewed", 20, 0],
    ["on its way", 60, 1],
    ["while its second token is fetched", 100, 1],
  ])("that is aborted %s", (_when, afterMs, sentCount) => {
    test.each([
      ["by `init`", (signal: AbortSignal): Parameters<typeof fetch> => [REPORTS, { signal }]],
      [
        "by its `Request`",
        (signal: AbortSignal): Parameters<typeof fetch> => [
          new Request("https://app.example/reports", { signal }),
        ],
      ],
    ])("%s rejects at once with the reason, and is sent no more", async (_how, callOf) => {
      const context = await signedInContext();
      await context.time.advance(5 * MINUTE);
      context.browser.network.intercept = (path) =>
        path === REPORTS ? problem(401, { code: "token_expired" }) : null;
      const { fetch } = context.browser.network;
      const sent: string[] = [];
      context.browser.network.fetch = (tab, path, init) => {
        if (!init.signal?.aborted) sent.push(path);
        return fetch(tab, path, init);
      };
      const caller = new AbortController();
      const abort = () => caller.abort(new Error("left the page"));
      if (afterMs === 0) abort();
      const call = context.tab.session.fetch(...callOf(caller.signal));
      const settledAt = call.catch(() => context.time.now());
      await context.time.advance(afterMs);
      const abortedAt = context.time.now();
      abort();
      await context.time.advance(10 * SECOND);
      await expect(call).rejects.toThrow("left the page");
      expect(await settledAt).toBe(abortedAt);
      expect(sent.filter((path) => path === REPORTS)).toHaveLength(sentCount);
    });
  });

  test("leaves no listener on a signal that outlives it, whether it is answered or fails", async () => {
    const context = await signedInContext();
    const { signal } = new AbortController();
    const { request } = context.tab.ports;
    context.tab.ports.request = (input, init) => request(input, { ...init, signal: null });
    const heard = () => getEventListeners(signal, "abort").length;
    const call = context.tab.session.fetch(REPORTS, { signal });
    expect(heard()).toBe(1);
    await settle(context, call);
    expect(heard()).toBe(0);
    context.browser.network.intercept = () => {
      throw new TypeError("Failed to fetch");
    };
    await settle(context, context.tab.session.fetch(REPORTS, { signal })).catch(() => undefined);
    expect(heard()).toBe(0);
  });

  describe.each([
    ["an absolute URL", () => "https://other.example/reports"],
    ["a URL without a scheme", () => "//other.example/reports"],
    ["a `URL`", () => new URL("https://other.example/reports")],
    ["a `Request`", () => new Request("https://other.example/reports")],
  ])("to another origin, by %s", (_what, input) => {
    test("goes as it stands, without the token and without a renewal", async () => {
      const context = await signedInContext();
      await context.time.advance(5 * MINUTE);
      const given: Parameters<typeof fetch>[] = [];
      const { request } = context.tab.ports;
      context.tab.ports.request = (...args) => {
        given.push(args);
        return request(...args);
      };
      context.browser.network.intercept = (path) =>
        path === "https://other.example/reports" ? new Response("theirs") : null;
      const [url, init] = [input(), { headers: { "X-Of-The-App": "1" } }];
      const before = context.server.log.length;
      const response = await settle(context, context.tab.session.fetch(url, init));
      expect(await response.text()).toBe("theirs");
      expect(given).toEqual([[url, init]]);
      expect(given[0]?.[0]).toBe(url);
      expect(requestsSince(context, before)).toEqual([]);
    });

    test("that tells the end of a session there ends none here", async () => {
      const context = await signedInContext();
      context.browser.network.intercept = () =>
        problem(401, { code: "session_revoked", reason: "signed_out", ended_at: "2026-01-01T00:00:00.000Z" });
      expect((await settle(context, context.tab.session.fetch(input()))).status).toBe(401);
      expect(context.tab.session.getState().status).toBe("signed_in");
    });
  });

  test("of nobody goes without a token", async () => {
    const context = await signedInContext();
    await settle(context, context.tab.session.signOut());
    expect((await settle(context, context.tab.session.fetch(REPORTS))).status).toBe(401);
  });

  test("is not sent during an outage that keeps the token from being renewed, and ends nothing", async () => {
    const context = await signedInContext();
    await context.time.advance(5 * MINUTE);
    context.server.isDown = true;
    const before = context.server.log.length;
    await expect(settle(context, context.tab.session.fetch(REPORTS))).rejects.toMatchObject({
      isTrouble: true,
    });
    expect(requestsSince(context, before).map(([path]) => path)).not.toContain(REPORTS);
    expect(context.tab.session.getState().status).toBe("signed_in");
  });

  test("is made with the session that a page finds while it loads", async () => {
    const context = await signedInContext();
    await context.time.advance(HOUR / 2);
    const tab = await openTab(context);
    expect((await settle(context, tab.session.fetch(REPORTS))).status).toBe(200);
  });
});
