/**
 * When a check ran, and its tally.
 *
 * @typedef {object} TimetableRow
 * @property {string} heading
 * @property {number} fromMs start time, since the start of the whole run
 * @property {number} durationMs
 * @property {import("./tally.js").Tally} tally
 */

/**
 * Formats the wall time of each check, in starting order, and of the whole run.
 *
 * @param {readonly TimetableRow[]} rows
 * @param {number} wholeMs
 */
export function timetable(rows, wholeMs) {
  const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(1)} s`.padStart(8);
  return [
    ...[...rows]
      .sort((a, b) => a.fromMs - b.fromMs)
      .map(
        ({ heading, fromMs, durationMs, tally }) =>
          `${seconds(durationMs)}  from ${seconds(fromMs)}  ${String(tally.passed).padStart(5)} passed  ${heading}`,
      ),
    `${seconds(wholeMs)}  the whole run`,
  ].join("\n");
}
