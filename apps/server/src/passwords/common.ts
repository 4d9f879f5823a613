import { isPredictable } from "./predictable.js";

/** How many of the list are refused, of those long enough to be chosen at all. */
const REFUSED = 5_000;
const SHORTEST = 8;

const folded = (password: string): string => password.normalize("NFKC").toLowerCase();

let loading: Promise<(password: string) => boolean> | undefined;

/**
 * Loads, once, what tells whether a password is one that everyone tries, however its letters are cased or spelt
 * (NIST SP 800-63B-4 §3.1.1.2: a blocklist of commonly used passwords).
 *
 * The list is half a megabyte: it stays on disk until somebody first chooses a password.
 */
export function loadCommonPasswords(): Promise<(password: string) => boolean> {
  loading ??= readList();
  return loading;
}

async function readList(): Promise<(password: string) => boolean> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  const mostCommonFirst = dictionary["passwords-common"].filter((entry) => entry.length >= SHORTEST);
  const refused = new Set(mostCommonFirst.slice(0, REFUSED).map(folded));
  return (password) => refused.has(folded(password)) || isPredictable(folded(password));
}
