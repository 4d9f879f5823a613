import ts from "typescript";
import { describe, expect, test } from "vitest";
import { createTypePrinter } from "../types/print-type.js";

/**
 * The types of a file's aliases as they are written out, by name.
 *
 * @param {string} text
 * @returns {Record<string, string>}
 */
function written(text) {
  const host = ts.createCompilerHost({});
  const file = ts.createSourceFile("it.ts", text, ts.ScriptTarget.ES2022, true);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => (name === "it.ts" ? file : read(name, ...rest));
  const program = ts.createProgram(["it.ts"], { strict: true, lib: ["lib.es2022.d.ts"], types: [] }, host);
  const checker = program.getTypeChecker();
  const print = createTypePrinter(checker);
  const aliases = file.statements.filter(ts.isTypeAliasDeclaration);
  return Object.fromEntries(
    aliases.map(({ name, type }) => [name.text, print(checker.getTypeFromTypeNode(type), name.text)]),
  );
}

describe("a type that is written out", () => {
  test.each([
    ["string", "string"],
    ["true | null | false", "boolean | null"],
    ["null | 'b' | 'a'", '"b" | "a" | null'],
    ["unknown", "unknown"],
    ["string[]", "string[]"],
    ["('a' | null)[]", '("a" | null)[]'],
    ["{ a: string }[]", "{\n    a: string;\n}[]"],
    ["Record<string, unknown>", "{\n    [key: string]: unknown;\n}"],
    ["Partial<{ a: 1 }> & { b: { c: 2 } }", "{\n    a?: 1 | undefined;\n    b: {\n        c: 2;\n    };\n}"],
    ["Omit<{ a: 1; b: 2 }, 'a'>", "{\n    b: 2;\n}"],
  ])("has nothing in it that is to be looked up: %s", (type, text) => {
    expect(written(`type It = ${type};`)).toEqual({ It: text });
  });

  test("names those before it that are the same", () => {
    expect(written("type One = { a: 1 }; type Two = { one: { a: 1 }; all: { a: 1 }[] };")["Two"]).toBe(
      "{\n    one: One;\n    all: One[];\n}",
    );
  });

  test.each(["{ a: () => void }", "any", "{ a: any[] }", "import('nowhere').Nothing"])(
    "is data, or is refused: %s",
    (type) => {
      expect(() => written(`type It = ${type};`)).toThrow("no data");
    },
  );
});
