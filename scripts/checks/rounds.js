const { CI = "", CURFEW_LONG = "" } = process.env;

/** Whether this is the long run, `npm run test:long`, which repeats the heavy tests as often as their authors ask. */
export const isLong = CURFEW_LONG !== "";

/** Whether the checks run that a developer's run leaves out: in CI and in the long run. */
export const isThorough = isLong || CI === "true";

/**
 * How often a test repeats its work.
 *
 * @param {number} usual in `npm test`
 * @param {number} long in `npm run test:long`
 */
export const rounds = (usual, long) => (isLong ? long : usual);
