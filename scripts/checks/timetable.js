/**
 * When a check ran and what it came to.
 *
 * @typedef {object} TimetableRow
 * @property {string} heading
 * @property {number} fromMs since the start of the whole run
 * @property {number} durationMs
 * @property {import("./tally.js").Tally} tally
 */

/**
 * Lists the wall time of each check, in the order in which they started, and of the whole run.
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
