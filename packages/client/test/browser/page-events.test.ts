import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isVisible, onActivity, onReturn } from "../../src/browser/page-events.js";
import type { Activity } from "../../src/session/ports.js";

let page: { hidden: boolean };
let view: EventTarget;

beforeEach(() => {
  page = { hidden: false };
  view = new EventTarget();
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", view);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const touch = (type: string): boolean => view.dispatchEvent(new Event(type, { cancelable: true }));

describe("activity", () => {
  test.each([
    ["pointerdown", true],
    ["keydown", true],
    ["wheel", true],
    ["touchmove", true],
    ["pointermove", false],
  ])("is reported for %s, deliberate: %s", (type, deliberate) => {
    const seen: Activity[] = [];
    onActivity((activity) => seen.push(activity));
    touch(type);
    expect(seen).toEqual([{ deliberate }]);
  });

  test.each(["focus", "click", "visibilitychange", "mouseover", "resize"])(
    "is not reported for %s",
    (type) => {
      const listener = vi.fn();
      onActivity(listener);
      touch(type);
      expect(listener).not.toHaveBeenCalled();
    },
  );

  test("is observed in the capture phase by passive listeners", () => {
    const add = vi.spyOn(view, "addEventListener");
    onActivity(() => undefined);
    expect(add.mock.calls).toHaveLength(5);
    for (const [, , options] of add.mock.calls)
      expect(options).toMatchObject({ capture: true, passive: true });
  });

  test("is not reported after unsubscribing", () => {
    const listener = vi.fn();
    const stop = onActivity(listener);
    stop();
    touch("keydown");
    expect(listener).not.toHaveBeenCalled();
  });
});

describe("a return", () => {
  const countReturns = (): { count: () => number; stop: () => void } => {
    const listener = vi.fn();
    const stop = onReturn(listener);
    return { count: () => listener.mock.calls.length, stop };
  };

  test("is reported when the page becomes visible, not when it is hidden", () => {
    const { count } = countReturns();
    page.hidden = true;
    view.dispatchEvent(new Event("visibilitychange"));
    expect([count(), isVisible()]).toEqual([0, false]);
    page.hidden = false;
    view.dispatchEvent(new Event("visibilitychange"));
    expect([count(), isVisible()]).toEqual([1, true]);
  });

  test.each([
    [true, 1],
    [false, 0],
  ])(
    "is reported when the page is restored from the back-forward cache, not on the first load: %s",
    (persisted, times) => {
      const { count } = countReturns();
      view.dispatchEvent(Object.assign(new Event("pageshow"), { persisted }));
      expect(count()).toBe(times);
    },
  );

  test("is reported when the network returns, even on a hidden page", () => {
    const { count } = countReturns();
    page.hidden = true;
    view.dispatchEvent(new Event("offline"));
    expect(count()).toBe(0);
    view.dispatchEvent(new Event("online"));
    expect(count()).toBe(1);
  });

  test("is not reported after unsubscribing", () => {
    const { count, stop } = countReturns();
    stop();
    view.dispatchEvent(new Event("online"));
    view.dispatchEvent(new Event("visibilitychange"));
    view.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    expect(count()).toBe(0);
  });
});
