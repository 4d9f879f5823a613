import { describe, expect, test } from "vitest";
import {
  ADA,
  asked,
  HOUR,
  MINUTE,
  openTab,
  outcome,
  REFRESH,
  SECOND,
  setStage,
  signedIn,
  signedInStage,
} from "./stage.js";

/** How far a tab's idea of the server's time is off. */
const offMs = (stage: Awaited<ReturnType<typeof signedInStage>>): number =>
  Math.abs(stage.tab.session.now() - stage.server.now());

describe("clocks", () => {
  test.each([
    ["ahead", 3 * HOUR],
    ["behind", -3 * HOUR],
  ])("that are hours %s warn at the right moment", async (_name, offset) => {
    const stage = setStage();
    stage.browser.stepClock(offset);
    const tab = await openTab(stage);
    await outcome(stage, tab.session.signIn(ADA));
    await stage.time.advance(54 * MINUTE);
    expect(signedIn(tab).expiry.warning).toBe("none");
    await stage.time.advance(2 * MINUTE);
    expect(signedIn(tab).expiry.warning).toBe("soon");
  });

  test("that are stepped make the tab ask the server anew, and end nothing", async () => {
    const stage = await signedInStage();
    const before = stage.server.log.length;
    stage.browser.stepClock(5 * HOUR);
    await stage.time.advance(31 * SECOND);
    const answers = stage.server.log.slice(before).filter(({ status }) => status === 200);
    expect(answers.map(({ path }) => path)).toEqual([REFRESH]);
    expect(signedIn(stage.tab).expiry.warning).toBe("none");
    expect(offMs(stage)).toBeLessThan(100);
  });

  test("that slept show the time that is left, not the time before", async () => {
    const stage = await signedInStage(4);
    const before = asked(stage, REFRESH);
    await stage.browser.sleep(56 * MINUTE);
    stage.tab.comeBack();
    await stage.time.advance(SECOND);
    expect(signedIn(stage.tab).expiry).toMatchObject({ warning: "soon", reason: "idle" });
    expect(offMs(stage)).toBeLessThan(100);
    expect(asked(stage, REFRESH) - before).toBe(1);
  });

  test("that slept between two touches do not take them for one", async () => {
    const stage = await signedInStage(2);
    stage.tab.touch();
    await stage.time.advance(10);
    await stage.browser.sleep(10 * MINUTE);
    await stage.time.advance(10);
    const wokeAt = stage.server.now();
    stage.tabs[1]?.touch();
    await stage.time.advance(2 * MINUTE);
    for (const tab of stage.tabs)
      expect(Date.parse(signedIn(tab).expiry.expires_at)).toBeGreaterThan(wokeAt + 59 * MINUTE);
  });

  test("that slept past the deadline find the session ended", async () => {
    const stage = await signedInStage(2);
    await stage.browser.sleep(3 * HOUR);
    stage.tab.comeBack();
    await stage.time.advance(SECOND);
    for (const tab of stage.tabs)
      expect(tab.session.getState()).toMatchObject({ status: "signed_out", ended: { reason: "idle" } });
  });

  test("that slept leave no dead event stream behind", async () => {
    const stage = await signedInStage();
    await stage.browser.sleep(10 * MINUTE);
    stage.tab.comeBack();
    await stage.time.advance(2 * SECOND);
    expect(stage.browser.network.streams()).toHaveLength(1);
  });

  test("of a server that are set back are followed", async () => {
    const stage = await signedInStage(2);
    stage.server.stepClock(-30 * MINUTE);
    await outcome(stage, stage.tab.session.staySignedIn());
    expect(offMs(stage)).toBeLessThan(100);
    expect(Math.abs((stage.tabs[1]?.session.now() ?? 0) - stage.server.now())).toBeLessThan(100);
  });

  test("that can't be asked keep the session", async () => {
    const stage = await signedInStage();
    stage.browser.network.isOffline = true;
    stage.browser.stepClock(5 * HOUR);
    await stage.time.advance(10 * MINUTE);
    expect(signedIn(stage.tab).reconnecting).toBe(true);
    stage.browser.network.isOffline = false;
    stage.tab.comeBack();
    await stage.time.advance(SECOND);
    expect(signedIn(stage.tab).reconnecting).toBe(false);
  });

  test("of a hidden tab whose timers run once a minute still lead it out in time", async () => {
    const stage = await signedInStage();
    stage.tab.hide();
    stage.tab.throttle(MINUTE);
    await stage.time.advance(HOUR + 2 * MINUTE);
    expect(stage.tab.session.getState()).toMatchObject({ status: "signed_out", ended: { reason: "idle" } });
  });

  test("of a page that nothing ran on for long make it ask when it comes back", async () => {
    const stage = await signedInStage(2);
    const [first, second] = stage.tabs;
    second?.freeze();
    await stage.time.advance(10 * MINUTE);
    const before = asked(stage, REFRESH);
    second?.thaw();
    second?.comeBack();
    await stage.time.advance(SECOND);
    expect(asked(stage, REFRESH) - before).toBeLessThanOrEqual(1);
    expect(second?.session.getState().status).toBe(first?.session.getState().status);
  });
});
