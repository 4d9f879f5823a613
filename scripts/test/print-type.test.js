import ts from "typescript";
import { describe, expect, test } from "vitest";
import { createTypePrinter } from "../print-type.js";

/**
 * Prints the type aliases of a source text, by name.
 *
 * @param {string} text
 * @returns {Record<string, string>}
 */
function printAliases(text) {
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

describe("a printed type", () => {
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
  ])("refers to no other declaration: %s", (type, text) => {
    expect(printAliases(`type It = ${type};`)).toEqual({ It: text });
  });

  test("refers to equal types before it by name", () => {
    expect(printAliases("type One = { a: 1 }; type Two = { one: { a: 1 }; all: { a: 1 }[] };")["Two"]).toBe(
      "{\n    one: One;\n    all: One[];\n}",
    );
  });

  test.each(["{ a: () => void }", "any", "{ a: any[] }", "import('nowhere').Nothing"])(
    "must be data: %s throws",
    (type) => {
      expect(() => printAliases(`type It = ${type};`)).toThrow("not a data type");
    },
  );
});
