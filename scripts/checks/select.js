/**
 * Selects the checks of a run, with all checks that they depend on.
 *
 * @template {{ readonly heading: string, readonly after: readonly string[], readonly thorough: boolean }} Check
 * @param {readonly Check[]} checks
 * @param {{ words: readonly string[], isThorough: boolean }} options `words` select every check whose heading contains one of
 *   them. Without words, all checks are selected, but the thorough ones only if `isThorough`
 * @returns {readonly Check[]} in the order of `checks`
 */
export function selectChecks(checks, { words, isThorough }) {
  const isNamed = (/** @type {Check} */ { heading }) => words.some((word) => heading.includes(word));
  const selected = new Set(
    checks.filter((check) => (words.length > 0 ? isNamed(check) : isThorough || !check.thorough)),
  );
  // A set's iteration includes what is added meanwhile, so dependencies of dependencies are found too.
  for (const { after } of selected)
    for (const check of checks) if (after.includes(check.heading)) selected.add(check);
  return checks.filter((check) => selected.has(check));
}
