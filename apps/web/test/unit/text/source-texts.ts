import ts from "typescript";

/** The English texts of one source file. */
export interface SourceTexts {
  /** Those that are translated where they are shown: arguments of `t`, `tCount` and `tParts`, and tables of the type `English`. */
  readonly translated: readonly string[];
  /** Those that a person sees or hears, and that are never translated: `line: text`. */
  readonly untranslated: readonly string[];
}

const TRANSLATORS = new Set(["t", "tCount", "tParts"]);
const MARKER = /\bEnglish\b/;

/** Attributes whose text a person sees or hears; text in others must only not read like English. */
const SHOWN_ATTRIBUTES = new Set([
  "title",
  "alt",
  "placeholder",
  "label",
  "hint",
  "heading",
  "text",
  "intro",
]);
const IS_SHOWN_ATTRIBUTE = (name: string) =>
  SHOWN_ATTRIBUTES.has(name) || /^aria-(?:label|description|roledescription|valuetext)$/.test(name);

/** Attributes and calls whose values are for machines, whatever they read like. */
const IS_HIDDEN_ATTRIBUTE = (name: string) =>
  name === "className" || name === "autoComplete" || name.startsWith("data-");
const IS_API_OPERATION = /^[A-Z]+ \/api\//;

const NAMES_OF_PRODUCT = /\bCurfew\b/g;
const hasLetter = (text: string): boolean => /\p{L}/u.test(text.replace(NAMES_OF_PRODUCT, ""));

/** Whether a text of unknown use looks written for people: more than one word, or a word with a capital. */
const readsLikeEnglish = (text: string): boolean =>
  /\p{L}[\p{L}'’,.…-]*\s+["“(]?\p{L}|^\s+\p{L}|\p{L}\s+$|^\p{Lu}\p{Ll}+(?:\P{L}|$)/u.test(
    text.replace(NAMES_OF_PRODUCT, ""),
  );

/**
 * Finds the texts of a source file that are for people.
 *
 * @example sourceTexts("page.tsx", "const Page = () => <p>Hello</p>").untranslated // ["1: Hello"]
 */
export function sourceTexts(name: string, source: string): SourceTexts {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true);
  const translated: string[] = [];
  const untranslated: string[] = [];
  const report = (node: ts.Node, text: string) =>
    untranslated.push(`${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${text.trim()}`);

  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isJsxText(node)) {
      if (hasLetter(node.text)) report(node, node.text);
    } else if (ts.isStringLiteralLike(node)) {
      if (isTranslated(node)) {
        if (hasLetter(node.text)) translated.push(node.text);
      } else if (isForPeople(node, node.text)) report(node, node.text);
    } else if (ts.isTemplateExpression(node)) {
      const pieces = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
      if (pieces.some((text) => isForPeople(node, text))) report(node, pieces.join("{}"));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { translated, untranslated };
}

/** Whether a literal is what `t` is called with, or belongs to a table of texts that are translated later. */
function isTranslated(literal: ts.Node): boolean {
  for (let node = literal; node.parent !== undefined; node = node.parent) {
    const { parent } = node;
    if (isComparison(parent)) return false;
    if (ts.isObjectLiteralExpression(node) && ts.isCallExpression(parent)) return false;
    if (ts.isCallExpression(parent))
      return parent.expression !== node && TRANSLATORS.has(parent.expression.getText());
    if ((ts.isVariableDeclaration(parent) || ts.isSatisfiesExpression(parent)) && parent.type !== undefined)
      if (MARKER.test(parent.type.getText()))
        return !ts.isPropertyAssignment(literal.parent) || literal.parent.name !== literal;
    if (ts.isFunctionLike(parent) || ts.isTemplateExpression(parent) || ts.isJsxOpeningLikeElement(parent))
      return false;
  }
  return false;
}

const isComparison = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) && /^[!=]==$/.test(node.operatorToken.getText());

function isForPeople(node: ts.Node, text: string): boolean {
  switch (purposeOf(node)) {
    case "shown":
      return hasLetter(text);
    case "hidden":
      return false;
    case "unknown":
      return readsLikeEnglish(text) && !IS_API_OPERATION.test(text);
  }
}

/** What becomes of a value, as far as the nearest JSX or comparison around it tells. */
function purposeOf(literal: ts.Node): "shown" | "hidden" | "unknown" {
  for (let node = literal; node.parent !== undefined; node = node.parent) {
    const { parent } = node;
    if (ts.isJsxAttribute(parent)) {
      const name = parent.name.getText();
      if (IS_HIDDEN_ATTRIBUTE(name)) return "hidden";
      return IS_SHOWN_ATTRIBUTE(name) ? "shown" : "unknown";
    }
    if (ts.isJsxExpression(parent) && !ts.isJsxAttribute(parent.parent)) return "shown";
    if (isComparison(parent)) return "hidden";
    if (ts.isConditionalExpression(parent) && parent.condition === node) return "hidden";
    if (ts.isNewExpression(parent) && /Error$/.test(parent.expression.getText())) return "hidden";
    if (ts.isElementAccessExpression(parent) || ts.isCaseClause(parent)) return "hidden";
    if (ts.isCallExpression(parent) || ts.isFunctionLike(parent)) return "unknown";
  }
  return "unknown";
}
