import { type Algorithm, hash, type Options, parseOptions, verify } from "@node-rs/argon2";

/** What hashes and checks passwords; a port, so that tests can count and fake it. */
export interface PasswordHasher {
  /** Hashes a password with a fresh salt, as a PHC string. */
  hash(password: string): Promise<string>;
  verify(passwordHash: string, password: string): Promise<boolean>;
  /** Whether the hash was made with other parameters than those of today. */
  isOutdated(passwordHash: string): boolean;
  /** A hash that no password is known for; checking against it costs what checking a real one does. */
  readonly decoy: string;
}

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

const OPTIONS: Options = {
  // A const enum of the library, which isolated modules can't read: 2 is argon2id.
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
    const made = parseOptions(passwordHash);
    return (
      made.algorithm !== OPTIONS.algorithm ||
      made.memoryCost !== MEMORY_KIB ||
      made.timeCost !== PASSES ||
      made.parallelism !== LANES
    );
  },
  decoy: `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(Buffer.alloc(SALT_BYTES))}$${unpadded(Buffer.alloc(TAG_BYTES))}`,
};
