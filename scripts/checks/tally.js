/**
 * Counts of passed, failed and skipped tests, of one check or of all.
 *
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} failedNames
 * @property {readonly string[]} skippedNames
 */

/** @type {Tally} */
export const NOTHING = { passed: 0, failed: 0, skipped: 0, failedNames: [], skippedNames: [] };

/**
 * Adds two tallies.
 *
 * @param {Tally} a
 * @param {Tally} b
 * @returns {Tally}
 */
export function add(a, b) {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failedNames: [...a.failedNames, ...b.failedNames],
    skippedNames: [...a.skippedNames, ...b.skippedNames],
  };
}

/**
 * The tally of a passed command.
 *
 * @returns {Tally}
 */
export function onePassed() {
  return { ...NOTHING, passed: 1 };
}

/**
 * The tally of one failure.
 *
 * @param {string} name
 * @returns {Tally}
 */
export function oneFailed(name) {
  return { ...NOTHING, failed: 1, failedNames: [name] };
}

/**
 * Formats the last line of a run.
 *
 * @param {Tally} tally
 */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * The exit code of a run. With `strict` (in CI) a skipped test fails it.
 *
 * @param {Tally} tally
 * @param {{ strict: boolean }} options
 */
export function exitCodeOf({ passed, failed, skipped }, { strict }) {
  return failed > 0 || passed === 0 || (strict && skipped > 0) ? 1 : 0;
}
