import { foldForSearch } from "@curfew/core/fold";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foundParts } from "../../src/search/found-parts.js";

/** The text with brackets around what is found. */
const bracketed = (text: string, q: string): string =>
  foundParts(text, q)
    .map((part) => (part.isFound ? `[${part.text}]` : part.text))
    .join("");

describe("what is found in a text", () => {
  test.each([
    ["Zoë Übel", "zoe", "[Zoë] Übel"],
    ["Zoe\u0308 Übel", "ZOË", "[Zoe\u0308] Übel"],
    ["Zoë Übel", "oe u", "Z[oë Ü]bel"],
    ["Zoë Übel", "  übel ", "Zoë [Übel]"],
    ["Strauß", "strauss", "[Strauß]"],
    ["Strauß", "s", "[S]trau[ß]"],
    ["Strauß", "us", "Stra[uß]"],
    ["ﬁona", "i", "[ﬁ]ona"],
    ["Łukasz Ærø", "lukasz", "[Łukasz] Ærø"],
    ["Łukasz Ærø", "er", "Łukasz [Ær]ø"],
    ["ΝΙΚΟΣ Νίκος", "νικος", "[ΝΙΚΟΣ] [Νίκος]"],
    ["Ａda 🦉 Ada", "ada", "[Ａda] 🦉 [Ada]"],
    ["🦉🦉 owl", "🦉 o", "🦉[🦉 o]wl"],
    ["한글", "ㅎ", "[한]글"],
    ["한글", "하", "[한]글"],
    ["banana", "ana", "b[ana]na"],
    ["\u0301Ada", "ada", "\u0301[Ada]"],
    ["Ada", "\u0301", "Ada"],
    ["Ada", " ", "Ada"],
    ["Ada", "", "Ada"],
    ["", "ada", ""],
    ["a.b+c", ".", "a[.]b+c"],
  ])("in %j by %j is %j", (text, q, expected) => {
    expect(bracketed(text, q)).toBe(expected);
  });
});

/** Any text, with the letters that fold to none, to others or to several more often than chance has them. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(..."aAeEsSßẞİıłŁæÆǼΣσς\u0301\u0308\u0323éﬁ\ufdfa한ﾞ 🦉".normalize("NFC")),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

/** A text and a part of it, in another case and with its accents encoded in another way. */
const textWithPart = fc
  .tuple(anyText, fc.nat(), fc.nat(12), fc.constantFrom("NFC", "NFD", "NFKD"), fc.boolean())
  .map(([text, start, length, form, isUpper]) => {
    const letters = Array.from(text);
    const part = letters
      .slice(start % (letters.length + 1))
      .slice(0, length)
      .join("");
    return { text, q: (isUpper ? part.toUpperCase() : part).normalize(form) };
  });

describe("the parts of any text", () => {
  test("make up the text, change by turns, and are found exactly where the server's search finds something", () => {
    fc.assert(
      fc.property(fc.oneof(textWithPart, fc.record({ text: anyText, q: anyText })), ({ text, q }) => {
        const parts = foundParts(text, q);
        const wanted = foldForSearch(q.trim());
        expect(parts.map((part) => part.text).join("")).toBe(text);
        for (const [index, part] of parts.slice(1).entries())
          expect(part.isFound).toBe(parts[index]?.isFound === false);
        const isFound = wanted !== "" && foldForSearch(text).includes(wanted);
        expect(parts.some((part) => part.isFound)).toBe(isFound);
      }),
    );
  });

  test("that are found have what was searched for in them, and no letter of it is left beside them", () => {
    fc.assert(
      fc.property(textWithPart, ({ text, q }) => {
        const wanted = foldForSearch(q.trim());
        fc.pre(wanted !== "");
        for (const { text: part, isFound } of foundParts(text, q))
          expect(foldForSearch(part).includes(wanted)).toBe(isFound);
      }),
    );
  });

  test("never split an accent from its letter", () => {
    fc.assert(
      fc.property(textWithPart, ({ text, q }) => {
        for (const { text: part } of foundParts(text, q).slice(1)) expect(part).not.toMatch(/^\p{M}/u);
      }),
    );
  });
});
