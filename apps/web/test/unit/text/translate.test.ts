import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, describe, expect, test } from "vitest";
import { tCount } from "../../../src/text/count.js";
import { formatDuration, formatTime } from "../../../src/text/format.js";
import { germanAnswers, germanPages } from "../../../src/text/german.js";
import { germanAccount } from "../../../src/text/german-account.js";
import { addTexts, setLanguage, t } from "../../../src/text/translate.js";
import { tParts } from "../../../src/text/translate-parts.js";
import { sourceTexts } from "./source-texts.js";

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

const SOURCE = join(import.meta.dirname, "../../../src");
const files = readdirSync(SOURCE, { encoding: "utf8", recursive: true })
  .filter((file) => /\.tsx?$/.test(file) && !/german[^/]*\.ts$/.test(file))
  .map((file) => ({ file, ...sourceTexts(file, readFileSync(join(SOURCE, file), "utf8")) }));

describe("a text about a count", () => {
  const signedOut = (count: number) =>
    tCount(count, "{count} session signed out", "{count} sessions signed out");

  test.each([
    [0, "0 sessions signed out", "0 Sitzungen beendet"],
    [1, "1 session signed out", "1 Sitzung beendet"],
    [2, "2 sessions signed out", "2 Sitzungen beendet"],
    [101, "101 sessions signed out", "101 Sitzungen beendet"],
  ])("has the form of the language for %i", (count, english, german) => {
    expect(signedOut(count)).toBe(english);
    setLanguage("de-AT", germanPages);
    addTexts(germanAccount);
    expect(signedOut(count)).toBe(german);
  });
});

test("the elements in a text stand where the language wants them", () => {
  const parts = { create: createElement("i", {}, "new"), sign_in: createElement("b", {}, "in") };
  const render = () =>
    renderToStaticMarkup(createElement("p", {}, tParts("{create} or {sign_in} as somebody else.", parts)));
  expect(render()).toBe("<p><i>new</i> or <b>in</b> as somebody else.</p>");
  setLanguage("de", germanPages);
  expect(render()).toBe("<p><i>new</i> oder als jemand anderes <b>in</b>.</p>");
});

describe("the search for texts in the sources", () => {
  test.each([
    ["<p>Hello</p>", ["1: Hello"]],
    ["<p>Curfew</p>", []],
    ['<p>{t("Hello")}</p>', []],
    ['<p>{isBusy ? "wait" : t("Save")}</p>', ["1: wait"]],
    [`<p>{\`\${count} sessions\`}</p>`, ["1: {} sessions"]],
    ['<p>{kind === "ready" && t("Ready")}</p>', []],
    ['<nav aria-label="main" className="grid gap-4" />', ["1: main"]],
    [`<input placeholder={\`name of \${who}\`} type="text" />`, ["1: name of {}"]],
    ['<Field label={t("Name")} name="name" />', []],
    ['show("Saved")', ["1: Saved"]],
    [`show(\`\${name} is deleted\`)`, ["1: {} is deleted"]],
    ['api("GET /api/config")', []],
    ['const LABELS: Record<Key, English> = { save: "Save it" }', []],
    ['const LABELS: Record<Key, string> = { save: "Save it" }', ["1: Save it"]],
    ['t(isOne ? "One" : "Two of them")', []],
    ['t("{what}", { what: "Not translated" })', ["1: Not translated"]],
  ])("judges %s", (source, untranslated) => {
    expect(sourceTexts("page.tsx", source).untranslated).toEqual(untranslated);
  });
});

test("every text that a person sees or hears is translated", () => {
  const faults = files.flatMap(({ file, untranslated }) => untranslated.map((text) => `${file}:${text}`));
  expect(faults).toEqual([]);
});

describe("the German texts", () => {
  const german = { ...germanPages, ...germanAccount };
  const used = new Set(files.flatMap(({ translated }) => translated));

  test("have one for each text that is translated", () => {
    expect(used.size).toBeGreaterThan(150);
    expect([...used].filter((key) => !Object.hasOwn(german, key))).toEqual([]);
  });

  test("have none that no page shows any more", () => {
    expect(Object.keys(german).filter((key) => !used.has(key))).toEqual([]);
  });

  test("of the pages without a session are all loaded without those of the others", () => {
    const pages = [
      "not-found-page",
      "register-page",
      "link/invite-page",
      "link/reset-page",
      "deletion/deleted-page",
    ];
    const loaded = withImports(["main.tsx", ...pages.map((page) => `pages/${page}.tsx`)]);
    expect(loaded).toContain("pages/login/login-page.tsx");
    const shown = files.filter(({ file }) => loaded.has(file)).flatMap(({ translated }) => translated);
    expect(shown.filter((key) => !Object.hasOwn(germanPages, key))).toEqual([]);
    expect(shown.length).toBeGreaterThan(50);
    expect(Object.keys(germanAccount).filter((key) => Object.hasOwn(germanPages, key))).toEqual([]);
  });

  test.each(Object.entries({ ...german, ...germanAnswers }))(
    "have the placeholders of %j",
    (english, translation) => {
      expect(placeholders(translation)).toEqual(placeholders(english));
      expect(translation.trim()).not.toBe("");
    },
  );
});

/** The files, and what they import before they are shown, by their paths. */
function withImports(paths: readonly string[]): Set<string> {
  const known = new Set<string>();
  const add = (path: string): void => {
    if (known.has(path)) return;
    known.add(path);
    const source = readFileSync(join(SOURCE, path), "utf8");
    for (const [, imported = ""] of source.matchAll(/^import (?!type )[^;]*?"(\.[^"]*)\.js";/gm)) {
      const target = join(path, "..", imported);
      add(existsSync(join(SOURCE, `${target}.ts`)) ? `${target}.ts` : `${target}.tsx`);
    }
  };
  paths.forEach(add);
  return known;
}
