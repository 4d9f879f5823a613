import type { CompiledQuery } from "kysely";

const WIDTH = 100;
const CLAUSES = /^(?:WITH(?! ORDINALITY)|UPDATE|SELECT|SET|FROM|JOIN|WHERE|RETURNING|FOR NO KEY UPDATE)\b/;
const CONDITIONS = /^(?:AND|OR)\b/;
const BRANCHES = /^(?:WHEN|ELSE|END)\b/;
const RESULTS = /^THEN\b/;

/**
 * Formats a statement for a snapshot: clauses, columns and conditions on lines of their own, identifiers
 * without quotes, and the parameters in the place of their placeholders.
 */
export function formatSql({ sql, parameters }: Pick<CompiledQuery, "sql" | "parameters">): string {
  let index = 0;
  const text = sql
    .replace(/\$\d+|\?/g, () => String(parameters[index++]))
    .replace(/"(\w+)"/g, "$1")
    .replace(/\s+/g, " ")
    .replaceAll(" ,", ",");
  return `${format(text.trim(), "")}\n`;
}

function format(text: string, indent: string): string {
  return splitBefore(text, CLAUSES)
    .map((clause) => (fits(clause, indent) ? indent + clause : formatClause(clause, indent)))
    .join("\n");
}

function formatClause(clause: string, indent: string): string {
  const [keyword = ""] = CLAUSES.exec(clause) ?? [];
  const body = clause.slice(keyword.length).trim();
  const pieces = splitBefore(body, CONDITIONS).flatMap(splitAfterCommas);
  const inner = keyword === "" ? indent : `${indent}  `;
  const lines = pieces.map((piece) => formatPiece(piece, inner));
  return [...(keyword === "" ? [] : [indent + keyword]), ...lines].join("\n");
}

/** Breaks a piece that is too long at its branches, else inside its first parentheses. */
function formatPiece(piece: string, indent: string): string {
  if (fits(piece, indent)) return indent + piece;
  const [head = piece, ...rest] = /^(?:AND )?CASE\b/.test(piece)
    ? splitCase(piece)
    : splitBefore(piece, RESULTS);
  if (rest.length > 0)
    return [
      formatPiece(head, indent),
      ...rest.map((line) => formatPiece(line, line.startsWith("END") ? indent : `${indent}  `)),
    ].join("\n");
  const open = piece.indexOf("(");
  if (open === -1) return indent + piece;
  const close = closingOf(piece, open);
  const inside = format(piece.slice(open + 1, close), `${indent}  `);
  return `${indent}${piece.slice(0, open + 1)}\n${inside}\n${indent}${piece.slice(close)}`;
}

const fits = (text: string, indent: string): boolean => indent.length + text.length <= WIDTH;

function splitCase(piece: string): string[] {
  const start = piece.indexOf("CASE") + "CASE".length;
  return [piece.slice(0, start), ...splitBefore(piece.slice(start).trim(), BRANCHES)];
}

const splitAfterCommas = (text: string): string[] => splitAt(text, (rest) => rest.startsWith(", "), 1);

const splitBefore = (text: string, words: RegExp): string[] =>
  splitAt(text, (rest, isWordStart) => isWordStart && words.test(rest), 0);

/** Splits outside parentheses and `CASE … END`, `keep` characters after each position that matches. */
function splitAt(
  text: string,
  matches: (rest: string, isWordStart: boolean) => boolean,
  keep: number,
): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const rest = text.slice(at);
    const isWordStart = at === 0 || /[\s(]/.test(text.charAt(at - 1));
    if (depth === 0 && at > start && matches(rest, isWordStart)) {
      // `FOR NO KEY UPDATE` is one clause.
      if (rest.startsWith("UPDATE OF")) continue;
      pieces.push(text.slice(start, at + keep).trim());
      start = at + keep;
    }
    if (rest.startsWith("(") || (isWordStart && /^CASE\b/.test(rest))) depth += 1;
    if (rest.startsWith(")") || (isWordStart && /^END\b/.test(rest))) depth -= 1;
  }
  return [...pieces, text.slice(start).trim()].filter((piece) => piece !== "");
}

function closingOf(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text.charAt(at) === "(") depth += 1;
    if (text.charAt(at) === ")") depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error(`unbalanced parentheses: ${text}`);
}
