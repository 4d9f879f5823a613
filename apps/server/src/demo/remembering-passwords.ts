import type { Passwords } from "../passwords/passwords.js";

/** The same, checking each password against each hash once only: everybody in the demo signs in often. */
export function rememberingPasswords(passwords: Passwords): Passwords {
  const checked = new Map<string, Promise<boolean>>();
  return {
    isCommon: passwords.isCommon,
    hash: passwords.hash,
    isOutdated: passwords.isOutdated,
    get pending() {
      return passwords.pending;
    },
    check(passwordHash, typed) {
      const question = JSON.stringify([passwordHash, typed]);
      const answer = checked.get(question) ?? passwords.check(passwordHash, typed);
      checked.set(question, answer);
      return answer;
    },
  };
}
