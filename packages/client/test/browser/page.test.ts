import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isVisible, onActivity, onReturn } from "../../src/browser/page.js";
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
  ])("is seen in %s, deliberate: %s", (type, deliberate) => {
    const seen: Activity[] = [];
    onActivity((activity) => seen.push(activity));
    touch(type);
    expect(seen).toEqual([{ deliberate }]);
  });

  test.each(["focus", "click", "visibilitychange", "mouseover", "resize"])("is not seen in %s", (type) => {
    const listener = vi.fn();
    onActivity(listener);
    touch(type);
    expect(listener).not.toHaveBeenCalled();
  });

  test("is seen before the page can stop it, and never holds scrolling up", () => {
    const add = vi.spyOn(view, "addEventListener");
    onActivity(() => undefined);
    expect(add.mock.calls).toHaveLength(5);
    for (const [, , options] of add.mock.calls)
      expect(options).toMatchObject({ capture: true, passive: true });
  });

  test("is no more seen once nobody listens", () => {
    const listener = vi.fn();
    const stop = onActivity(listener);
    stop();
    touch("keydown");
    expect(listener).not.toHaveBeenCalled();
  });
});

describe("a return", () => {
  const see = (): { count: () => number; stop: () => void } => {
    const listener = vi.fn();
    const stop = onReturn(listener);
    return { count: () => listener.mock.calls.length, stop };
  };

  test("is the page becoming visible, and not its being hidden", () => {
    const { count } = see();
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
  ])("is coming back from the back-forward cache, and not the first showing: %s", (persisted, times) => {
    const { count } = see();
    view.dispatchEvent(Object.assign(new Event("pageshow"), { persisted }));
    expect(count()).toBe(times);
  });

  test("is the network's coming back, on a page that nobody sees too", () => {
    const { count } = see();
    page.hidden = true;
    view.dispatchEvent(new Event("offline"));
    expect(count()).toBe(0);
    view.dispatchEvent(new Event("online"));
    expect(count()).toBe(1);
  });

  test("is no more told once nobody listens", () => {
    const { count, stop } = see();
    stop();
    view.dispatchEvent(new Event("online"));
    view.dispatchEvent(new Event("visibilitychange"));
    view.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    expect(count()).toBe(0);
  });
});
