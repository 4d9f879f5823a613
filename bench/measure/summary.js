/**
 * Median and range of several rounds of a measurement.
 *
 * @typedef {object} Summary
 * @property {number} median
 * @property {number} min
 * @property {number} max
 */

/**
 * @param {readonly number[]} values
 * @returns {Summary}
 */
export function summarize(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/**
 * Formats a summary as `median unit (min–max)`.
 *
 * @param {Summary} summary
 * @param {string} unit
 * @param {number} digits after the decimal point
 */
export function show({ median, min, max }, unit, digits = 2) {
  /** @param {number} value */
  const text = (value) =>
    value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text(median)} ${unit} (${text(min)}–${text(max)})`;
}
