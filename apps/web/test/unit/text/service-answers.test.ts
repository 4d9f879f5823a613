import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { germanAnswers } from "../../../src/text/german.js";

const ROOT = join(import.meta.dirname, "../../../../..");
const FOLDERS = [
  "packages/http/src/route",
  "packages/http/src/wire",
  "apps/server/src/accounts",
  "apps/server/src/links",
  "apps/server/src/members",
  "apps/server/src/passwords",
  "apps/server/src/people",
  "apps/server/src/sign-in",
];

const IS_NAMED_SO = /^(?:message|detail)$|MESSAGES?$/;

/** The sentences that a file refuses a call with, with braces for what is computed. */
function sentencesOf(path: string): string[] {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && isRefusal(node)) found.push(node.text);
    else if (ts.isTemplateExpression(node) && isRefusal(node))
      found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("{}"));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.filter((text) => /^\p{Lu}.* .*\.$/u.test(text));
}

function isRefusal(literal: ts.Node): boolean {
  for (let node = literal; node.parent !== undefined; node = node.parent) {
    const { parent } = node;
    if (ts.isPropertyAssignment(parent) && IS_NAMED_SO.test(parent.name.getText())) return true;
    if (ts.isVariableDeclaration(parent)) return IS_NAMED_SO.test(parent.name.getText());
    if (ts.isCallExpression(parent)) return parent.expression.getText() === "fieldProblem";
    if (ts.isFunctionLike(parent)) return false;
  }
  return false;
}

/** What no form of the app meets: the limits of a policy are checked as they are typed, and its sessions stay in their account. */
const NEVER_SHOWN = new Set([
  "This is not an id.",
  "This is not a time.",
  "No API endpoint has this path.",
  "The body must be a JSON object.",
  "The body is not valid JSON in UTF-8.",
  "The body could not be read.",
  "The session is in another account than the page that made the call.",
  "Must be a whole number.",
  "Must be {} or more.",
  "Must be from {} to {}.",
]);

test("every sentence that the service refuses a form with has a German one", () => {
  const sentences = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { encoding: "utf8", recursive: true })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => sentencesOf(join(ROOT, folder, file))),
  );
  expect(sentences.length).toBeGreaterThan(15);
  const shown = [...new Set(sentences)].filter((text) => !NEVER_SHOWN.has(text));
  const withoutNumbers = (sentence: string) => sentence.replace(/\d+/g, "{}");
  const known = new Set(Object.keys(germanAnswers).map(withoutNumbers));
  expect(shown.filter((sentence) => !known.has(withoutNumbers(sentence)))).toEqual([]);
});
