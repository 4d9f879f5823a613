import { type Fault, HttpProblem, lazily } from "@curfew/http";

/** Number of listed passwords that are refused, of those that meet the minimum length. */
const MAX_LISTED = 5_000;
const MIN_LENGTH = 8;

const fold = (password: string): string => password.normalize("NFKC").toLowerCase();

/**
 * Loads the check for commonly used passwords, in any case and spelling (NIST SP 800-63B-4 §3.1.1.2: a blocklist). The list
 * is half a megabyte and is loaded once, the first time a password is chosen.
 */
export const loadCommonPasswords = lazily(async (): Promise<(password: string) => boolean> => {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  const mostCommonFirst = dictionary["passwords-common"].filter((entry) => entry.length >= MIN_LENGTH);
  const listed = new Set(mostCommonFirst.slice(0, MAX_LISTED).map(fold));
  return (password) => listed.has(fold(password)) || isPredictable(fold(password));
});

/** Guessing tools try these patterns first, and lists of common passwords leave them out. */
const MAX_PREDICTABLE_LENGTH = 10;
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
 * Whether a short password repeats one unit ("12341234") or is a run of the alphabet, the digits or a keyboard row
 * ("abcdefgh", "0987654321").
 *
 * @param password in lower case
 */
export const isPredictable = (password: string): boolean =>
  password.length <= MAX_PREDICTABLE_LENGTH &&
  (REPEATED_UNIT.test(password) || ALL_RUNS.some((run) => run.includes(password)));

/** Checks new passwords against {@link loadCommonPasswords}. */
interface CommonPasswordCheck {
  isCommon(password: string): Promise<boolean>;
}

/**
 * The faults of a new password other than its length, which the schema checks.
 *
 * @param field the field's name on the wire
 */
export async function weakPasswordFaults(
  passwords: CommonPasswordCheck,
  field: string,
  password: string,
): Promise<Fault[]> {
  if (!(await passwords.isCommon(password))) return [];
  const message = "This is one of the passwords that everyone tries. Choose another.";
  return [{ field, code: "weak_password", message }];
}

/**
 * Throws `validation_failed` if a new password is commonly used.
 *
 * @param field the field's name on the wire
 */
export async function requireUncommonPassword(
  passwords: CommonPasswordCheck,
  field: string,
  password: string,
): Promise<void> {
  const errors = await weakPasswordFaults(passwords, field, password);
  if (errors.length > 0) throw new HttpProblem("validation_failed", { errors });
}
