/**
 * A row of the result table.
 *
 * @typedef {object} Row
 * @property {string} figure
 * @property {string} measured
 * @property {string} limit the reference, with its measurement
 * @property {string} result the ratio or value that is compared with the target
 * @property {string} target
 * @property {boolean} met
 * @property {string} [why] why the target is missed
 */

const HEADINGS = ["figure", "measured", "limit", "result", "target", "met"];

/**
 * Formats rows as a Markdown table with aligned columns.
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
