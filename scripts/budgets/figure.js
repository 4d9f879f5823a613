/**
 * One figure with what it may be at most.
 *
 * @typedef {object} Figure
 * @property {string} name
 * @property {number} value
 * @property {number | null} atMost null where it is shown alone
 * @property {string} unit
 */

const DIGITS = /** @type {Readonly<Record<string, number>>} */ ({ kB: 1, ms: 0, shift: 3, times: 2 });

/**
 * Whether a figure keeps its bound. One that is no number does not.
 *
 * @param {Figure} figure
 */
export const isKept = ({ value, atMost }) => value <= (atMost ?? Number.POSITIVE_INFINITY);

/**
 * The figures as a table for people: name, figure, bound, and a word where the bound is broken.
 *
 * @param {readonly Figure[]} figures
 */
export function tableOf(figures) {
  const rows = figures.map((figure) => {
    const digits = DIGITS[figure.unit] ?? 0;
    const bound = figure.atMost === null ? figure.unit : `<= ${figure.atMost} ${figure.unit}`;
    return [figure.name, figure.value.toFixed(digits), bound, isKept(figure) ? "" : "BROKEN"];
  });
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map(([name = "", value = "", bound = "", word = ""]) =>
      [name.padEnd(widths[0] ?? 0), value.padStart(widths[1] ?? 0), bound.padEnd(widths[2] ?? 0), word]
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/**
 * What a quarter of the values is not above; of those around it the lower.
 *
 * @param {readonly number[]} values at least one
 */
export function lowerQuartileOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 4)] ?? Number.NaN;
}
