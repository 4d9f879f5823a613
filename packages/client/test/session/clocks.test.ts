import { describe, expect, test } from "vitest";
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
} from "./context.js";

/** The error of the tab's estimate of the server time. */
const clockErrorMs = (context: Awaited<ReturnType<typeof signedInContext>>): number =>
  Math.abs(context.tab.session.now() - context.server.now());

describe("a wrong or changing clock", () => {
  test.each([
    ["ahead", 3 * HOUR],
    ["behind", -3 * HOUR],
  ])("hours %s warns at the right moment", async (_name, offset) => {
    const context = createContext();
    context.browser.stepClock(offset);
    const tab = await openTab(context);
    await settle(context, tab.session.signIn(ADA));
    await context.time.advance(54 * MINUTE);
    expect(signedInState(tab).expiry.warning).toBe("none");
    await context.time.advance(2 * MINUTE);
    expect(signedInState(tab).expiry.warning).toBe("soon");
  });

  test("that is set while a session is open causes one refresh and keeps the session", async () => {
    const context = await signedInContext();
    const before = context.server.log.length;
    context.browser.stepClock(5 * HOUR);
    await context.time.advance(31 * SECOND);
    const answers = context.server.log.slice(before).filter(({ status }) => status === 200);
    expect(answers.map(({ path }) => path)).toEqual([REFRESH]);
    expect(signedInState(context.tab).expiry.warning).toBe("none");
    expect(clockErrorMs(context)).toBeLessThan(100);
  });

  test("after sleep shows the time that remains now", async () => {
    const context = await signedInContext(4);
    const before = requestCount(context, REFRESH);
    await context.browser.sleep(56 * MINUTE);
    context.tab.comeBack();
    await context.time.advance(SECOND);
    expect(signedInState(context.tab).expiry).toMatchObject({ warning: "soon", reason: "idle" });
    expect(clockErrorMs(context)).toBeLessThan(100);
    expect(requestCount(context, REFRESH) - before).toBe(1);
  });

  test("after sleep between two acts does not merge them into one", async () => {
    const context = await signedInContext(2);
    context.tab.touch();
    await context.time.advance(10);
    await context.browser.sleep(10 * MINUTE);
    await context.time.advance(10);
    const wokeAt = context.server.now();
    context.tabs[1]?.touch();
    await context.time.advance(2 * MINUTE);
    for (const tab of context.tabs)
      expect(Date.parse(signedInState(tab).expiry.expires_at)).toBeGreaterThan(wokeAt + 59 * MINUTE);
  });

  test("after sleep past the deadline finds the session ended", async () => {
    const context = await signedInContext(2);
    await context.browser.sleep(3 * HOUR);
    context.tab.comeBack();
    await context.time.advance(SECOND);
    for (const tab of context.tabs)
      expect(tab.session.getState()).toMatchObject({ status: "signed_out", ended: { reason: "idle" } });
  });

  test("after sleep leaves one live event stream", async () => {
    const context = await signedInContext();
    await context.browser.sleep(10 * MINUTE);
    context.tab.comeBack();
    await context.time.advance(2 * SECOND);
    expect(context.browser.network.streams()).toHaveLength(1);
  });

  test("of the server that is set back is followed in every tab", async () => {
    const context = await signedInContext(2);
    context.server.stepClock(-30 * MINUTE);
    await settle(context, context.tab.session.staySignedIn());
    expect(clockErrorMs(context)).toBeLessThan(100);
    expect(Math.abs((context.tabs[1]?.session.now() ?? 0) - context.server.now())).toBeLessThan(100);
  });

  test("that is set while the server is unreachable keeps the session", async () => {
    const context = await signedInContext();
    context.browser.network.isOffline = true;
    context.browser.stepClock(5 * HOUR);
    await context.time.advance(10 * MINUTE);
    expect(signedInState(context.tab).reconnecting).toBe(true);
    context.browser.network.isOffline = false;
    context.tab.comeBack();
    await context.time.advance(SECOND);
    expect(signedInState(context.tab).reconnecting).toBe(false);
  });

  test("of a hidden tab with timers once a minute still ends the session", async () => {
    const context = await signedInContext();
    context.tab.hide();
    context.tab.throttle(MINUTE);
    await context.time.advance(HOUR + 2 * MINUTE);
    expect(context.tab.session.getState()).toMatchObject({ status: "signed_out", ended: { reason: "idle" } });
  });

  test("of a page that was frozen for minutes causes at most one refresh when it returns", async () => {
    const context = await signedInContext(2);
    const [first, second] = context.tabs;
    second?.freeze();
    await context.time.advance(10 * MINUTE);
    const before = requestCount(context, REFRESH);
    second?.thaw();
    second?.comeBack();
    await context.time.advance(SECOND);
    expect(requestCount(context, REFRESH) - before).toBeLessThanOrEqual(1);
    expect(second?.session.getState().status).toBe(first?.session.getState().status);
  });
});
