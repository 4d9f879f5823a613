/**
 * What one runner, or all of them, came to.
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
 * The sum of two tallies.
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
 * A check that is one thing, and passed.
 *
 * @returns {Tally}
 */
export function onePassed() {
  return { ...NOTHING, passed: 1 };
}

/**
 * One failure of this name.
 *
 * @param {string} name
 * @returns {Tally}
 */
export function oneFailed(name) {
  return { ...NOTHING, failed: 1, failedNames: [name] };
}

/**
 * The line that a run ends with.
 *
 * @param {Tally} tally
 */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * What a run exits with: a skipped test counts against it where nobody would read that it was skipped.
 *
 * @param {Tally} tally
 * @param {{ strict: boolean }} options
 */
export function exitCodeOf({ passed, failed, skipped }, { strict }) {
  return failed > 0 || passed === 0 || (strict && skipped > 0) ? 1 : 0;
}
