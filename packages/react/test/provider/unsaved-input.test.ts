import { expect, test } from "vitest";
import { UnsavedInput } from "../../src/provider/unsaved-input.js";

function watched() {
  const unsaved = new UnsavedInput();
  const told: boolean[] = [];
  const stop = unsaved.subscribe(() => told.push(unsaved.held()));
  return { unsaved, told, stop };
}

test("input is held until the last form lets go of its own", () => {
  const { unsaved, told } = watched();
  const first = unsaved.hold();
  const second = unsaved.hold();
  first();
  expect(unsaved.held()).toBe(true);
  second();
  expect(unsaved.held()).toBe(false);
  expect(told).toEqual([true, true, true, false]);
});

test("letting go twice tells nobody again", () => {
  const { unsaved, told } = watched();
  const release = unsaved.hold();
  release();
  release();
  expect(told).toEqual([true, false]);
});

test("giving up lets go of all of it, and a form that lets go later changes nothing", () => {
  const { unsaved, told } = watched();
  const release = unsaved.hold();
  unsaved.hold();
  unsaved.giveUp();
  release();
  expect(unsaved.held()).toBe(false);
  expect(told).toEqual([true, true, false]);
});

test("who has stopped listening is told nothing", () => {
  const { unsaved, told, stop } = watched();
  stop();
  unsaved.hold();
  expect(told).toEqual([]);
});
