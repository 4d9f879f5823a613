import { describe, expect, test, vi } from "vitest";
import {
  HOUR,
  MINUTE,
  REFRESH,
  requestCount,
  SECOND,
  settle,
  signedInContext,
  signedInState,
} from "./context.js";

describe("listeners", () => {
  test("are called after each change until they unsubscribe", async () => {
    const context = await signedInContext();
    const listener = vi.fn();
    const stop = context.tab.session.subscribe(listener);
    await settle(context, context.tab.session.staySignedIn());
    const { length } = listener.mock.calls;
    expect(length).toBeGreaterThan(0);
    stop();
    await settle(context, context.tab.session.signOut());
    expect(listener).toHaveBeenCalledTimes(length);
  });

  test("that throw do not affect the others, and the error is reported", async () => {
    const context = await signedInContext();
    const report = vi.fn();
    vi.stubGlobal("reportError", report);
    const second = vi.fn();
    context.tab.session.subscribe(() => {
      throw new Error("thrown by a listener");
    });
    context.tab.session.subscribe(second);
    await settle(context, context.tab.session.signOut());
    expect(second).toHaveBeenCalled();
    expect(report).toHaveBeenCalledWith(new Error("thrown by a listener"));
    vi.unstubAllGlobals();
  });
});

describe("a stopped session", () => {
  test("leaves no stream, lock or timer and ignores activity", async () => {
    const context = await signedInContext();
    context.tab.session.stop();
    await context.time.advance(SECOND);
    const state = context.tab.session.getState();
    const before = context.server.log.length;
    context.tab.touch();
    context.tab.comeBack();
    await context.time.advance(2 * HOUR);
    expect(context.server.log.length).toBe(before);
    expect(context.browser.network.streams()).toEqual([]);
    expect(context.browser.locks.holder("curfew-events")).toBeNull();
    expect(context.tab.session.getState()).toBe(state);
  });

  test("stays live on the server and continues after start()", async () => {
    const context = await signedInContext();
    context.tab.session.stop();
    await context.time.advance(5 * MINUTE);
    context.tab.session.start();
    await context.time.advance(2 * SECOND);
    expect(signedInState(context.tab).session.id).toBe("session 1");
    expect(context.browser.network.streams()).toHaveLength(1);
  });

  test("started twice monitors once", async () => {
    const context = await signedInContext();
    context.tab.session.start();
    context.tab.touch();
    await context.time.advance(MINUTE);
    expect(requestCount(context, REFRESH)).toBe(2);
  });
});
