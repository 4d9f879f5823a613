import { describe, expect, test } from "vitest";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";
import { leavesOf, spoken } from "./catalogues.js";

/** What both languages write alike. */
const ALIKE = new Set(["policy.preset.standard"]);

describe.each([
  ["English", en],
  ["German", de],
])("the %s catalogue", (_, texts) => {
  test.each([...leavesOf(texts)])("has words for %s", (path, leaf) => {
    for (const words of spoken(path, leaf)) {
      expect(words.trim()).not.toBe("");
      expect(words).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });
});

test("both catalogues have the same texts, each a plain one or a function in both", () => {
  const shape = (texts: typeof en) =>
    [...leavesOf(texts)].map(([path, leaf]) => `${path}: ${typeof leaf}`).sort();
  expect(shape(de)).toEqual(shape(en));
});

test("no English remains in the German one", () => {
  const english = leavesOf(en);
  const alike = [...leavesOf(de)].filter(([path, leaf]) => {
    const other = english.get(path);
    return other !== undefined && spoken(path, other).some((words) => spoken(path, leaf).includes(words));
  });
  expect(alike.map(([path]) => path)).toEqual([...ALIKE]);
});

test("the names that ui.md fixes are said exactly", () => {
  expect([en.notice.stay, en.notice.signIn, en.notice.dismiss]).toEqual([
    "Stay signed in",
    "Sign in now",
    "Dismiss",
  ]);
  expect(en.notice.message.idle("4 minutes")).toBe(
    "You'll be signed out in 4 minutes because you've been inactive.",
  );
  expect(en.notice.message.absolute("4 minutes")).toBe(
    "Your session ends in 4 minutes. Sign in again to carry on.",
  );
  expect(en.notice.at("14:32")).toBe("at 14:32");
  expect(en.reauthentication.title).toBe("Confirm it's you");
  expect(en.reauthentication.password).toBe("Password");
});
