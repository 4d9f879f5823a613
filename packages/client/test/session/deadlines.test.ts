import { describe, expect, test } from "vitest";
import { createSessionMonitor } from "../../src/session/create-session-monitor.js";
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
} from "./context.js";

describe("the warning of a deadline", () => {
  test("appears exactly five minutes before it", async () => {
    const { tab, time } = await signedInContext();
    const leftMs = Date.parse(signedInState(tab).expiry.expires_at) - tab.session.now();
    await time.advance(leftMs - 5 * MINUTE - 1);
    expect(signedInState(tab).expiry.warning).toBe("none");
    await time.advance(1);
    expect(signedInState(tab).expiry).toEqual({
      warning: "soon",
      reason: "idle",
      remaining_ms: 5 * MINUTE,
      warning_ms: 5 * MINUTE,
      expires_at: signedInState(tab).session.idle_expires_at,
      dismissed: false,
    });
  });

  test("follows a setting that arrives after the start", async () => {
    const context = await signedInContext();
    const setting = { warningSeconds: 60 };
    const late = createSessionMonitor(context.tab.ports, setting);
    late.start();
    await context.time.advance(50 * MINUTE);
    setting.warningSeconds = 900;
    await context.time.advance(30 * SECOND);
    expect(late.getState()).toMatchObject({ expiry: { warning: "soon", warning_ms: 15 * MINUTE } });
    late.stop();
  });

  test("counts down at least every thirty seconds and notifies the listeners", async () => {
    const { tab, time } = await signedInContext();
    await time.advance(56 * MINUTE);
    const remaining: number[] = [];
    tab.session.subscribe(() => remaining.push(signedInState(tab).expiry.remaining_ms));
    await time.advance(2 * MINUTE);
    expect(remaining.length).toBeGreaterThanOrEqual(4);
    expect(Math.min(...remaining)).toBeLessThan(2.6 * MINUTE);
  });

  test("keeps the same state object between two checks", async () => {
    const { tab, time } = await signedInContext();
    tab.touch();
    await time.advance(1);
    const before = tab.session.getState();
    for (let act = 0; act < 50; act++) tab.touch({ deliberate: false });
    await time.advance(20 * SECOND);
    expect(tab.session.getState()).toBe(before);
  });

  test("is of the absolute deadline if that is nearer, and staySignedIn() does not move it", async () => {
    const context = await signedInContext();
    const { tab, time } = context;
    for (let minute = 0; minute < 1436; minute += 4) {
      tab.touch();
      await time.advance(4 * MINUTE);
    }
    expect(signedInState(tab).expiry).toMatchObject({ warning: "soon", reason: "absolute" });
    await settle(context, tab.session.staySignedIn());
    expect(signedInState(tab).expiry).toMatchObject({ warning: "soon", reason: "absolute" });
  }, 20_000);
});

describe("dismissing the warning", () => {
  test("applies to that deadline in every tab and after a reload, without extending the session", async () => {
    const context = await signedInContext(2);
    const { time, tabs, server } = context;
    await time.advance(56 * MINUTE);
    const until = signedInState(context.tab).expiry.expires_at;
    context.tab.session.dismissWarning();
    await time.advance(SECOND);
    for (const tab of tabs)
      expect(signedInState(tab).expiry).toMatchObject({ dismissed: true, expires_at: until });
    expect(requestCount(context, REFRESH)).toBe(2);
    const reloaded = await openTab(context, { isVisible: false });
    expect(signedInState(reloaded).expiry.dismissed).toBe(true);
    tabs[1]?.touch();
    await time.advance(SECOND);
    await time.advance(56 * MINUTE);
    expect(signedInState(context.tab).expiry).toMatchObject({ warning: "soon", dismissed: false });
    expect(server.sessions()).toHaveLength(1);
  });
});

describe("at the deadline", () => {
  test("one tab asks the server once for all, and the answer ends the session", async () => {
    const context = await signedInContext(5);
    const before = requestCount(context, REFRESH);
    const { expires_at } = signedInState(context.tab).expiry;
    await context.time.advance(HOUR);
    for (const tab of context.tabs)
      expect(tab.session.getState()).toEqual({
        status: "signed_out",
        ended: { code: "session_expired", reason: "idle", ended_at: expires_at },
        user_id: "ada@example.com",
      });
    expect(requestCount(context, REFRESH) - before).toBe(1);
    expect(context.browser.storage.size).toBe(0);
  });

  test("the session is kept while the server is unreachable", async () => {
    const context = await signedInContext();
    await context.time.advance(50 * MINUTE);
    context.browser.network.isOffline = true;
    await context.time.advance(30 * MINUTE);
    expect(signedInState(context.tab)).toMatchObject({
      reconnecting: true,
      expiry: { warning: "now", remaining_ms: 0 },
    });
    context.browser.network.isOffline = false;
    await context.time.advance(MINUTE);
    expect(context.tab.session.getState()).toMatchObject({ status: "signed_out", ended: { reason: "idle" } });
  });

  test("a session that is live on the server continues with the server's deadline", async () => {
    const context = await signedInContext();
    context.server.stepClock(-20 * MINUTE);
    await context.time.advance(HOUR + 5 * SECOND);
    expect(signedInState(context.tab).expiry.remaining_ms).toBeGreaterThan(15 * MINUTE);
  });
});
