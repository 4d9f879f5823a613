import type { PasswordHasher } from "../../src/passwords/passwords.js";

/** A password hasher that costs nothing, records its calls, and can be paused by a test. */
export interface FakeHasher extends PasswordHasher {
  /** The hash of each check, in order. */
  readonly verified: string[];
  /** Each password that was hashed, in order. */
  readonly hashed: string[];
  /** Runs before each check answers. */
  beforeAnswer: (password: string) => Promise<void>;
  /** Runs before each hash is made. */
  beforeHash: (password: string) => Promise<void>;
}

export function createFakeHasher(): FakeHasher {
  const fake: FakeHasher = {
    verified: [],
    hashed: [],
    decoy: "hash of nobody's password",
    beforeAnswer: async () => undefined,
    beforeHash: async () => undefined,
    async hash(password) {
      fake.hashed.push(password);
      await fake.beforeHash(password);
      return `new hash of ${password}`;
    },
    async verify(passwordHash, password) {
      fake.verified.push(passwordHash);
      await fake.beforeAnswer(password);
      return passwordHash.endsWith(` hash of ${password}`);
    },
    isOutdated: (passwordHash) => passwordHash.startsWith("old "),
  };
  return fake;
}
