import { expect, it } from "vitest";
import { counted } from "../../../src/words/counted.js";

it.each([
  [0, "0 sessions"],
  [1, "1 session"],
  [2, "2 sessions"],
  [101, "101 sessions"],
])("counts %i in the right plural", (count, words) => {
  expect(counted(count, "session")).toBe(words);
});
