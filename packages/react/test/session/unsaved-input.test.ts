import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { UnsavedInput } from "../../src/session/unsaved-input.js";

beforeEach(() => vi.stubGlobal("window", new EventTarget()));
afterEach(() => vi.unstubAllGlobals());

/** Whether the browser asks before the page is left. */
const asksFirst = (): boolean => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));

function subscribedInput() {
  const input = new UnsavedInput();
  const seen: boolean[] = [];
  const unsubscribe = input.subscribe(() => seen.push(input.isHeld()));
  return { input, seen, unsubscribe };
}

test("input is held until the last form releases its own", () => {
  const { input, seen } = subscribedInput();
  const releaseFirst = input.hold();
  const releaseSecond = input.hold();
  releaseFirst();
  expect(input.isHeld()).toBe(true);
  releaseSecond();
  expect(input.isHeld()).toBe(false);
  expect(seen).toEqual([true, true, true, false]);
});

test("a second release does not notify again", () => {
  const { input, seen } = subscribedInput();
  const release = input.hold();
  release();
  release();
  expect(seen).toEqual([true, false]);
});

test("discarding releases all forms, and a later release has no effect", () => {
  const { input, seen } = subscribedInput();
  const release = input.hold();
  input.hold();
  input.discard();
  release();
  expect(input.isHeld()).toBe(false);
  expect(seen).toEqual([true, true, false]);
});

test("an unsubscribed listener is not called", () => {
  const { input, seen, unsubscribe } = subscribedInput();
  unsubscribe();
  input.hold();
  expect(seen).toEqual([]);
});

test("the browser asks before it leaves the page, as long as any form holds input", () => {
  const { input } = subscribedInput();
  expect(asksFirst()).toBe(false);
  const release = input.hold();
  const releaseSecond = input.hold();
  expect(asksFirst()).toBe(true);
  release();
  expect(asksFirst()).toBe(true);
  releaseSecond();
  expect(asksFirst()).toBe(false);
});

test("the browser asks nothing once the input is discarded", () => {
  const { input } = subscribedInput();
  input.hold();
  input.discard();
  expect(asksFirst()).toBe(false);
});

test("a page without unsaved input has no listener that would keep it out of the back-forward cache", () => {
  const add = vi.spyOn(window, "addEventListener");
  const remove = vi.spyOn(window, "removeEventListener");
  const { input } = subscribedInput();
  expect(add).not.toHaveBeenCalled();
  input.hold()();
  expect(remove.mock.calls.at(-1)).toEqual(add.mock.calls.at(0));
});
