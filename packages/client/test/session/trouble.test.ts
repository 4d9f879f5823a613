import { describe, expect, test } from "vitest";
import type { FakeTab } from "../../testing/index.js";
import {
  ADA,
  createContext,
  HOUR,
  MINUTE,
  openTab,
  REFRESH,
  requestCount,
  SECOND,
  settle,
  signedInContext,
  signedInState,
  type TestContext,
} from "./context.js";

const page = (status: number): Response =>
  new Response("<h1>Blocked</h1>", { status, headers: { "Content-Type": "text/html" } });

const END = { code: "session_revoked", reason: "signed_out", ended_at: "2026-11-02T09:00:00.000Z" };

const FOREIGN: readonly [string, () => Response][] = [
  ["a firewall's 403", () => page(403)],
  ["a proxy's 404", () => page(404)],
  ["a proxy's 408", () => page(408)],
  ["a proxy's 421", () => page(421)],
  ["a 401 that is not Curfew's", () => page(401)],
  ["a 401 in JSON that is not Curfew's", () => Response.json(END, { status: 401 })],
  [
    "a problem document of another service",
    () =>
      new Response(JSON.stringify({ title: "Unauthorized", status: 401 }), {
        status: 401,
        headers: { "Content-Type": "application/problem+json" },
      }),
  ],
  ["a portal's page with status 200", () => page(200)],
  ["JSON that is not Curfew's with status 200", () => Response.json({ ok: true })],
  [
    "JSON with names of Curfew's and status 200",
    () => Response.json({ name: "Portal", session: { id: "guest" }, user: { email: "guest" } }),
  ],
];

describe.each(FOREIGN)("%s", (_what, answer) => {
  test("at the first load waits, says so, and is forgotten once the server answers", async () => {
    const context = await signedInContext();
    context.browser.kill(context.tab);
    context.browser.network.intercept = answer;
    const tab = await openTab(context);
    await context.time.advance(MINUTE);
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: true });
    expect(context.browser.storage.size).toBe(1);
    context.browser.network.intercept = () => null;
    await context.time.advance(MINUTE);
    expect(signedInState(tab)).toMatchObject({ user: { email: ADA.email }, reconnecting: false });
  });

  test("to a refresh keeps the session and the page", async () => {
    const context = await signedInContext(2);
    context.browser.network.intercept = (path) => (path === REFRESH ? answer() : null);
    const attempt = settle(context, context.tab.session.staySignedIn(), 4 * SECOND);
    await expect(attempt).rejects.toMatchObject({ code: "unreachable", isTrouble: true });
    for (const tab of context.tabs) expect(signedInState(tab).needs_sign_in).toBe(false);
    expect(signedInState(context.tab).reconnecting).toBe(true);
    context.browser.network.intercept = () => null;
    await settle(context, context.tab.session.staySignedIn());
    expect(signedInState(context.tab).reconnecting).toBe(false);
  });

  test("to a sign-in is told as trouble, and the next attempt may succeed", async () => {
    const context = createContext();
    const tab = await openTab(context);
    context.browser.network.intercept = answer;
    await expect(settle(context, tab.session.signIn(ADA))).rejects.toMatchObject({ code: "unreachable" });
    context.browser.network.intercept = () => null;
    expect((await settle(context, tab.session.signIn(ADA))).email).toBe(ADA.email);
  });
});

describe("the sign-in page after trouble", () => {
  test("asks for the session of the user that this browser knows", async () => {
    const context = await signedInContext();
    context.browser.network.intercept = () => page(403);
    const troubled = context.browser.open();
    troubled.session.start({ quietly: true });
    await context.time.advance(10 * SECOND);
    expect(troubled.session.getState().status).toBe("loading");
    context.browser.kill(troubled);
    context.browser.network.intercept = () => null;
    const reloaded = context.browser.open();
    reloaded.session.start({ quietly: true });
    await context.time.advance(SECOND);
    expect(signedInState(reloaded).user.email).toBe(ADA.email);
  });
});

describe("an answer of Curfew that ends no session", () => {
  test.each([
    [403, "cross_origin"],
    [400, "bad_request"],
    [422, "validation_failed"],
  ])("%i %s to a refresh at the first load is waited out", async (status, code) => {
    const context = await signedInContext();
    const headers = { "Content-Type": "application/problem+json" };
    context.browser.network.intercept = () => new Response(JSON.stringify({ code }), { status, headers });
    const tab = await openTab(context);
    await context.time.advance(10 * SECOND);
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: true });
    context.browser.network.intercept = () => null;
    await context.time.advance(MINUTE);
    expect(tab.session.getState().status).toBe("signed_in");
  });
});

describe("a `Retry-After` of an hour", () => {
  /** One 503 with it; then the server works again. */
  async function failOnce(context: TestContext & { tab: FakeTab }): Promise<void> {
    await context.time.advance(2 * MINUTE);
    context.server.isDown = true;
    context.server.retryAfterSeconds = 3600;
    context.tab.touch();
    await context.time.advance(5 * SECOND);
    context.server.isDown = false;
  }

  test("counts for a minute: a person who types on is not signed out", async () => {
    const context = await signedInContext();
    context.server.idleMinutes = 15;
    await settle(context, context.tab.session.signIn(ADA));
    await failOnce(context);
    const before = requestCount(context, REFRESH);
    for (let typed = 0; typed < 10; typed++) {
      await context.time.advance(10 * SECOND);
      context.tab.touch();
    }
    expect(requestCount(context, REFRESH) - before).toBeGreaterThanOrEqual(1);
    expect(signedInState(context.tab).expiry.remaining_ms).toBeGreaterThan(13 * MINUTE);
  });

  test("does not delay what a person does", async () => {
    const context = await signedInContext();
    await failOnce(context);
    await settle(context, context.tab.session.staySignedIn());
    expect(signedInState(context.tab).expiry.remaining_ms).toBeGreaterThan(HOUR - 2 * SECOND);
  });
});

describe("a line on which an answer takes eleven seconds", () => {
  async function slowContext(): Promise<TestContext & { tab: FakeTab }> {
    const context = createContext();
    const tab = await openTab(context);
    context.browser.network.latencyMs = 11 * SECOND;
    await settle(context, tab.session.signIn(ADA), 12 * SECOND);
    return { ...context, tab };
  }

  test("lets people sign in, work and sign out", async () => {
    const context = await slowContext();
    expect(signedInState(context.tab).user.email).toBe(ADA.email);
    const call = context.tab.session.api("GET /api/accounts/me");
    await expect(settle(context, call, 12 * SECOND)).resolves.toBeDefined();
    await settle(context, context.tab.session.signOut(), 12 * SECOND);
    expect(context.tab.session.getState()).toMatchObject({ status: "signed_out", ended: null });
  });

  test("keeps a person at work signed in, with one refresh a minute, and says nothing", async () => {
    const context = await slowContext();
    const before = requestCount(context, REFRESH);
    for (let second = 0; second < 10 * 60; second += 5) {
      context.tab.touch();
      await context.time.advance(5 * SECOND);
      expect(signedInState(context.tab)).toMatchObject({ reconnecting: false, expiry: { warning: "none" } });
    }
    expect(requestCount(context, REFRESH) - before).toBeLessThanOrEqual(10);
  });

  test("makes other tabs wait ten seconds for the lock, not for the answer", async () => {
    const context = await slowContext();
    context.tab.session.staySignedIn().catch(() => undefined);
    await context.time.advance(SECOND);
    const before = requestCount(context, REFRESH);
    const other = await openTab(context);
    await context.time.advance(22 * SECOND);
    expect(requestCount(context, REFRESH) - before).toBeGreaterThanOrEqual(1);
    expect(signedInState(other).session.id).toBe("session 1");
  });
});

describe("an answer that does not come", () => {
  test("is told after a while, given up after a minute, and asked for again", async () => {
    const context = await signedInContext();
    context.browser.network.unplug();
    const tab = context.browser.open();
    tab.session.start();
    await context.time.advance(9 * SECOND);
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: false });
    await context.time.advance(6 * SECOND);
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: true });
    context.browser.network.plug();
    await context.time.advance(MINUTE);
    expect(signedInState(tab)).toMatchObject({ user: { email: ADA.email }, reconnecting: false });
  });
});

describe("a browser that refuses cookies", () => {
  async function withoutCookies(): Promise<TestContext & { tab: FakeTab }> {
    const context = createContext();
    context.browser.network.refusesCookies = true;
    const tab = await openTab(context);
    await settle(context, tab.session.signIn(ADA));
    return { ...context, tab };
  }

  test("is told so when the server does not know the session at the first refresh, in every tab", async () => {
    const context = await withoutCookies();
    await context.time.advance(2 * MINUTE);
    context.tab.touch();
    await context.time.advance(SECOND);
    expect(context.tab.session.getState()).toEqual({
      status: "signed_out",
      ended: null,
      user_id: ADA.email,
      lost: true,
    });
  });

  test("is told so at the next load, but not once more", async () => {
    const context = await withoutCookies();
    context.browser.kill(context.tab);
    const tab = await openTab(context);
    expect(tab.session.getState()).toMatchObject({ status: "signed_out", lost: true });
    const later = await openTab(context);
    expect(later.session.getState()).toEqual({ status: "signed_out", ended: null, user_id: null });
  });

  test("is not what the end of a session in its absence looks like, whose cookie is gone too", async () => {
    const context = await signedInContext();
    context.browser.kill(context.tab);
    await context.time.advance(25 * HOUR);
    context.browser.network.cookie = null;
    const tab = await openTab(context);
    expect(tab.session.getState()).toEqual({ status: "signed_out", ended: null, user_id: null });
  });

  test("is not what a sign-out looks like", async () => {
    const context = await signedInContext(2);
    await settle(context, context.tab.session.signOut());
    for (const tab of context.tabs) expect(tab.session.getState()).not.toMatchObject({ lost: true });
  });
});
