import { expect, test } from "vitest";
import { selectChecks } from "../checks/select.js";

/** @param {{ words?: readonly string[], isThorough?: boolean }} options */
const select = ({ words = [], isThorough = false }) =>
  selectChecks(
    [
      { heading: "build", after: [], thorough: false },
      { heading: "types", after: ["build"], thorough: false },
      { heading: "tests: packed", after: ["types"], thorough: true },
      { heading: "tests: hosts", after: ["tests: packed"], thorough: true },
      { heading: "tests: unit", after: [], thorough: false },
    ],
    { words, isThorough },
  ).map(({ heading }) => heading);

test("a usual run leaves out the thorough checks", () => {
  expect(select({})).toEqual(["build", "types", "tests: unit"]);
});

test("a thorough run has all checks", () => {
  expect(select({ isThorough: true })).toHaveLength(5);
});

test("words select checks by their headings, thorough or not, with all that they depend on", () => {
  expect(select({ words: ["unit"] })).toEqual(["tests: unit"]);
  expect(select({ words: ["hosts"] })).toEqual(["build", "types", "tests: packed", "tests: hosts"]);
});
