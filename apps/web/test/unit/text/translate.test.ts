import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { formatDuration, formatTime } from "../../../src/text/format.js";
import { germanPages } from "../../../src/text/german.js";
import { setLanguage, t } from "../../../src/text/translate.js";

afterEach(() => setLanguage("en-GB"));

const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

describe("a text", () => {
  test("is in English until a language is set, and where that has none", () => {
    expect(t("Hello, {name}", { name: "Ada" })).toBe("Hello, Ada");
    setLanguage("de-AT", germanPages);
    expect(t("Hello, {name}", { name: "Ada" })).toBe("Hallo, Ada");
    expect(t("constructor {x}")).toBe("constructor {x}");
  });

  test("of a time or a duration follows the language and the browser's variant of it", () => {
    const noon = new Date(2026, 10, 23, 14, 32).getTime();
    setLanguage("en-US");
    expect(formatTime(noon, noon)).toMatch(/^at 02:32\sPM$/);
    setLanguage("de-AT", germanPages);
    expect(formatTime(noon, noon)).toBe("um 14:32");
    expect(formatTime(noon, noon + 86_400_000)).toBe("am 23. November um 14:32");
    expect(formatDuration(90_000)).toBe("2 Minuten");
  });
});

describe("the German texts", () => {
  const source = join(import.meta.dirname, "../../../src");
  const files = readdirSync(source, { encoding: "utf8", recursive: true })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith("german.ts"))
    .map((file) => readFileSync(join(source, file), "utf8"));

  test("have one for each text that is translated", () => {
    const used = files.flatMap((text) =>
      [...text.matchAll(/\bt\(\s*"((?:[^"\\\\]|\\\\.)*)"/g)].map(([, key = ""]) => key),
    );
    expect(used.length).toBeGreaterThan(30);
    expect(used.filter((key) => !Object.hasOwn(germanPages, key))).toEqual([]);
  });

  test("have none that no page shows any more", () => {
    expect(Object.keys(germanPages).filter((key) => !files.some((text) => text.includes(key)))).toEqual([]);
  });

  test.each(Object.entries(germanPages))("have the placeholders of %j", (english, german) => {
    expect(placeholders(german)).toEqual(placeholders(english));
    expect(german.trim()).not.toBe("");
  });
});
