import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldForSearch, foldText } from "../src/fold.js";
import { nameKeyOf } from "../src/name-key.js";

describe("the key that people are listed by", () => {
  test.each([
    ["Zoë Übel", "zoe ubel"],
    ["Ängström", "angstrom"],
    ["A\u030angstro\u0308m", "angstrom"],
    ["de Vries", "de vries"],
    ["STRAẞE", "strasse"],
    ["Weiß", "weiss"],
    ["ΝΙΚΟΣ", "νικοσ"],
    ["Νίκος", "νικοσ"],
    ["Ｍａｒｙ", "mary"],
    ["ﬁona", "fiona"],
    ["İpek", "ipek"],
    ["Nguyễn", "nguyen"],
    ["🦉", "🦉"],
  ])("of %j is %j", (name, key) => {
    expect(nameKeyOf(name)).toBe(key);
  });

  test("puts names in the order in which a person looks for them", () => {
    const names = ["Bob", "Zoe", "Zoë Übel", "ada", "de Vries", "Ängström"];
    const inOrder = names.toSorted((one, other) => (nameKeyOf(one) < nameKeyOf(other) ? -1 : 1));
    expect(inOrder).toEqual(["ada", "Ängström", "Bob", "de Vries", "Zoe", "Zoë Übel"]);
  });

  test("is the same however a name's accents are encoded and whatever its case", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (name) => {
        const key = nameKeyOf(name);
        for (const same of [name.normalize("NFD"), name.normalize("NFC"), key])
          expect(nameKeyOf(same)).toBe(key);
      }),
    );
  });

  test("has at most 200 code points, also of a letter that stands for eighteen and of a very long name", () => {
    expect(Array.from(nameKeyOf("\ufdfa".repeat(200))).length).toBe(200);
    expect(nameKeyOf("🦉".repeat(5_000))).toBe("🦉".repeat(200));
    expect(nameKeyOf(`e\u0301${"🦉".repeat(5_000)}`)).toBe(`e${"🦉".repeat(198)}`);
  });
});

test.each([foldText, foldForSearch])(
  "each code point folds for itself, whatever stands beside it, so that marks cover what was found",
  (fold) => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 1 })), (letters) => {
        expect(fold(letters.join(""))).toBe(letters.map((letter) => fold(letter)).join(""));
      }),
    );
  },
);
