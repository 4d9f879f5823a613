import { describe, expect, test } from "vitest";
import {
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

const MOVEMENT = { deliberate: false };

/** The `idle_for_seconds` of the last refresh. */
const lastIdleSeconds = ({ server }: TestContext): unknown =>
  server.log.findLast(({ path }) => path === REFRESH)?.body["idle_for_seconds"];

describe("activity", () => {
  test("is reported a minute after the last refresh, not before", async () => {
    const context = await signedInContext();
    const before = requestCount(context, REFRESH);
    context.tab.touch();
    await context.time.advance(57 * SECOND);
    expect(requestCount(context, REFRESH) - before).toBe(0);
    await context.time.advance(3 * SECOND);
    expect(requestCount(context, REFRESH) - before).toBe(1);
  });

  test("is reported with its age in whole seconds, rounded up", async () => {
    const context = await signedInContext();
    await context.time.advance(10 * SECOND);
    context.tab.touch();
    await context.time.advance(50 * SECOND);
    expect(lastIdleSeconds(context)).toBe(50);
  });

  test("is reported once a minute under continuous use, without an idle warning", async () => {
    const context = await signedInContext();
    const before = requestCount(context, REFRESH);
    let warnings = 0;
    context.tab.session.subscribe(() => {
      if (signedInState(context.tab).expiry.reason === "idle") warnings++;
    });
    for (let second = 0; second < 7200; second += 20) {
      context.tab.touch(MOVEMENT);
      await context.time.advance(20 * SECOND);
    }
    expect(requestCount(context, REFRESH) - before).toBeGreaterThanOrEqual(110);
    expect(requestCount(context, REFRESH) - before).toBeLessThanOrEqual(120);
    expect(warnings).toBe(0);
  });

  test("tells the page of a change after the event, whose own handlers come first", async () => {
    const context = await signedInContext();
    await context.time.advance(10 * SECOND);
    let changes = 0;
    context.tab.session.subscribe(() => changes++);
    context.tab.touch();
    context.tab.session.active();
    expect(changes).toBe(0);
    await context.time.advance(1);
    expect(changes).toBe(1);
  });

  test("in one tab counts for all tabs, and one refresh reports it", async () => {
    const context = await signedInContext(6);
    const before = requestCount(context, REFRESH);
    await context.time.advance(90 * SECOND);
    context.tabs[3]?.touch();
    await context.time.advance(SECOND);
    expect(requestCount(context, REFRESH) - before).toBe(1);
    for (const tab of context.tabs)
      expect(signedInState(tab).expiry.remaining_ms).toBeGreaterThan(HOUR - 3 * SECOND);
  });

  test("counts on a page loaded in the background that is still loading the session", async () => {
    const context = await signedInContext(2);
    await context.time.advance(5 * MINUTE);
    const { expires_at } = signedInState(context.tab).expiry;
    const loading = context.browser.open({ isVisible: false });
    loading.session.start();
    loading.touch();
    await context.time.advance(2 * MINUTE);
    for (const tab of context.browser.tabs)
      expect(Date.parse(signedInState(tab).expiry.expires_at)).toBeGreaterThan(
        Date.parse(expires_at) + 4 * MINUTE,
      );
  });

  test("is reported by a loading page after its own tab has closed", async () => {
    const context = await signedInContext(2);
    const [tab, other] = context.tabs;
    if (!tab || !other) throw new Error("expected two tabs");
    await settle(context, tab.session.staySignedIn());
    await context.time.advance(30 * SECOND);
    const { expires_at } = signedInState(other).expiry;
    context.browser.kill(other);
    const loading = context.browser.open({ isVisible: false });
    loading.session.start();
    tab.touch();
    await context.time.advance(10);
    context.browser.kill(tab);
    await context.time.advance(2 * MINUTE);
    expect(Date.parse(signedInState(loading).expiry.expires_at)).toBeGreaterThan(
      Date.parse(expires_at) + 25 * SECOND,
    );
  });

  test("is whatever a host reports with active(), however often: one refresh a minute, and no idle warning", async () => {
    const context = await signedInContext(2);
    const [tab] = context.tabs;
    const before = requestCount(context, REFRESH);
    let changes = 0;
    tab?.session.subscribe(() => changes++);
    for (let second = 0; second < 7200; second++) {
      for (let chunk = 0; chunk < 20; chunk++) context.tab.session.active();
      await context.time.advance(SECOND);
      expect(signedInState(context.tab).expiry.reason).toBeNull();
    }
    expect(requestCount(context, REFRESH) - before).toBeGreaterThanOrEqual(110);
    expect(requestCount(context, REFRESH) - before).toBeLessThanOrEqual(120);
    expect(changes).toBeLessThan(3 * 7200);
  });

  test("is nothing that a host reports while no session is live", async () => {
    const context = await signedInContext();
    await settle(context, context.tab.session.signOut());
    const before = context.server.log.length;
    context.tab.session.active();
    await context.time.advance(5 * MINUTE);
    expect(context.server.log).toHaveLength(before);
    expect(context.tab.session.getState().status).toBe("signed_out");
  });

  test("is absent in untouched tabs: a refresh that a call needs does not extend the session", async () => {
    const context = await signedInContext();
    const { expires_at } = signedInState(context.tab).expiry;
    for (let call = 0; call < 5; call++) {
      await context.time.advance(6 * MINUTE);
      await settle(context, context.tab.session.api("GET /api/accounts/me"));
    }
    expect(requestCount(context, REFRESH)).toBeGreaterThan(4);
    expect(Date.parse(signedInState(context.tab).expiry.expires_at) - Date.parse(expires_at)).toBeLessThan(
      SECOND,
    );
  });
});

describe("under the idle warning", () => {
  const warned = async (tabs = 1) => {
    const context = await signedInContext(tabs);
    await context.time.advance(56 * MINUTE);
    expect(signedInState(context.tab).expiry.reason).toBe("idle");
    return context;
  };

  test("a deliberate act on the page extends the session at once, in every tab", async () => {
    const context = await warned(2);
    context.tab.touch();
    await context.time.advance(SECOND);
    for (const tab of context.tabs) expect(signedInState(tab).expiry.warning).toBe("none");
    expect(lastIdleSeconds(context)).toBeLessThanOrEqual(1);
  });

  test("many acts at once cause one refresh", async () => {
    const context = await warned();
    const before = requestCount(context, REFRESH);
    for (let act = 0; act < 20; act++) context.tab.touch();
    await context.time.advance(10 * SECOND);
    expect(requestCount(context, REFRESH) - before).toBe(1);
  });

  test("a page loaded in the foreground ends the warning in every tab, even right after a refresh by a background page", async () => {
    const context = await warned(2);
    await Promise.all([openTab(context, { isVisible: false }), openTab(context)]);
    for (const tab of context.tabs) expect(signedInState(tab).expiry.warning).toBe("none");
  });

  test("mere pointer movement does not extend the session", async () => {
    const context = await warned();
    const before = requestCount(context, REFRESH);
    context.tab.touch(MOVEMENT);
    await context.time.advance(2 * MINUTE);
    expect(signedInState(context.tab).expiry.warning).toBe("soon");
    expect(requestCount(context, REFRESH)).toBe(before);
  });

  test("mere pointer movement counts while the warning is due but not shown yet", async () => {
    const context = await signedInContext();
    context.tab.throttle(MINUTE);
    await context.time.advance(55 * MINUTE + 10 * SECOND);
    expect(signedInState(context.tab).expiry.warning).toBe("none");
    context.tab.touch(MOVEMENT);
    await context.time.advance(SECOND);
    expect(lastIdleSeconds(context)).toBeLessThanOrEqual(1);
    expect(signedInState(context.tab).expiry.warning).toBe("none");
  });

  test("after Dismiss extends nothing, and from then on mere pointer movement counts as usual", async () => {
    const context = await warned();
    const before = requestCount(context, REFRESH);
    context.tab.session.dismissWarning();
    await context.time.advance(SECOND);
    expect(signedInState(context.tab).expiry).toMatchObject({ warning: "soon", dismissed: true });
    expect(requestCount(context, REFRESH)).toBe(before);
    context.tab.touch(MOVEMENT);
    await context.time.advance(SECOND);
    expect(signedInState(context.tab).expiry.warning).toBe("none");
  });

  test("active() extends the session at once, as a deliberate act does", async () => {
    const context = await warned();
    context.tab.session.active();
    await context.time.advance(SECOND);
    expect(signedInState(context.tab).expiry.warning).toBe("none");
  });

  test("staySignedIn() applies the new deadlines", async () => {
    const context = await warned();
    await settle(context, context.tab.session.staySignedIn());
    expect(signedInState(context.tab).expiry.remaining_ms).toBeGreaterThan(HOUR - 3 * SECOND);
  });

  test("a failing staySignedIn() rejects and the warning stays", async () => {
    const context = await warned();
    context.server.isDown = true;
    const shown: string[] = [];
    context.tab.session.subscribe(() => shown.push(signedInState(context.tab).expiry.warning));
    const staying = settle(context, context.tab.session.staySignedIn());
    await expect(staying).rejects.toMatchObject({ code: "unavailable" });
    await context.time.advance(MINUTE);
    expect(new Set(shown)).toEqual(new Set(["soon"]));
  });

  test("many acts during an outage cause few requests", async () => {
    const context = await warned();
    context.server.isDown = true;
    const before = requestCount(context, REFRESH);
    for (let act = 0; act < 200; act++) {
      context.tab.touch();
      await context.time.advance(50);
    }
    expect(requestCount(context, REFRESH) - before).toBeLessThan(12);
    context.server.isDown = false;
    await context.time.advance(MINUTE);
    expect(signedInState(context.tab).expiry.warning).toBe("none");
  });
});
