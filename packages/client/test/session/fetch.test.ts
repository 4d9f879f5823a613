import { describe, expect, test } from "vitest";
import { HOUR, MINUTE, openTab, REFRESH, settle, signedInContext, type TestContext } from "./context.js";

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

  test("that is refused twice hands on the refusal, unread", async () => {
    const context = await signedInContext();
    let calls = 0;
    context.browser.network.intercept = (path) =>
      path === REPORTS ? new Response(`refused ${++calls}`, { status: 401 }) : null;
    const response = await settle(context, context.tab.session.fetch(REPORTS));
    expect([response.status, await response.text()]).toEqual([401, "refused 2"]);
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
