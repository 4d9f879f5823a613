import { describe, expect, test } from "vitest";
import {
  asked,
  HOUR,
  MINUTE,
  openTab,
  outcome,
  REFRESH,
  SECOND,
  type Stage,
  signedIn,
  signedInStage,
} from "./stage.js";

const MOVEMENT = { deliberate: false };

/** What the last refresh said about the person. */
const lastIdleSeconds = ({ server }: Stage): unknown =>
  server.log.findLast(({ path }) => path === REFRESH)?.body["idle_for_seconds"];

describe("activity", () => {
  test("is told to the server a minute after the last refresh, and not before", async () => {
    const stage = await signedInStage();
    const before = asked(stage, REFRESH);
    stage.tab.touch();
    await stage.time.advance(57 * SECOND);
    expect(asked(stage, REFRESH) - before).toBe(0);
    await stage.time.advance(3 * SECOND);
    expect(asked(stage, REFRESH) - before).toBe(1);
  });

  test("is told with how long it is past, in whole seconds rounded up", async () => {
    const stage = await signedInStage();
    await stage.time.advance(10 * SECOND);
    stage.tab.touch();
    await stage.time.advance(50 * SECOND);
    expect(lastIdleSeconds(stage)).toBe(50);
  });

  test("is told once a minute by whoever is at work all the time, and never warned of", async () => {
    const stage = await signedInStage();
    const before = asked(stage, REFRESH);
    let warnings = 0;
    stage.tab.session.subscribe(() => {
      if (signedIn(stage.tab).expiry.reason === "idle") warnings++;
    });
    for (let second = 0; second < 7200; second += 20) {
      stage.tab.touch(MOVEMENT);
      await stage.time.advance(20 * SECOND);
    }
    expect(asked(stage, REFRESH) - before).toBeGreaterThanOrEqual(110);
    expect(asked(stage, REFRESH) - before).toBeLessThanOrEqual(120);
    expect(warnings).toBe(0);
  });

  test("in one tab counts for all of them, and only one tells the server", async () => {
    const stage = await signedInStage(6);
    const before = asked(stage, REFRESH);
    await stage.time.advance(90 * SECOND);
    stage.tabs[3]?.touch();
    await stage.time.advance(SECOND);
    expect(asked(stage, REFRESH) - before).toBe(1);
    for (const tab of stage.tabs)
      expect(signedIn(tab).expiry.remaining_ms).toBeGreaterThan(HOUR - 3 * SECOND);
  });

  test("counts on a page that was loaded out of sight and is still finding out who is signed in", async () => {
    const stage = await signedInStage(2);
    await stage.time.advance(5 * MINUTE);
    const { expires_at } = signedIn(stage.tab).expiry;
    const loading = stage.browser.open({ isVisible: false });
    loading.session.start();
    loading.touch();
    await stage.time.advance(2 * MINUTE);
    for (const tab of stage.browser.tabs)
      expect(Date.parse(signedIn(tab).expiry.expires_at)).toBeGreaterThan(
        Date.parse(expires_at) + 4 * MINUTE,
      );
  });

  test("outlives the tab that it was in, by a page that was still loading then", async () => {
    const stage = await signedInStage(2);
    const [tab, other] = stage.tabs;
    if (!tab || !other) throw new Error("a stage of two has two");
    await outcome(stage, tab.session.staySignedIn());
    await stage.time.advance(30 * SECOND);
    const { expires_at } = signedIn(other).expiry;
    stage.browser.kill(other);
    const loading = stage.browser.open({ isVisible: false });
    loading.session.start();
    tab.touch();
    await stage.time.advance(10);
    stage.browser.kill(tab);
    await stage.time.advance(2 * MINUTE);
    expect(Date.parse(signedIn(loading).expiry.expires_at)).toBeGreaterThan(
      Date.parse(expires_at) + 25 * SECOND,
    );
  });

  test("is missing in tabs that nobody touches: a refresh that a call needs extends nothing", async () => {
    const stage = await signedInStage();
    const { expires_at } = signedIn(stage.tab).expiry;
    for (let call = 0; call < 5; call++) {
      await stage.time.advance(6 * MINUTE);
      await outcome(stage, stage.tab.session.api("GET /api/accounts/me"));
    }
    expect(asked(stage, REFRESH)).toBeGreaterThan(4);
    expect(Date.parse(signedIn(stage.tab).expiry.expires_at) - Date.parse(expires_at)).toBeLessThan(SECOND);
  });
});

describe("under the idle warning", () => {
  const warned = async (tabs = 1) => {
    const stage = await signedInStage(tabs);
    await stage.time.advance(56 * MINUTE);
    expect(signedIn(stage.tab).expiry.reason).toBe("idle");
    return stage;
  };

  test("a deliberate act anywhere stays signed in, at once and in every tab", async () => {
    const stage = await warned(2);
    stage.tab.touch();
    await stage.time.advance(SECOND);
    for (const tab of stage.tabs) expect(signedIn(tab).expiry.warning).toBe("none");
    expect(lastIdleSeconds(stage)).toBeLessThanOrEqual(1);
  });

  test("many acts at once ask the server once", async () => {
    const stage = await warned();
    const before = asked(stage, REFRESH);
    for (let act = 0; act < 20; act++) stage.tab.touch();
    await stage.time.advance(10 * SECOND);
    expect(asked(stage, REFRESH) - before).toBe(1);
  });

  test("a page that is loaded in sight takes the warning away in every tab, also where another has just asked", async () => {
    const stage = await warned(2);
    await Promise.all([openTab(stage, { isVisible: false }), openTab(stage)]);
    for (const tab of stage.tabs) expect(signedIn(tab).expiry.warning).toBe("none");
  });

  test("mere pointer movement changes nothing", async () => {
    const stage = await warned();
    const before = asked(stage, REFRESH);
    stage.tab.touch(MOVEMENT);
    await stage.time.advance(2 * MINUTE);
    expect(signedIn(stage.tab).expiry.warning).toBe("soon");
    expect(asked(stage, REFRESH)).toBe(before);
  });

  test("mere pointer movement counts where the warning is due, but not shown yet", async () => {
    const stage = await signedInStage();
    stage.tab.throttle(MINUTE);
    await stage.time.advance(55 * MINUTE + 10 * SECOND);
    expect(signedIn(stage.tab).expiry.warning).toBe("none");
    stage.tab.touch(MOVEMENT);
    await stage.time.advance(SECOND);
    expect(lastIdleSeconds(stage)).toBeLessThanOrEqual(1);
    expect(signedIn(stage.tab).expiry.warning).toBe("none");
  });

  test("so too once it was dismissed", async () => {
    const stage = await warned();
    stage.tab.session.dismissWarning();
    stage.tab.touch(MOVEMENT);
    await stage.time.advance(SECOND);
    expect(signedIn(stage.tab).expiry).toMatchObject({ warning: "soon", dismissed: true });
    stage.tab.touch();
    await stage.time.advance(SECOND);
    expect(signedIn(stage.tab).expiry.warning).toBe("none");
  });

  test("staying signed in takes the new deadlines", async () => {
    const stage = await warned();
    await outcome(stage, stage.tab.session.staySignedIn());
    expect(signedIn(stage.tab).expiry.remaining_ms).toBeGreaterThan(HOUR - 3 * SECOND);
  });

  test("staying signed in that fails says so, and the warning stays", async () => {
    const stage = await warned();
    stage.server.isDown = true;
    const shown: string[] = [];
    stage.tab.session.subscribe(() => shown.push(signedIn(stage.tab).expiry.warning));
    const staying = outcome(stage, stage.tab.session.staySignedIn());
    await expect(staying).rejects.toMatchObject({ code: "unavailable" });
    await stage.time.advance(MINUTE);
    expect(new Set(shown)).toEqual(new Set(["soon"]));
  });

  test("many acts while the server is in trouble do not storm it", async () => {
    const stage = await warned();
    stage.server.isDown = true;
    const before = asked(stage, REFRESH);
    for (let act = 0; act < 200; act++) {
      stage.tab.touch();
      await stage.time.advance(50);
    }
    expect(asked(stage, REFRESH) - before).toBeLessThan(12);
    stage.server.isDown = false;
    await stage.time.advance(MINUTE);
    expect(signedIn(stage.tab).expiry.warning).toBe("none");
  });
});
