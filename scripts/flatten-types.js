/** `node scripts/flatten-types.js packages/client`: the package's declarations with nothing in them of other packages. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { createTypePrinter } from "./types/print-type.js";

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
  if (!file) throw new Error(`${name} can't be read`);
  mkdirSync(dirname(join(target, name)), { recursive: true });
  writeFileSync(join(target, name), flatten(file));
}

/** @param {ts.ImportDeclaration} statement */
function isForeign({ moduleSpecifier }) {
  return ts.isStringLiteral(moduleSpecifier) && !moduleSpecifier.text.startsWith(".");
}

/**
 * The text of a declaration file in which each type that is taken from elsewhere is written out, under its name.
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
  const isTaken = new Set(names.map(({ name }) => name.text));
  const lines = [];
  for (const { name } of names) {
    const symbol = checker.getAliasedSymbol(/** @type {ts.Symbol} */ (checker.getSymbolAtLocation(name)));
    if (symbol.flags & ts.SymbolFlags.TypeAlias)
      lines.push(`type ${name.text} = ${print(checker.getDeclaredTypeOfSymbol(symbol), name.text)};`);
  }
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement) && foreign.includes(statement)) continue;
    const text = statement.getFullText(file).trim();
    const inner = ts.isTypeAliasDeclaration(statement) ? statement.type : undefined;
    if (!inner || !ts.isTypeAliasDeclaration(statement) || !mentions(inner)) lines.push(text);
    else {
      const written = print(checker.getTypeFromTypeNode(inner), statement.name.text);
      lines.push(text.replace(inner.getText(file), () => written));
    }
  }
  return `${lines.join("\n")}\n`;

  /** @param {ts.Node} node @returns {boolean} */
  function mentions(node) {
    return (ts.isIdentifier(node) && isTaken.has(node.text)) || (ts.forEachChild(node, mentions) ?? false);
  }
}
