/**
 * @template Check
 * @typedef {object} Scheduling
 * @property {readonly Check[]} checks in starting order
 * @property {number} slots maximum sum of the running checks' `slotsOf`
 * @property {(check: Check) => number} slotsOf slots that a check takes, capped at `slots`
 * @property {(check: Check) => readonly Check[]} after checks that must end before this one starts
 * @property {(check: Check) => Promise<void>} run runs one check; must not reject
 */

/**
 * Runs checks concurrently. Each starts, in the given order, once enough slots are free and the checks it depends on have ended.
 * A check that needs more slots than are free does not delay later ones.
 *
 * @template Check
 * @param {Scheduling<Check>} scheduling
 * @returns {Promise<void>}
 */
export function runChecks({ checks, slots, slotsOf, after, run }) {
  const waiting = [...checks];
  /** @type {Set<Check>} */
  const ended = new Set();
  let free = slots;
  return new Promise((resolve, reject) => {
    const startNext = () => {
      if (ended.size === checks.length) return resolve();
      for (const check of [...waiting]) {
        const needed = Math.min(slotsOf(check), slots);
        if (needed > free || after(check).some((other) => !ended.has(other))) continue;
        waiting.splice(waiting.indexOf(check), 1);
        free -= needed;
        run(check).then(() => {
          free += needed;
          ended.add(check);
          startNext();
        }, reject);
      }
      if (waiting.length > 0 && free === slots)
        reject(new Error("the remaining checks depend on each other"));
    };
    startNext();
  });
}
