/**
 * A measured figure and its upper bound.
 *
 * @typedef {object} Figure
 * @property {string} name
 * @property {number} value
 * @property {number | null} atMost null if the figure has no bound
 * @property {string} unit
 */

const DIGITS = /** @type {Readonly<Record<string, number>>} */ ({ kB: 1, ms: 0, shift: 3, times: 2 });

/**
 * Whether a figure is within its bound. `NaN` is not.
 *
 * @param {Figure} figure
 */
export const isWithinBound = ({ value, atMost }) => value <= (atMost ?? Number.POSITIVE_INFINITY);

/**
 * Formats figures as a text table: name, figure, bound, and `BROKEN` if the bound is exceeded.
 *
 * @param {readonly Figure[]} figures
 */
export function tableOf(figures) {
  const rows = figures.map((figure) => {
    const digits = DIGITS[figure.unit] ?? 0;
    const bound = figure.atMost === null ? figure.unit : `<= ${figure.atMost} ${figure.unit}`;
    return [figure.name, figure.value.toFixed(digits), bound, isWithinBound(figure) ? "" : "BROKEN"];
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
 * The lower quartile: of the two values nearest to it, the lower one.
 *
 * @param {readonly number[]} values at least one
 */
export function lowerQuartileOf(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 4)] ?? Number.NaN;
}
