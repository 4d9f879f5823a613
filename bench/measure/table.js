/**
 * One line of the result.
 *
 * @typedef {object} Row
 * @property {string} figure
 * @property {string} measured
 * @property {string} limit what it is held against, and what that measured
 * @property {string} result the ratio or value that is judged
 * @property {string} target
 * @property {boolean} met
 * @property {string} [why] what it falls short by
 */

const HEADINGS = ["figure", "measured", "limit", "result", "target", "met"];

/**
 * The rows as a Markdown table, its columns aligned.
 *
 * @param {readonly Row[]} rows
 */
export function table(rows) {
  const cells = rows.map(({ figure, measured, limit, result, target, met, why }) => [
    figure,
    measured,
    limit,
    result,
    target,
    met ? "met" : `short: ${why ?? "see the profile"}`,
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  /** @param {readonly string[]} row */
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(HEADINGS), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)].join("\n");
}
