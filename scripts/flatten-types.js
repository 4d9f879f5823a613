/** `node scripts/flatten-types.js packages/client`: rewrites a package's declarations so that they import no other package. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { createTypePrinter } from "./print-type.js";

const [folder = "."] = process.argv.slice(2);
const dist = resolve(folder, "dist");
const target = join(dist, "types");

rmSync(target, { recursive: true, force: true });
const declarations = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".d.ts"),
);

const program = ts.createProgram({
  rootNames: declarations.map((name) => join(dist, name)),
  options: {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ["@curfew/source"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: [],
  },
});
const checker = program.getTypeChecker();

for (const name of declarations) {
  const file = program.getSourceFile(join(dist, name));
  if (!file) throw new Error(`can't read ${name}`);
  mkdirSync(dirname(join(target, name)), { recursive: true });
  writeFileSync(join(target, name), flatten(file));
}

/** Whether an import is of another package. @param {ts.ImportDeclaration} statement */
function isForeign({ moduleSpecifier }) {
  return ts.isStringLiteral(moduleSpecifier) && !moduleSpecifier.text.startsWith(".");
}

/**
 * The text of a declaration file with each imported foreign type written out as an alias.
 *
 * @param {ts.SourceFile} file
 */
function flatten(file) {
  const foreign = file.statements.filter(ts.isImportDeclaration).filter(isForeign);
  const print = createTypePrinter(checker);
  const names = foreign.flatMap(({ importClause }) =>
    importClause?.namedBindings && ts.isNamedImports(importClause.namedBindings)
      ? [...importClause.namedBindings.elements]
      : [],
  );
  const importedNames = new Set(names.map(({ name }) => name.text));
  const lines = [];
  for (const { name } of names) {
    const symbol = checker.getAliasedSymbol(/** @type {ts.Symbol} */ (checker.getSymbolAtLocation(name)));
    if (symbol.flags & ts.SymbolFlags.TypeAlias)
      lines.push(`type ${name.text} = ${print(checker.getDeclaredTypeOfSymbol(symbol), name.text)};`);
  }
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement) && foreign.includes(statement)) continue;
    const text = statement.getFullText(file).trim();
    const aliased = ts.isTypeAliasDeclaration(statement) ? statement.type : undefined;
    if (!aliased || !ts.isTypeAliasDeclaration(statement) || !usesImport(aliased)) lines.push(text);
    else {
      const written = print(checker.getTypeFromTypeNode(aliased), statement.name.text);
      lines.push(text.replace(aliased.getText(file), () => written));
    }
  }
  return `${lines.join("\n")}\n`;

  /** @param {ts.Node} node @returns {boolean} */
  function usesImport(node) {
    return (
      (ts.isIdentifier(node) && importedNames.has(node.text)) || (ts.forEachChild(node, usesImport) ?? false)
    );
  }
}
