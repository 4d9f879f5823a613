import { describe, expect, test } from "vitest";
import { createRevocationMemory } from "../../src/revocation/memory.js";
import type { FeedRow, FeedScope, TokenStanding } from "../../src/revocation/model.js";
import { NOW } from "../support/fixtures.js";

const token = (changes: Partial<TokenStanding> = {}): TokenStanding => ({
  accountId: "acme",
  userId: "ada",
  sessionId: "s1",
  accountEpoch: 4,
  userEpoch: 4,
  policyVersion: 4,
  ...changes,
});
let sequence = 0;
const row = (scope: FeedScope, at = NOW, accountId = "acme"): FeedRow => ({
  sequence: ++sequence,
  accountId,
  at,
  ...scope,
});
const memoryOf = (...rows: FeedRow[]) => {
  const memory = createRevocationMemory();
  memory.add(rows);
  return memory;
};
const everyone = (epoch: number, spares: string | null = null) =>
  ({ scope: "account", epoch, spares, reason: "revoked_by_owner" }) as const;
const allOf = (userId: string, epoch: number, spares: string | null = null) =>
  ({ scope: "user", userId, epoch, spares, reason: "revoked_by_user" }) as const;
const one = (sessionId: string) => ({ scope: "session", sessionId, reason: "signed_out" }) as const;
const role = (userId: string, epoch: number) => ({ scope: "role", userId, epoch }) as const;
const policy = (version: number, applied = true) => ({ scope: "policy", version, applied }) as const;

const GOOD = { kind: "good" };
const STALE = { kind: "stale" };
const revoked = (reason: string, at = NOW) => ({ kind: "revoked", reason, at });

describe("a token that no row covers", () => {
  test("is good, where nothing is known and where others' rows are", () => {
    expect(memoryOf().judge(token())).toEqual(GOOD);
    const memory = memoryOf(
      row(everyone(9), NOW, "globex"),
      row(allOf("grace", 9)),
      row(one("s2")),
      row(role("grace", 9)),
    );
    expect(memory.judge(token())).toEqual(GOOD);
  });

  test.each([
    ["account", row(everyone(4)), row(everyone(5)), revoked("revoked_by_owner")],
    ["user", row(allOf("ada", 4)), row(allOf("ada", 5)), revoked("revoked_by_user")],
    ["role", row(role("ada", 4)), row(role("ada", 5)), STALE],
    ["policy", row(policy(4)), row(policy(5)), STALE],
  ] as const)(
    "carries the number of the %s row or a higher one; one lower and it is covered",
    (_, same, higher, verdict) => {
      expect(memoryOf(same).judge(token())).toEqual(GOOD);
      expect(memoryOf(higher).judge(token())).toEqual(verdict);
    },
  );
});

describe("a covered token", () => {
  test("of a session that ended is revoked with its reason and moment, whatever its numbers", () => {
    expect(memoryOf(row(one("s1"), NOW - 5)).judge(token({ accountEpoch: 99 }))).toEqual(
      revoked("signed_out", NOW - 5),
    );
  });

  test("is spared by the row that spares its session, and by no other", () => {
    expect(memoryOf(row(everyone(5, "s1"))).judge(token())).toEqual(GOOD);
    expect(memoryOf(row(allOf("ada", 5, "s1"))).judge(token())).toEqual(GOOD);
    expect(memoryOf(row(everyone(5, "s2"))).judge(token())).toEqual(revoked("revoked_by_owner"));
    expect(memoryOf(row(allOf("ada", 5, "s2"))).judge(token())).toEqual(revoked("revoked_by_user"));
    expect(memoryOf(row(everyone(5, "s1")), row(everyone(6))).judge(token())).toEqual(
      revoked("revoked_by_owner"),
    );
  });

  test("keeps the first cause in the order of the rows, also where the clock was set back between them", () => {
    const first = row(one("s1"), NOW);
    for (const at of [NOW - 60_000, NOW, NOW + 1]) {
      const second = row(everyone(5), at);
      expect(memoryOf(second, first).judge(token())).toEqual(revoked("signed_out", NOW));
      expect(memoryOf(first, second).judge(token())).toEqual(revoked("signed_out", NOW));
      const third = row(one("s1"), at);
      expect(memoryOf(second, third).judge(token())).toEqual(revoked("revoked_by_owner", at));
      expect(memoryOf(third, second).judge(token())).toEqual(revoked("revoked_by_owner", at));
    }
  });

  test("is revoked rather than stale where its user's role changed too, before or after", () => {
    for (const at of [NOW - 1, NOW + 1])
      expect(memoryOf(row(role("ada", 5), at), row(one("s1"))).judge(token())).toEqual(revoked("signed_out"));
  });

  test("is stale where a policy was applied, and is not where it waits for the next sign-in", () => {
    expect(memoryOf(row(policy(5))).judge(token())).toEqual(STALE);
    expect(memoryOf(row(policy(5, false))).judge(token())).toEqual(GOOD);
  });

  test("is unclear where a policy was applied before the revocation: it may have ended the session first", () => {
    const unclear = { kind: "unclear" };
    for (const at of [NOW - 1, NOW, NOW + 60_000]) {
      const before = row(policy(5), at);
      const ending = row(one("s1"));
      const after = row(policy(6), at);
      expect(memoryOf(before, ending).judge(token())).toEqual(unclear);
      expect(memoryOf(ending, before).judge(token())).toEqual(unclear);
      expect(memoryOf(after, before, ending).judge(token())).toEqual(unclear);
      expect(memoryOf(before, after, ending).judge(token())).toEqual(unclear);
      expect(memoryOf(ending, after).judge(token())).toEqual(revoked("signed_out"));
    }
  });
});

describe("rows", () => {
  test("are news once", () => {
    const memory = createRevocationMemory();
    const first = row(one("s1"));
    const second = row(one("s1"));
    expect(memory.add([first])).toEqual([first]);
    expect(memory.add([first, second])).toEqual([second]);
    expect(memory.size).toBe(2);
  });

  test("are forgotten once they are older than told, and no sooner", () => {
    const memory = memoryOf(row(one("s1"), NOW - 1), row(everyone(5), NOW), row(one("x"), NOW - 1, "globex"));
    memory.forget(NOW);
    expect(memory.size).toBe(1);
    expect(memory.judge(token())).toEqual(revoked("revoked_by_owner"));
    memory.forget(NOW + 1);
    expect(memory.size).toBe(0);
    expect(memory.judge(token())).toEqual(GOOD);
  });

  test("are kept for the tokens that were issued before the clock was set back", () => {
    const memory = createRevocationMemory();
    memory.add([row(everyone(5), NOW - 60_000)], NOW);
    memory.forget(NOW);
    expect(memory.judge(token())).toEqual(revoked("revoked_by_owner", NOW - 60_000));
    memory.forget(NOW + 1);
    expect(memory.judge(token())).toEqual(GOOD);
  });

  test("of one subject are forgotten one by one", () => {
    const memory = memoryOf(row(everyone(5), NOW - 1), row(everyone(6), NOW + 1));
    memory.forget(NOW);
    expect(memory.judge(token())).toEqual(revoked("revoked_by_owner", NOW + 1));
    expect(memory.judge(token({ accountEpoch: 6 }))).toEqual(GOOD);
  });

  test("whose subjects are named alike don't mix", () => {
    const memory = memoryOf(row(allOf("s1", 5)), row(one("ada")));
    expect(memory.judge(token())).toEqual(GOOD);
  });
});
