import { availableParallelism } from "node:os";
import { argon2id, type PasswordHasher } from "./argon2.js";
import { loadCommonPasswords } from "./common.js";
import { createWorkQueue, type WorkQueue } from "./work-queue.js";

/** Everything that is done with passwords. */
export interface Passwords {
  /** Whether a password is one of those that everyone tries. */
  isCommon(typed: string): Promise<boolean>;
  /** Hashes a new password. Throws `unavailable` under too much load. */
  hash(typed: string): Promise<string>;
  /**
   * Checks a password; with no hash it is wrong, and takes the time that a real check takes.
   * Throws `unavailable` under too much load.
   */
  check(passwordHash: string | null, typed: string): Promise<boolean>;
  /** Whether a password should be hashed anew, now that it is known. */
  isOutdated(passwordHash: string): boolean;
  /** How many are being hashed or checked, or wait for it. */
  readonly pending: number;
}

/**
 * The form of a password that is hashed and checked: Unicode NFC (NIST SP 800-63B-4 §3.1.1.2, RFC 8265 §4.2), so that
 * an "é" typed on one keyboard is the "é" typed on another. Nothing is trimmed, folded or cut.
 */
export const normalisePassword = (typed: string): string => typed.normalize("NFC");

/** Half of the cores, so that refreshes go on beside a flood of sign-ins; libuv has four threads for all of them. */
const hashesAtOnce = (): number => Math.min(4, Math.max(2, Math.floor(availableParallelism() / 2)));

/** At 11 ms a check and two at once, the last of these waits less than three seconds. */
const HASHES_WAITING = 500;
const RETRY_AFTER_SECONDS = 2;

/** The queue that bounds how many passwords are hashed at once on this machine. */
const createHashingQueue = (): WorkQueue =>
  createWorkQueue({
    atOnce: hashesAtOnce(),
    waiting: HASHES_WAITING,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

/** Puts a hasher behind a queue, and the rules for new passwords beside it. */
export function createPasswords(
  hasher: PasswordHasher = argon2id,
  queue: WorkQueue = createHashingQueue(),
): Passwords {
  return {
    isCommon: async (typed) => (await loadCommonPasswords())(typed),
    hash: (typed) => queue.run(() => hasher.hash(normalisePassword(typed))),
    async check(passwordHash, typed) {
      const right = await queue.run(() =>
        hasher.verify(passwordHash ?? hasher.decoy, normalisePassword(typed)),
      );
      return right && passwordHash !== null;
    },
    isOutdated: (passwordHash) => hasher.isOutdated(passwordHash),
    get pending() {
      return queue.pending;
    },
  };
}
