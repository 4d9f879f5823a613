/** The bounds of a new password, in code points (NIST SP 800-63B-4 §3.1.1.2 asks for 8 at least, 64 at most or more). */
export const PASSWORD_MIN_LENGTH = 8;
export const PASSWORD_MAX_LENGTH = 128;

export type PasswordVerdict = "acceptable" | "too_short" | "common" | "too_long" | "not_text";

/**
 * The form of a password that is hashed and checked: Unicode NFC (NIST SP 800-63B-4 §3.1.1.2, RFC 8265 §4.2), so that
 * an "é" typed on one keyboard is the "é" typed on another. Nothing is trimmed, folded or cut.
 */
export const normalisePassword = (typed: string): string => typed.normalize("NFC");

/**
 * Judges a new password as it was typed.
 *
 * @param isCommon tells whether a password is one of those that everyone tries
 */
export function judgePassword(typed: string, isCommon: (password: string) => boolean): PasswordVerdict {
  if (hasNulOrHalfCharacter(typed)) return "not_text";
  const length = [...typed].length;
  if (length > PASSWORD_MAX_LENGTH) return "too_long";
  if (length < PASSWORD_MIN_LENGTH) return "too_short";
  return isCommon(typed) ? "common" : "acceptable";
}

/** Half of a surrogate pair has no UTF-8: all of them would be hashed as the same replacement character. */
const hasNulOrHalfCharacter = (text: string): boolean => text.includes("\0") || /\p{Surrogate}/u.test(text);
