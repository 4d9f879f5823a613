import { describe, expect, test } from "vitest";
import type { FakeTab } from "../../testing/index.js";
import {
  ADA,
  createContext,
  GRACE,
  HOUR,
  MINUTE,
  openTab,
  REFRESH,
  requestCount,
  SECOND,
  settle,
  signedInState,
  type TestContext,
} from "./context.js";

const SESSION = "/api/auth/session";

/** A host's server on which Ada has signed in, and a tab of hers. */
async function hostContext(): Promise<TestContext & { tab: FakeTab; id: string }> {
  const context = createContext();
  context.server.isHost = true;
  const id = context.server.begin(ADA.email);
  context.browser.network.cookie = id;
  return { ...context, id, tab: await openTab(context, { host: {} }) };
}

/** The paths of the requests since `since`, with their statuses. */
const requestsSince = ({ server }: TestContext, since: number): [string, number][] =>
  server.log.slice(since).map(({ path, status }) => [path, status]);

describe("a page of a host", () => {
  test("finds the session by the host's cookie alone, with one request and an empty storage", async () => {
    const context = await hostContext();
    expect(signedInState(context.tab)).toMatchObject({ user: { email: ADA.email }, needs_sign_in: false });
    expect(requestsSince(context, 0)).toEqual([[REFRESH, 200]]);
  });

  test("whose cookie is gone is signed out, and knows that nobody has told why", async () => {
    const context = await hostContext();
    context.browser.network.cookie = null;
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

  test("sends no token and no proof", async () => {
    const context = await hostContext();
    const sent: Headers[] = [];
    const { fetch } = context.browser.network;
    context.browser.network.fetch = (tab, path, init) => {
      sent.push(new Headers(init.headers));
      return fetch(tab, path, init);
    };
    await settle(context, context.tab.session.staySignedIn());
    await settle(context, context.tab.session.api("GET /api/accounts/me"));
    await settle(context, context.tab.session.fetch("/reports"));
    await settle(context, context.tab.session.signOut());
    expect(sent).toHaveLength(4);
    for (const headers of sent)
      expect([headers.get("Authorization"), headers.get("DPoP")]).toEqual([null, null]);
    expect(context.tab.session.getState()).toMatchObject({ status: "signed_out", ended: null });
  });

  test("renews nothing while nobody is at work, also not for a call or when the policy has changed", async () => {
    const context = await hostContext();
    await context.time.advance(20 * MINUTE);
    context.server.changePolicy();
    await context.time.advance(SECOND);
    await settle(context, context.tab.session.api("GET /api/accounts/me"));
    await settle(context, context.tab.session.fetch("/reports"));
    expect(requestCount(context, REFRESH)).toBe(1);
  });

  test("reports use once a minute at most, from all of its tabs together", async () => {
    const context = await hostContext();
    const other = await openTab(context, { host: {} });
    const before = requestCount(context, REFRESH);
    for (let second = 0; second < 10 * 60; second += 5) {
      context.tab.touch();
      other.touch();
      await context.time.advance(5 * SECOND);
    }
    expect(requestCount(context, REFRESH) - before).toBeGreaterThanOrEqual(9);
    expect(requestCount(context, REFRESH) - before).toBeLessThanOrEqual(10);
    expect(signedInState(other).expiry.remaining_ms).toBeGreaterThan(HOUR - 2 * MINUTE);
  });

  test("hears of its end within a second, with the reason", async () => {
    const context = await hostContext();
    context.server.revoke(context.id, "revoked_by_owner");
    await context.time.advance(SECOND);
    expect(context.tab.session.getState()).toMatchObject({
      status: "signed_out",
      ended: { code: "session_revoked", reason: "revoked_by_owner" },
    });
  });
});

describe("the warning on a page of a host", () => {
  test("comes at five minutes, after the server was asked once", async () => {
    const context = await hostContext();
    await context.time.advance(54 * MINUTE);
    expect(requestCount(context, SESSION)).toBe(0);
    await context.time.advance(2 * MINUTE);
    expect(signedInState(context.tab).expiry).toMatchObject({ warning: "soon", reason: "idle" });
    expect(requestCount(context, SESSION)).toBe(1);
  });

  test("does not come where the host's own requests have moved the deadline meanwhile", async () => {
    const context = await hostContext();
    const warnings: string[] = [];
    context.tab.session.subscribe(() => warnings.push(signedInState(context.tab).expiry.warning));
    await context.time.advance(50 * MINUTE);
    const [session] = context.server.sessions();
    if (session) session.lastActiveAt = context.server.now();
    await context.time.advance(10 * MINUTE);
    expect(warnings).not.toContain("soon");
    expect(signedInState(context.tab).expiry.remaining_ms).toBeGreaterThan(45 * MINUTE);
    await context.time.advance(46 * MINUTE);
    expect(signedInState(context.tab).expiry.warning).toBe("soon");
    expect(requestCount(context, SESSION)).toBe(2);
  });

  test.each(["fails", "does not come"])("comes all the same where the answer %s", async (how) => {
    const context = await hostContext();
    await context.time.advance(54 * MINUTE);
    if (how === "fails") context.server.isDown = true;
    else context.browser.network.latencyMs = 2 * MINUTE;
    await context.time.advance(MINUTE + 15 * SECOND);
    expect(signedInState(context.tab).expiry.warning).toBe("soon");
  });

  test("of the absolute deadline asks nobody, since no request moves it", async () => {
    const context = createContext();
    context.server.isHost = true;
    context.server.absoluteMinutes = 30;
    context.browser.network.cookie = context.server.begin(ADA.email);
    const tab = await openTab(context, { host: {} });
    await context.time.advance(26 * MINUTE);
    expect(signedInState(tab).expiry).toMatchObject({ warning: "soon", reason: "absolute" });
    expect(requestCount(context, SESSION)).toBe(0);
  });
});

describe("a call of the host's own routes", () => {
  test("repeats nothing, and ends the session where the answer tells its end", async () => {
    const context = await hostContext();
    context.browser.network.cut();
    context.server.revoke(context.id, "user_disabled");
    const before = context.server.log.length;
    const response = await settle(context, context.tab.session.fetch("/reports"), 200);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "session_revoked" });
    expect(requestsSince(context, before)).toEqual([["/reports", 401]]);
    expect(context.tab.session.getState()).toMatchObject({
      status: "signed_out",
      ended: { reason: "user_disabled" },
    });
  });

  test("that is refused for any other reason ends nothing", async () => {
    const context = await hostContext();
    context.browser.network.intercept = (path) =>
      path === "/reports" ? new Response("no", { status: 401 }) : null;
    const before = context.server.log.length;
    expect((await settle(context, context.tab.session.fetch("/reports"))).status).toBe(401);
    expect(requestsSince(context, before)).toEqual([]);
    expect(context.tab.session.getState().status).toBe("signed_in");
  });

  test("does not wait for the first answer of Curfew's", async () => {
    const context = await hostContext();
    context.browser.network.intercept = (path) =>
      path === REFRESH ? new Response("", { status: 502 }) : null;
    const tab = await openTab(context, { host: {} });
    expect((await settle(context, tab.session.fetch("/reports"))).status).toBe(200);
    expect(tab.session.getState().status).toBe("loading");
  });
});

describe("the host's account", () => {
  test("is named by each call that is meant for it, and a refusal makes the page ask where its session is", async () => {
    const context = await hostContext();
    const sent: [string, string | null][] = [];
    const { fetch } = context.browser.network;
    context.browser.network.fetch = (tab, path, init) => {
      sent.push([path, new Headers(init.headers).get("Curfew-Account")]);
      return fetch(tab, path, init);
    };
    const path = "/api/accounts/me/security/revoke-sessions";
    const next = context.server.begin(ADA.email);
    context.browser.network.cookie = next;
    context.browser.network.intercept = (asked) =>
      asked === path ? new Response("{}", { status: 412 }) : null;
    const call = context.tab.session.api(`POST ${path}`, { body: { scope: "others" } });
    await expect(settle(context, call)).rejects.toMatchObject({ status: 412 });
    await context.time.advance(SECOND);
    await settle(context, context.tab.session.fetch("/reports"));
    expect(sent.slice(0, 2)).toEqual([
      [path, "account"],
      [SESSION, null],
    ]);
    expect(sent.find(([asked]) => asked === "/reports")).toEqual(["/reports", null]);
    expect(signedInState(context.tab).session.id).toBe(next);
  });

  test("can be changed and changed back: each tab follows, as often as it is told", async () => {
    const context = await hostContext();
    const other = await openTab(context, { host: {} });
    const acme = context.id;
    const globex = context.server.begin(ADA.email);
    for (const id of [globex, acme, globex]) {
      context.browser.network.cookie = id;
      await settle(context, context.tab.session.adopt());
      for (const tab of [context.tab, other]) expect(signedInState(tab).session.id).toBe(id);
    }
  });

  test("that ended is left for one that is live, and is not revived", async () => {
    const context = await hostContext();
    context.server.revoke(context.id, "revoked_by_owner");
    await context.time.advance(SECOND);
    const adopted = settle(context, context.tab.session.adopt());
    await expect(adopted).rejects.toMatchObject({ code: "session_revoked" });
    expect(context.tab.session.getState()).toMatchObject({ ended: { reason: "revoked_by_owner" } });
    context.browser.network.cookie = context.server.begin(GRACE.email);
    await settle(context, context.tab.session.adopt());
    expect(signedInState(context.tab).user.email).toBe(GRACE.email);
  });
});

describe("a sign-out by a form of the host's own", () => {
  const signedOut = {
    status: "signed_out",
    ended: { code: "session_revoked", reason: "signed_out" },
    user_id: ADA.email,
  };

  test("leaves the page that sent the form to where the form leads, and signs the other tabs out", async () => {
    const context = await hostContext();
    const other = await openTab(context, { host: {} });
    context.tab.leave();
    context.server.revoke(context.id, "signed_out");
    context.browser.network.cookie = null;
    await context.time.advance(4 * SECOND);
    expect(context.tab.session.getState().status).toBe("signed_in");
    expect(other.session.getState()).toMatchObject(signedOut);
  });

  test("signs out the page that sent it after ten seconds, where it stays", async () => {
    const context = await hostContext();
    context.tab.leave();
    context.server.revoke(context.id, "signed_out");
    context.browser.network.cookie = null;
    await context.time.advance(12 * SECOND);
    expect(context.tab.session.getState()).toMatchObject(signedOut);
  });

  test("reaches the other tabs where the page that had the event stream is gone before it heard", async () => {
    const context = await hostContext();
    const other = await openTab(context, { host: {} });
    context.server.revoke(context.id, "signed_out");
    context.browser.network.cookie = null;
    context.browser.kill(context.tab);
    await context.time.advance(4 * SECOND);
    expect(other.session.getState()).toMatchObject({ status: "signed_out", user_id: ADA.email });
  });

  test("keeps its reason, though the host has forgotten the session meanwhile", async () => {
    const context = await hostContext();
    context.server.revoke(context.id, "signed_out");
    context.browser.network.cookie = null;
    await context.time.advance(4 * SECOND);
    expect(context.tab.session.getState()).toMatchObject(signedOut);
    expect(context.tab.session.getState()).not.toMatchObject({ lost: true });
  });
});

describe("a sign-in by a form of the host's own, which ends the session of before", () => {
  test.each([ADA, GRACE])("takes the other tabs over to the next session, of $email", async ({ email }) => {
    const context = await hostContext();
    const others = [await openTab(context, { host: {} }), await openTab(context, { host: {} })];
    const statuses = new Set<string>();
    for (const { session } of others) session.subscribe(() => statuses.add(session.getState().status));
    context.tab.leave();
    context.server.revoke(context.id, "signed_out");
    await context.time.advance(SECOND);
    const next = context.server.begin(email);
    context.browser.network.cookie = next;
    context.browser.kill(context.tab);
    await context.time.advance(3 * SECOND);
    for (const tab of others)
      expect(signedInState(tab)).toMatchObject({ session: { id: next }, user: { email } });
    expect([...statuses]).toEqual(["signed_in"]);
  });
});

describe("an answer that is not Curfew's, at the first load of a host's page", () => {
  test.each([
    [200, "text/html"],
    [401, "text/html"],
    [401, "application/json"],
    [403, "text/html"],
    [404, "text/html"],
    [404, "application/problem+json"],
    [421, "text/plain"],
  ])("%i %s is trouble, and the session is found later", async (status, type) => {
    const context = await hostContext();
    context.browser.network.intercept = () =>
      new Response(JSON.stringify({ title: "Not yours" }), { status, headers: { "Content-Type": type } });
    const tab = await openTab(context, { host: {} });
    await context.time.advance(10 * SECOND);
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: true });
    context.browser.network.intercept = () => null;
    await context.time.advance(MINUTE);
    expect(signedInState(tab).user.email).toBe(ADA.email);
  });
});
