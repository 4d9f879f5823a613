import { describe, expect, test } from "vitest";
import { de } from "../../src/texts/de.js";
import { en } from "../../src/texts/en.js";
import { leavesOf, renderSamples } from "./catalogues.js";

/** Texts that are the same in both languages. */
const SAME_IN_BOTH = new Set(["policy.preset.standard"]);

describe.each([
  ["English", en],
  ["German", de],
])("the %s catalogue", (_, texts) => {
  test.each([...leavesOf(texts)])("has a text for %s", (path, leaf) => {
    for (const text of renderSamples(path, leaf)) {
      expect(text.trim()).not.toBe("");
      expect(text).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });
});

test("both catalogues have the same keys and types", () => {
  const shape = (texts: typeof en) =>
    [...leavesOf(texts)].map(([path, leaf]) => `${path}: ${typeof leaf}`).sort();
  expect(shape(de)).toEqual(shape(en));
});

test("no English text remains in the German catalogue", () => {
  const english = leavesOf(en);
  const untranslated = [...leavesOf(de)].filter(([path, leaf]) => {
    const other = english.get(path);
    return (
      other !== undefined &&
      renderSamples(path, other).some((text) => renderSamples(path, leaf).includes(text))
    );
  });
  expect(untranslated.map(([path]) => path)).toEqual([...SAME_IN_BOTH]);
});

test("the accessible names and notice texts that other tests rely on are exact", () => {
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
