import { describe, expect, test } from "vitest";
import { createSeenProofs } from "../src/seen-proofs.js";

const NOW = Date.UTC(2026, 0, 5, 9);
const LIFETIME_MS = 600_000;

describe("a seen proof", () => {
  test("is of one key and one jti", () => {
    const seen = createSeenProofs(LIFETIME_MS);
    for (const [thumbprint, jti] of [
      ["k", "1"],
      ["k", "2"],
      ["l", "1"],
      ["k", `1${"x".repeat(255)}`],
      ["k", `1${"x".repeat(254)}y`],
    ] as const) {
      expect(seen.add(thumbprint, jti, NOW)).toBe(true);
      expect(seen.add(thumbprint, jti, NOW)).toBe(false);
    }
  });

  test("is forgotten once it would be refused anyway", () => {
    const seen = createSeenProofs(LIFETIME_MS);
    expect(seen.add("k", "1", NOW)).toBe(true);
    expect(seen.add("k", "1", NOW + LIFETIME_MS - 1)).toBe(false);
    expect(seen.add("k", "1", NOW + LIFETIME_MS)).toBe(true);
  });

  test("is remembered for its whole lifetime among others that come later, at any rate and after a step of the clock", () => {
    const seen = createSeenProofs(LIFETIME_MS, 1_000);
    const added: { jti: string; at: number }[] = [];
    let count = 0;
    for (let at = NOW; at < NOW + 3 * LIFETIME_MS; at += 7_919) {
      // Back by a second, as a database's clock may go.
      const now = count % 50 === 49 ? at - 1_000 : at;
      const jti = `proof-${count++}`;
      expect(seen.add("k", jti, now)).toBe(true);
      added.push({ jti, at: now });
      for (const earlier of added.filter((proof) => now < proof.at + LIFETIME_MS))
        expect(seen.add("k", earlier.jti, now)).toBe(false);
    }
  });

  test("is forgotten when the capacity is reached, oldest first", () => {
    const seen = createSeenProofs(LIFETIME_MS, 2);
    for (const jti of ["1", "2", "3"]) expect(seen.add("k", jti, NOW)).toBe(true);
    expect(seen.add("k", "3", NOW)).toBe(false);
    expect(seen.add("k", "2", NOW)).toBe(false);
    expect(seen.add("k", "1", NOW)).toBe(true);
  });

  test("survives a flood of the whole capacity but a sixteenth, however fast it comes", () => {
    const capacity = 1_600;
    const seen = createSeenProofs(LIFETIME_MS, capacity);
    for (let count = 0; count < 10 * capacity; count++) seen.add("k", `flood-${count}`, NOW);
    const newest = Array.from({ length: capacity - capacity / 16 }, (_, back) => 10 * capacity - 1 - back);
    for (const count of newest) expect(seen.add("k", `flood-${count}`, NOW)).toBe(false);
  });
});
