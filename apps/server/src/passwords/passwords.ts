import { availableParallelism } from "node:os";
import { PASSWORD_CODE_UNITS_MAX } from "@curfew/http/wire";
import { type Algorithm, hash, type Options, parseOptions, verify } from "@node-rs/argon2";
import { loadCommonPasswords } from "./common-passwords.js";
import { createFairQueue, type FairQueue } from "./fair-queue.js";

/** Hashes and verifies passwords; a port, so that tests can replace it. */
export interface PasswordHasher {
  /** Hashes a password with a new salt and returns a PHC string. */
  hash(password: string): Promise<string>;
  verify(passwordHash: string, password: string): Promise<boolean>;
  /** Whether a hash was made with other parameters than the current ones. */
  isOutdated(passwordHash: string): boolean;
  /** A hash of no known password; verifying against it costs as much as verifying against a real one. */
  readonly decoy: string;
}

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

const OPTIONS: Options = {
  // The library's const enum can't be read with isolated modules: 2 is argon2id.
  algorithm: 2 as Algorithm,
  memoryCost: MEMORY_KIB,
  timeCost: PASSES,
  parallelism: LANES,
  outputLen: TAG_BYTES,
};

const unpadded = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");

/** Argon2id (RFC 9106 §4) on libuv's threads, never on the event loop. */
export const argon2id: PasswordHasher = {
  hash: (password) => hash(password, OPTIONS),
  verify: (passwordHash, password) => verify(passwordHash, password),
  isOutdated(passwordHash) {
    const parsed = parseOptions(passwordHash);
    return (
      parsed.algorithm !== OPTIONS.algorithm ||
      parsed.memoryCost !== MEMORY_KIB ||
      parsed.timeCost !== PASSES ||
      parsed.parallelism !== LANES
    );
  },
  decoy: `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(Buffer.alloc(SALT_BYTES))}$${unpadded(Buffer.alloc(TAG_BYTES))}`,
};

export interface Passwords {
  isCommon(password: string): Promise<boolean>;
  /**
   * Hashes a new password. Throws `unavailable` under too much load.
   *
   * @param network whose turn it takes, in the form of `networkOf`
   */
  hash(password: string, network: string): Promise<string>;
  /**
   * Checks a password. Without a hash it returns false after the same time. One that is longer than any that can be chosen is
   * wrong without a hash. Throws `unavailable` under too much load.
   *
   * @param network whose turn it takes, in the form of `networkOf`
   */
  check(passwordHash: string | null, password: string, network: string): Promise<boolean>;
  /** Whether a hash should be replaced the next time its password is entered. */
  isOutdated(passwordHash: string): boolean;
  /** Number of passwords in the queue, running or waiting. */
  readonly pending: number;
}

/**
 * The form in which passwords are hashed and checked: Unicode NFC (NIST SP 800-63B-4 §3.1.1.2, RFC 8265 §4.2), so that "é"
 * is the same on every keyboard. Nothing is trimmed, folded or cut.
 */
export const normalisePassword = (password: string): string => password.normalize("NFC");

/** Half of the cores, so that sign-ins leave room for refreshes, and at most libuv's four threads. */
const maxConcurrentHashes = (): number => Math.min(4, Math.max(2, Math.floor(availableParallelism() / 2)));

/** At 11 ms per hash and two at a time, the last hash in the queue waits less than three seconds. */
const MAX_WAITING_HASHES = 500;
const RETRY_AFTER_SECONDS = 2;

const createHashingQueue = (): FairQueue =>
  createFairQueue({
    concurrency: maxConcurrentHashes(),
    maxWaiting: MAX_WAITING_HASHES,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

/** Creates the password operations; all hashing and checking runs through one queue. */
export function createPasswords(
  hasher: PasswordHasher = argon2id,
  queue: FairQueue = createHashingQueue(),
): Passwords {
  return {
    isCommon: async (password) => (await loadCommonPasswords())(password),
    hash: (password, network) => queue.run(network, () => hasher.hash(normalisePassword(password))),
    async check(passwordHash, password, network) {
      if (password.length > PASSWORD_CODE_UNITS_MAX) return false;
      const isCorrect = await queue.run(network, () =>
        hasher.verify(passwordHash ?? hasher.decoy, normalisePassword(password)),
      );
      return isCorrect && passwordHash !== null;
    },
    isOutdated: (passwordHash) => hasher.isOutdated(passwordHash),
    get pending() {
      return queue.pending;
    },
  };
}
