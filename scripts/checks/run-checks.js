/**
 * @template Check
 * @typedef {object} Scheduling
 * @property {readonly Check[]} checks in the order in which they start
 * @property {number} slots how much runs at once: the sum of the running checks' `slotsOf`
 * @property {(check: Check) => number} slotsOf how many slots a check takes; more than there are counts as all of them
 * @property {(check: Check) => readonly Check[]} after the checks that must have ended before this one starts
 * @property {(check: Check) => Promise<void>} run runs one check; must not reject
 */

/**
 * Runs checks side by side: starts each as soon as there is room for it and the checks that it depends on have ended, in the
 * given order. A check that needs more room than is free does not keep later ones from starting.
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
        reject(new Error("the checks that are left depend on each other"));
    };
    startNext();
  });
}
