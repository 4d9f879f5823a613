import { describe, expect, test, vi } from "vitest";
import { asked, HOUR, MINUTE, outcome, REFRESH, SECOND, signedIn, signedInStage } from "./stage.js";

describe("listeners", () => {
  test("are told of each change until they stop", async () => {
    const stage = await signedInStage();
    const listener = vi.fn();
    const stop = stage.tab.session.subscribe(listener);
    await outcome(stage, stage.tab.session.staySignedIn());
    const { length } = listener.mock.calls;
    expect(length).toBeGreaterThan(0);
    stop();
    await outcome(stage, stage.tab.session.signOut());
    expect(listener).toHaveBeenCalledTimes(length);
  });

  test("that throw keep no other from being told", async () => {
    const stage = await signedInStage();
    const report = vi.fn();
    vi.stubGlobal("reportError", report);
    const second = vi.fn();
    stage.tab.session.subscribe(() => {
      throw new Error("a listener's own");
    });
    stage.tab.session.subscribe(second);
    await outcome(stage, stage.tab.session.signOut());
    expect(second).toHaveBeenCalled();
    expect(report).toHaveBeenCalledWith(new Error("a listener's own"));
    vi.unstubAllGlobals();
  });
});

describe("a session that is stopped", () => {
  test("leaves no stream, no lock and no timer, and hears nothing", async () => {
    const stage = await signedInStage();
    stage.tab.session.stop();
    await stage.time.advance(SECOND);
    const state = stage.tab.session.getState();
    const before = stage.server.log.length;
    stage.tab.touch();
    stage.tab.comeBack();
    await stage.time.advance(2 * HOUR);
    expect(stage.server.log.length).toBe(before);
    expect(stage.browser.network.streams()).toEqual([]);
    expect(stage.browser.locks.holder("curfew-events")).toBeNull();
    expect(stage.tab.session.getState()).toBe(state);
  });

  test("lives on at the server, and goes on when it is begun again", async () => {
    const stage = await signedInStage();
    stage.tab.session.stop();
    await stage.time.advance(5 * MINUTE);
    stage.tab.session.start();
    await stage.time.advance(2 * SECOND);
    expect(signedIn(stage.tab).session.id).toBe("session 1");
    expect(stage.browser.network.streams()).toHaveLength(1);
  });

  test("begun twice is begun once", async () => {
    const stage = await signedInStage();
    stage.tab.session.start();
    stage.tab.touch();
    await stage.time.advance(MINUTE);
    expect(asked(stage, REFRESH)).toBe(2);
  });
});
