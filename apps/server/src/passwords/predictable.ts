/** Lists of common passwords leave out what a rule describes better; guessing lists begin with it. */
const LONGEST_PREDICTABLE = 10;
const REPEATED_UNIT = /^([!-~]{1,5})\1+$/;
const RUNS = [
  "01234567890",
  "1234567890-=",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiop",
  "asdfghjkl;",
  "zxcvbnm,./",
];

const ALL_RUNS = [...RUNS, ...RUNS.map((run) => [...run].reverse().join(""))];

/**
 * Tells whether a short password is one thing over and over ("12341234") or a run of the alphabet, of the digits or
 * of a row of keys ("abcdefgh", "0987654321").
 *
 * @param password in lower case
 */
export const isPredictable = (password: string): boolean =>
  password.length <= LONGEST_PREDICTABLE &&
  (REPEATED_UNIT.test(password) || ALL_RUNS.some((run) => run.includes(password)));
