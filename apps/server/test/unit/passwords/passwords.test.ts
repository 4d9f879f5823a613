import { describe, expect, it } from "vitest";
import { createFairQueue } from "../../../src/passwords/fair-queue.js";
import {
  argon2id,
  createPasswords,
  normalisePassword,
  type PasswordHasher,
} from "../../../src/passwords/passwords.js";

const NETWORK = "192.0.2.1";

function countingHasher(): PasswordHasher & { readonly verified: string[] } {
  const verified: string[] = [];
  return {
    verified,
    decoy: "hash of nothing",
    hash: async (password) => `hash of ${password}`,
    async verify(passwordHash, password) {
      verified.push(passwordHash);
      return passwordHash === "hash of nothing" || passwordHash === `hash of ${password}`;
    },
    isOutdated: (passwordHash) => passwordHash.startsWith("old"),
  };
}

describe("passwords", () => {
  it("match only their own hash", async () => {
    const passwords = createPasswords(countingHasher());
    const passwordHash = await passwords.hash("the right one", NETWORK);
    expect(await passwords.check(passwordHash, "the right one", NETWORK)).toBe(true);
    expect(await passwords.check(passwordHash, "the wrong one", NETWORK)).toBe(false);
  });

  it("are checked once, against their hash or without one against the decoy", async () => {
    const hasher = countingHasher();
    const passwords = createPasswords(hasher);
    await passwords.check("hash of it", "whatever it is", NETWORK);
    expect(hasher.verified).toEqual(["hash of it"]);
    await passwords.check(null, "whatever it is", NETWORK);
    expect(hasher.verified).toEqual(["hash of it", "hash of nothing"]);
  });

  it("are wrong without a hash, even if they match the decoy", async () => {
    expect(await createPasswords(countingHasher()).check(null, "anything", NETWORK)).toBe(false);
  });

  it("match regardless of how an accent is encoded", async () => {
    const passwords = createPasswords(countingHasher());
    const passwordHash = await passwords.hash("cr\u00e8me br\u00fbl\u00e9e", NETWORK);
    expect(await passwords.check(passwordHash, "cre\u0300me bru\u0302le\u0301e", NETWORK)).toBe(true);
  });

  it.each(["a".repeat(1025), "\u0301\u0323".repeat(40_000), "\u{1f511}".repeat(513)])(
    "of more than 1,024 code units are wrong before they are normalized",
    async (password) => {
      const hasher = countingHasher();
      const passwords = createPasswords(hasher);
      expect(await passwords.check(`hash of ${password}`, password, NETWORK)).toBe(false);
      expect(hasher.verified).toEqual([]);
      expect(await passwords.check(`hash of ${"a".repeat(1024)}`, "a".repeat(1024), NETWORK)).toBe(true);
    },
  );

  it("are hashed and checked through the queue", async () => {
    const full = createFairQueue({ concurrency: 0, maxWaiting: 0, retryAfterSeconds: 3 });
    const hasher = countingHasher();
    const passwords = createPasswords(hasher, full);
    await expect(passwords.hash("a password", NETWORK)).rejects.toMatchObject({ code: "unavailable" });
    await expect(passwords.check(null, "a password", NETWORK)).rejects.toMatchObject({
      code: "unavailable",
      details: { retryAfterSeconds: 3 },
    });
    expect(hasher.verified).toEqual([]);
  });

  it("are checked against the common passwords", async () => {
    const passwords = createPasswords(countingHasher());
    expect(await passwords.isCommon("Password1")).toBe(true);
    expect(await passwords.isCommon("rather an unusual one")).toBe(false);
  });

  it("report outdated hashes", () => {
    const passwords = createPasswords(countingHasher());
    expect(passwords.isOutdated("old hash")).toBe(true);
    expect(passwords.isOutdated("hash of it")).toBe(false);
  });
});

describe("a normalised password", () => {
  it("is the same for composed and decomposed accents", () => {
    expect(normalisePassword("caf\u00e9 cr\u00e8me")).toBe(normalisePassword("cafe\u0301 cre\u0300me"));
  });

  it("preserves case, spaces and compatibility characters", () => {
    expect(normalisePassword(" Abc ")).toBe(" Abc ");
    expect(normalisePassword("ﬁ")).toBe("ﬁ");
    expect(normalisePassword("①")).not.toBe(normalisePassword("1"));
  });
});

describe("argon2id", () => {
  const PHC = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

  it("hashes with 19 MiB, two passes, one lane and a new salt each time", async () => {
    const [one, other] = await Promise.all([argon2id.hash("same"), argon2id.hash("same")]);
    expect(one).toMatch(PHC);
    expect(other).toMatch(PHC);
    expect(one).not.toBe(other);
    expect(await argon2id.verify(one, "same")).toBe(true);
    expect(await argon2id.verify(one, "Same")).toBe(false);
  });

  it("distinguishes long passwords by their last character", async () => {
    const passwordHash = await argon2id.hash(`${"🔑".repeat(127)}a`);
    expect(await argon2id.verify(passwordHash, `${"🔑".repeat(127)}a`)).toBe(true);
    expect(await argon2id.verify(passwordHash, `${"🔑".repeat(127)}b`)).toBe(false);
  });

  it("has a decoy with the same parameters", async () => {
    expect(argon2id.decoy).toMatch(PHC);
    expect(argon2id.isOutdated(argon2id.decoy)).toBe(false);
    expect(await argon2id.verify(argon2id.decoy, "")).toBe(false);
  });

  it.each([
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaJObG",
    "$argon2id$v=19$m=19456,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaJObG",
    "$argon2id$v=19$m=19456,t=2,p=2$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaJObG",
    "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaJObG",
  ])("reports %s as outdated", (passwordHash) => {
    expect(argon2id.isOutdated(passwordHash)).toBe(true);
  });
});
