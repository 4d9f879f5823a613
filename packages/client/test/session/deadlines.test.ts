import { describe, expect, test } from "vitest";
import { asked, HOUR, MINUTE, openTab, outcome, REFRESH, SECOND, signedIn, signedInStage } from "./stage.js";

describe("the warning of a deadline", () => {
  test("comes at five minutes before it, to the moment", async () => {
    const { tab, time } = await signedInStage();
    const leftMs = Date.parse(signedIn(tab).expiry.expires_at) - tab.session.now();
    await time.advance(leftMs - 5 * MINUTE - 1);
    expect(signedIn(tab).expiry.warning).toBe("none");
    await time.advance(1);
    expect(signedIn(tab).expiry).toEqual({
      warning: "soon",
      reason: "idle",
      remaining_ms: 5 * MINUTE,
      expires_at: signedIn(tab).session.idle_expires_at,
      dismissed: false,
    });
  });

  test("counts down at least every thirty seconds, and tells whoever listens", async () => {
    const { tab, time } = await signedInStage();
    await time.advance(56 * MINUTE);
    const told: number[] = [];
    tab.session.subscribe(() => told.push(signedIn(tab).expiry.remaining_ms));
    await time.advance(2 * MINUTE);
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(Math.min(...told)).toBeLessThan(2.6 * MINUTE);
  });

  test("leaves the state as it is, the same object, between two looks", async () => {
    const { tab, time } = await signedInStage();
    tab.touch();
    const before = tab.session.getState();
    for (let act = 0; act < 50; act++) tab.touch({ deliberate: false });
    await time.advance(20 * SECOND);
    expect(tab.session.getState()).toBe(before);
  });

  test("is of the absolute deadline where that is nearer, and nothing moves it", async () => {
    const stage = await signedInStage();
    const { tab, time } = stage;
    for (let minute = 0; minute < 1436; minute += 4) {
      tab.touch();
      await time.advance(4 * MINUTE);
    }
    expect(signedIn(tab).expiry).toMatchObject({ warning: "soon", reason: "absolute" });
    await outcome(stage, tab.session.staySignedIn());
    expect(signedIn(tab).expiry).toMatchObject({ warning: "soon", reason: "absolute" });
  }, 20_000);
});

describe("dismissing the warning", () => {
  test("holds in every tab, and after a reload, for that deadline alone; and extends nothing", async () => {
    const stage = await signedInStage(2);
    const { time, tabs, server } = stage;
    await time.advance(56 * MINUTE);
    const until = signedIn(stage.tab).expiry.expires_at;
    stage.tab.session.dismissWarning();
    await time.advance(SECOND);
    for (const tab of tabs)
      expect(signedIn(tab).expiry).toMatchObject({ dismissed: true, expires_at: until });
    expect(asked(stage, REFRESH)).toBe(2);
    const reloaded = await openTab(stage, { isVisible: false });
    expect(signedIn(reloaded).expiry.dismissed).toBe(true);
    tabs[1]?.touch();
    await time.advance(SECOND);
    await time.advance(56 * MINUTE);
    expect(signedIn(stage.tab).expiry).toMatchObject({ warning: "soon", dismissed: false });
    expect(server.sessions()).toHaveLength(1);
  });
});

describe("at the deadline", () => {
  test("the server is asked once, by one tab for all, and says how the session ended", async () => {
    const stage = await signedInStage(5);
    const before = asked(stage, REFRESH);
    const { expires_at } = signedIn(stage.tab).expiry;
    await stage.time.advance(HOUR);
    for (const tab of stage.tabs)
      expect(tab.session.getState()).toEqual({
        status: "signed_out",
        ended: { code: "session_expired", reason: "idle", ended_at: expires_at },
        user_id: "ada@example.com",
      });
    expect(asked(stage, REFRESH) - before).toBe(1);
    expect(stage.browser.storage.size).toBe(0);
  });

  test("nothing ends by itself: while the server can't be reached the session is kept", async () => {
    const stage = await signedInStage();
    await stage.time.advance(50 * MINUTE);
    stage.browser.network.isOffline = true;
    await stage.time.advance(30 * MINUTE);
    expect(signedIn(stage.tab)).toMatchObject({
      reconnecting: true,
      expiry: { warning: "now", remaining_ms: 0 },
    });
    stage.browser.network.isOffline = false;
    await stage.time.advance(MINUTE);
    expect(stage.tab.session.getState()).toMatchObject({ status: "signed_out", ended: { reason: "idle" } });
  });

  test("a session that the server holds live goes on with the server's deadline", async () => {
    const stage = await signedInStage();
    stage.server.stepClock(-20 * MINUTE);
    await stage.time.advance(HOUR + 5 * SECOND);
    expect(signedIn(stage.tab).expiry.remaining_ms).toBeGreaterThan(15 * MINUTE);
  });
});
