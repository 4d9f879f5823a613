import { expect, test } from "vitest";
import { UnsavedInput } from "../../src/session/unsaved-input.js";

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
