import { setMaxListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isVisible, onActivity, onReturn } from "../../src/browser/page-events.js";
import type { Activity } from "../../src/session/ports.js";

let page: { hidden: boolean };
let view: EventTarget;
let stopping: AbortController;

beforeEach(() => {
  page = { hidden: false };
  stopping = new AbortController();
  // Node warns of more than ten, and each listener of the page is one.
  setMaxListeners(0, stopping.signal);
  view = Object.assign(new EventTarget(), { document: new EventTarget() });
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", view);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** An event with some members, whose target has some members too: `isTrusted` and `target` can't be assigned. */
function eventWith(type: string, members: object = {}, target?: object): Event {
  const event = new Event(type);
  for (const [name, value] of Object.entries({ ...members, ...(target && { target }) }))
    Object.defineProperty(event, name, { value });
  return event;
}
const touch = (type: string, members?: object, target?: object): boolean =>
  view.dispatchEvent(eventWith(type, members, target));

/** Records the activity that is reported from now on. */
function record(): Activity[] {
  const seen: Activity[] = [];
  onActivity((activity) => seen.push(activity), stopping.signal);
  return seen;
}

describe("activity", () => {
  test.each([
    ["pointerdown", true],
    ["keydown", true],
    ["wheel", true],
    ["touchmove", true],
    // Text of voice recognisers and input methods, and of editors that insert it themselves.
    ["beforeinput", true],
    ["input", true],
    ["drop", true],
    ["pointermove", false],
  ])("is reported for %s, deliberate: %s", (type, deliberate) => {
    const seen = record();
    touch(type);
    expect(seen).toEqual([{ deliberate }]);
  });

  test.each(["focus", "blur", "load", "visibilitychange", "mouseover", "resize", "scroll"])(
    "is not reported for %s",
    (type) => {
      const seen = record();
      touch(type);
      expect(seen).toEqual([]);
    },
  );

  test("is a click of the browser, as screen readers cause, not one of a script", () => {
    const seen = record();
    touch("click", { isTrusted: false });
    expect(seen).toEqual([]);
    touch("click", { isTrusted: true });
    expect(seen).toEqual([{ deliberate: true }]);
  });

  test("is a pointer that moves, not one that is reported at the same place again", () => {
    const seen = record();
    touch("pointermove", { clientX: 10, clientY: 20 });
    for (let time = 0; time < 100; time++) touch("pointermove", { clientX: 10, clientY: 20 });
    expect(seen).toHaveLength(1);
    touch("pointermove", { clientX: 10, clientY: 21 });
    touch("pointermove", { clientX: 11, clientY: 21 });
    expect(seen).toHaveLength(3);
  });

  test("is no pointer that rests where the expiry notice was", () => {
    const seen = record();
    const place = { clientX: 10, clientY: 20 };
    touch("pointermove", place, { closest: () => ({}) });
    touch("pointermove", place, { closest: () => null });
    expect(seen).toEqual([]);
  });

  test("is a scroll of an element, not of one that follows its end, nor of the page, which scripts scroll too", () => {
    const seen = record();
    const log = { scrollTop: 700, clientHeight: 300, scrollHeight: 1000 };
    touch("scrollend", {}, log);
    touch("scrollend", {}, { ...log, scrollTop: 699.4 });
    touch("scrollend", {}, { scrollingElement: { ...log, scrollTop: 400 } });
    expect(seen).toEqual([]);
    touch("scrollend", {}, { ...log, scrollTop: 400 });
    expect(seen).toEqual([{ deliberate: true }]);
  });

  describe("while a video plays", () => {
    const video = {
      videoWidth: 640,
      volume: 1,
      muted: false,
      loop: false,
      paused: false,
      ownerDocument: { documentElement: { clientHeight: 800 } },
      getBoundingClientRect: () => ({ top: 100, bottom: 500 }),
    };
    const at = (top: number, bottom: number) => ({ getBoundingClientRect: () => ({ top, bottom }) });

    test.each([
      ["is reported if it is in sight", {}, 1],
      ["is reported if it is in sight in part", at(700, 1100), 1],
      ["is not reported below the window", at(800, 1200), 0],
      ["is not reported above the window", at(-400, 0), 0],
      ["is not reported if it is muted", { muted: true }, 0],
      ["is not reported if its volume is zero", { volume: 0 }, 0],
      ["is not reported if it loops", { loop: true }, 0],
      ["is not reported if it is paused and a script moves it", { paused: true }, 0],
      ["is not reported for sound alone", { videoWidth: undefined }, 0],
    ])("%s", (_, members, count) => {
      const seen = record();
      touch("timeupdate", {}, { ...video, ...members });
      expect(seen).toEqual(Array.from({ length: count }, () => ({ deliberate: false })));
    });

    test("is not reported on a hidden page", () => {
      const seen = record();
      page.hidden = true;
      touch("timeupdate", {}, video);
      expect(seen).toEqual([]);
    });
  });

  test("is observed in the capture phase by passive listeners", () => {
    const add = vi.spyOn(view, "addEventListener");
    onActivity(() => undefined, stopping.signal);
    expect(add.mock.calls.length).toBeGreaterThan(5);
    for (const [, , options] of add.mock.calls)
      expect(options).toMatchObject({ capture: true, passive: true });
  });

  test("is not reported after unsubscribing", () => {
    const listener = vi.fn();
    onActivity(listener, stopping.signal);
    stopping.abort();
    touch("keydown");
    expect(listener).not.toHaveBeenCalled();
  });
});

describe("activity in frames", () => {
  /** A window with frames. */
  class FakeWindow extends EventTarget {
    [index: number]: FakeWindow;
    length = 0;
    readonly document = new EventTarget();
    constructor(...frames: FakeWindow[]) {
      super();
      this.setFrames(...frames);
    }
    setFrames(...frames: FakeWindow[]): void {
      Object.assign(this, frames);
      this.length = frames.length;
    }
  }
  /** A frame of another origin, which allows no access. */
  class ForeignWindow extends FakeWindow {
    override addEventListener(): void {
      throw new DOMException("Blocked a frame", "SecurityError");
    }
  }

  const show = (...frames: FakeWindow[]): FakeWindow => {
    const top = new FakeWindow(...frames);
    vi.stubGlobal("window", top);
    return top;
  };
  const type = (frame: EventTarget): boolean => frame.dispatchEvent(new Event("keydown"));

  test("of the same origin is reported once, at any depth, also beside frames of other origins", () => {
    const inner = new FakeWindow();
    const editor = new FakeWindow(inner);
    show(new ForeignWindow(), editor);
    const seen = record();
    type(editor);
    type(inner);
    expect(seen).toHaveLength(2);
  });

  test.each(["load", "blur"] as const)("that come later is reported, once, after each %s", (sign) => {
    const announce = (view: FakeWindow) =>
      (sign === "load" ? view.document : view).dispatchEvent(new Event(sign));
    const top = show();
    const seen = record();
    const editor = new FakeWindow();
    top.setFrames(editor);
    for (let time = 0; time < 3; time++) announce(top);
    type(editor);
    expect(seen).toHaveLength(1);
    const inner = new FakeWindow();
    editor.setFrames(inner);
    announce(editor);
    type(inner);
    expect(seen).toHaveLength(2);
  });

  test("is not reported after unsubscribing", () => {
    const editor = new FakeWindow();
    show(editor);
    const listener = vi.fn();
    onActivity(listener, stopping.signal);
    stopping.abort();
    type(editor);
    expect(listener).not.toHaveBeenCalled();
  });
});

describe("a return", () => {
  const countReturns = (): { count: () => number } => {
    const listener = vi.fn();
    onReturn(listener, stopping.signal);
    return { count: () => listener.mock.calls.length };
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
    const { count } = countReturns();
    stopping.abort();
    view.dispatchEvent(new Event("online"));
    view.dispatchEvent(new Event("visibilitychange"));
    view.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    expect(count()).toBe(0);
  });
});
