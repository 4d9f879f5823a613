import { describe, expect, it } from "vitest";
import { FORBIDDEN_PHRASES, phraseFaults } from "../house/words.js";

const [phrase = ""] = FORBIDDEN_PHRASES;
const fault = (/** @type {number} */ line) => `src/a.ts:${line}: “${phrase}”: reword it in plain English`;

describe("forbidden phrases", () => {
  it("are listed in lower case and without characters that are special in a pattern", () => {
    for (const listed of FORBIDDEN_PHRASES) expect(listed).toMatch(/^[a-z ,'-]+$/);
  });

  it("are found in any case, each time with its line", () => {
    const text = `// ${phrase.toUpperCase()}.\nconst a = 1; // ${phrase}\n`;
    expect(phraseFaults([{ path: "src/a.ts", text }])).toEqual([fault(1), fault(2)]);
  });

  it.each([
    ["a block comment", "\n * "],
    ["line comments", "\n  // "],
    ["a shell comment", "\n# "],
    ["an SQL comment", "\n-- "],
    ["prose", "\n"],
  ])("are found across the lines of %s", (_, gap) => {
    const text = `\n\n/** ${phrase.replaceAll(" ", gap)} */\n`;
    expect(phraseFaults([{ path: "src/a.ts", text }])).toEqual([fault(3)]);
  });

  it.each([
    "docs/decisions/0001-a.md",
    "package-lock.json",
    "bench/package-lock.json",
    "scripts/house/words.js",
  ])("are allowed in %s", (path) => {
    expect(phraseFaults([{ path, text: phrase }])).toEqual([]);
  });

  it("are not found in part", () => {
    const text = phrase.split(" ").slice(0, -1).join(" ");
    expect(phraseFaults([{ path: "src/a.ts", text }])).toEqual([]);
  });
});
