import { describe, expect, test } from "vitest";
import type { FeedRow, FeedScope, TokenStanding } from "../../src/revocation/feed.js";
import { createRevocationMemory } from "../../src/revocation/memory.js";
import { NOW } from "../fixtures.js";

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
const accountEnd = (epoch: number, spares: string | null = null) =>
  ({ scope: "account", epoch, spares, reason: "revoked_by_owner" }) as const;
const userEnd = (userId: string, epoch: number, spares: string | null = null) =>
  ({ scope: "user", userId, epoch, spares, reason: "revoked_by_user" }) as const;
const sessionEnd = (sessionId: string) => ({ scope: "session", sessionId, reason: "signed_out" }) as const;
const roleChange = (userId: string, epoch: number) => ({ scope: "role", userId, epoch }) as const;
const policyChange = (version: number, applied = true) => ({ scope: "policy", version, applied }) as const;

const GOOD = { kind: "good" };
const STALE = { kind: "stale" };
const revoked = (reason: string, at = NOW) => expect.objectContaining({ kind: "revoked", reason, at });

describe("a token without a covering row", () => {
  test("is good, without rows and with rows of other subjects", () => {
    expect(memoryOf().judge(token())).toEqual(GOOD);
    const memory = memoryOf(
      row(accountEnd(9), NOW, "globex"),
      row(userEnd("grace", 9)),
      row(sessionEnd("s2")),
      row(roleChange("grace", 9)),
    );
    expect(memory.judge(token())).toEqual(GOOD);
  });

  test.each([
    ["account", row(accountEnd(4)), row(accountEnd(5)), revoked("revoked_by_owner")],
    ["user", row(userEnd("ada", 4)), row(userEnd("ada", 5)), revoked("revoked_by_user")],
    ["role", row(roleChange("ada", 4)), row(roleChange("ada", 5)), STALE],
    ["policy", row(policyChange(4)), row(policyChange(5)), STALE],
  ] as const)(
    "has at least the number of the %s row; with a lower number it is covered",
    (_, same, higher, verdict) => {
      expect(memoryOf(same).judge(token())).toEqual(GOOD);
      expect(memoryOf(higher).judge(token())).toEqual(verdict);
    },
  );
});

describe("a covered token", () => {
  test("of an ended session is revoked with reason and time, whatever its numbers", () => {
    expect(memoryOf(row(sessionEnd("s1"), NOW - 5)).judge(token({ accountEpoch: 99 }))).toEqual(
      revoked("signed_out", NOW - 5),
    );
  });

  test("is spared by a row that spares its session, and by no other", () => {
    expect(memoryOf(row(accountEnd(5, "s1"))).judge(token())).toEqual(GOOD);
    expect(memoryOf(row(userEnd("ada", 5, "s1"))).judge(token())).toEqual(GOOD);
    expect(memoryOf(row(accountEnd(5, "s2"))).judge(token())).toEqual(revoked("revoked_by_owner"));
    expect(memoryOf(row(userEnd("ada", 5, "s2"))).judge(token())).toEqual(revoked("revoked_by_user"));
    expect(memoryOf(row(accountEnd(5, "s1")), row(accountEnd(6))).judge(token())).toEqual(
      revoked("revoked_by_owner"),
    );
  });

  test("is revoked for the first cause by sequence, even if the clock was set back between rows", () => {
    const first = row(sessionEnd("s1"), NOW);
    for (const at of [NOW - 60_000, NOW, NOW + 1]) {
      const second = row(accountEnd(5), at);
      expect(memoryOf(second, first).judge(token())).toEqual(revoked("signed_out", NOW));
      expect(memoryOf(first, second).judge(token())).toEqual(revoked("signed_out", NOW));
      const third = row(sessionEnd("s1"), at);
      expect(memoryOf(second, third).judge(token())).toEqual(revoked("revoked_by_owner", at));
      expect(memoryOf(third, second).judge(token())).toEqual(revoked("revoked_by_owner", at));
    }
  });

  test("is unclear if its account was deleted after its session had ended, and revoked if that ended it", () => {
    const deletion = { scope: "account", epoch: 5, spares: null, reason: "account_deleted" } as const;
    for (const end of [sessionEnd("s1"), userEnd("ada", 5), accountEnd(5)]) {
      const memory = memoryOf(row(end), row({ ...deletion, epoch: 6 }));
      expect(memory.judge(token())).toEqual({ kind: "unclear" });
    }
    expect(memoryOf(row(deletion)).judge(token())).toEqual(revoked("account_deleted"));
    // A token of the account that began again.
    const memory = memoryOf(row(deletion), row(sessionEnd("s1")));
    expect(memory.judge(token({ accountEpoch: 5 }))).toEqual(revoked("signed_out"));
    memory.forget(NOW + 1);
    expect(memory.judge(token())).toEqual(GOOD);
  });

  test("is revoked rather than stale if the role changed too, before or after", () => {
    for (const at of [NOW - 1, NOW + 1])
      expect(memoryOf(row(roleChange("ada", 5), at), row(sessionEnd("s1"))).judge(token())).toEqual(
        revoked("signed_out"),
      );
  });

  test("is stale if a policy was applied to open sessions, not if it waits for the next sign-in", () => {
    expect(memoryOf(row(policyChange(5))).judge(token())).toEqual(STALE);
    expect(memoryOf(row(policyChange(5, false))).judge(token())).toEqual(GOOD);
  });

  test("is unclear if a policy was applied before the revocation, since it may have ended the session first", () => {
    const unclear = { kind: "unclear" };
    for (const at of [NOW - 1, NOW, NOW + 60_000]) {
      const before = row(policyChange(5), at);
      const ending = row(sessionEnd("s1"));
      const after = row(policyChange(6), at);
      expect(memoryOf(before, ending).judge(token())).toEqual(unclear);
      expect(memoryOf(ending, before).judge(token())).toEqual(unclear);
      expect(memoryOf(after, before, ending).judge(token())).toEqual(unclear);
      expect(memoryOf(before, after, ending).judge(token())).toEqual(unclear);
      expect(memoryOf(ending, after).judge(token())).toEqual(revoked("signed_out"));
    }
  });
});

describe("rows", () => {
  test("are new once", () => {
    const memory = createRevocationMemory();
    const first = row(sessionEnd("s1"));
    const second = row(sessionEnd("s1"));
    expect(memory.add([first])).toEqual([first]);
    expect(memory.add([first, second])).toEqual([second]);
    expect(memory.size).toBe(2);
  });

  test("are forgotten once older than the given time", () => {
    const memory = memoryOf(
      row(sessionEnd("s1"), NOW - 1),
      row(sessionEnd("x"), NOW - 1, "globex"),
      row(accountEnd(5), NOW),
    );
    memory.forget(NOW);
    expect(memory.size).toBe(1);
    expect(memory.judge(token())).toEqual(revoked("revoked_by_owner"));
    memory.forget(NOW + 1);
    expect(memory.size).toBe(0);
    expect(memory.judge(token())).toEqual(GOOD);
  });

  test("leave nothing behind of their accounts, users and sessions once all of these are forgotten", () => {
    const memory = memoryOf(
      row(userEnd("ada", 5)),
      row(roleChange("ben", 5)),
      row(sessionEnd("s1")),
      row(accountEnd(5), NOW, "umbrella"),
      row(policyChange(5, false), NOW, "initech"),
      row(userEnd("ada", 6), NOW + 1),
    );
    // Three accounts; a user, another one's role, a session and an account as a whole.
    expect(memory.placeCount).toBe(3 + 4);
    memory.forget(NOW + 1);
    expect(memory.placeCount).toBe(1 + 1);
    expect(memory.judge(token({ userEpoch: 5 }))).toEqual(revoked("revoked_by_user", NOW + 1));
    memory.forget(NOW + 2);
    expect(memory.placeCount).toBe(0);
  });

  test("are kept for tokens issued before the clock was set back", () => {
    const memory = createRevocationMemory();
    memory.add([row(accountEnd(5), NOW - 60_000)], NOW);
    memory.forget(NOW);
    expect(memory.judge(token())).toEqual(revoked("revoked_by_owner", NOW - 60_000));
    memory.forget(NOW + 1);
    expect(memory.judge(token())).toEqual(GOOD);
  });

  test("that cover no token, such as a policy for the next sign-in, are forgotten like others", () => {
    const memory = memoryOf(row(policyChange(5, false), NOW - 1), row(sessionEnd("s1"), NOW - 1));
    expect(memory.size).toBe(2);
    memory.forget(NOW);
    expect(memory.size).toBe(0);
    expect(memory.judge(token())).toEqual(GOOD);
  });

  test("of one subject are forgotten independently", () => {
    const memory = memoryOf(row(accountEnd(5), NOW - 1), row(accountEnd(6), NOW + 1));
    memory.forget(NOW);
    expect(memory.judge(token())).toEqual(revoked("revoked_by_owner", NOW + 1));
    expect(memory.judge(token({ accountEpoch: 6 }))).toEqual(GOOD);
  });

  test("of a user and of a session with the same id don't mix", () => {
    const memory = memoryOf(row(userEnd("s1", 5)), row(sessionEnd("ada")));
    expect(memory.judge(token())).toEqual(GOOD);
  });
});

/** A number that counts how often it is compared. */
const countedNumber = (value: number, count: () => void): number =>
  ({
    valueOf() {
      count();
      return value;
    },
  }) as unknown as number;

describe("many rows", () => {
  /** The account's own rows, `count` of them, that spare the session `spared` or nobody. */
  const loop = (count: number, scope: (epoch: number) => FeedScope) =>
    Array.from({ length: count }, (_, index) => row(scope(5 + index), NOW + index));

  test.each([
    ["that spare its session", "s1", GOOD],
    ["that spare another session", "s2", revoked("revoked_by_user")],
    ["that spare none", null, revoked("revoked_by_user")],
  ])("of a user %s are judged with no more comparisons than a few", (_, spared, verdict) => {
    const comparisonsAmong = (count: number): number => {
      let comparisons = 0;
      const memory = memoryOf(
        ...loop(count, (epoch) =>
          userEnd(
            "ada",
            countedNumber(epoch, () => (comparisons += 1)),
            spared,
          ),
        ),
      );
      comparisons = 0;
      expect(memory.judge(token())).toEqual(verdict);
      return comparisons;
    };
    expect(comparisonsAmong(900)).toBeLessThanOrEqual(comparisonsAmong(9) + 16);
  });

  test("that spare a session end it at the first one that does not", () => {
    const spared = loop(500, (epoch) => accountEnd(epoch, "s1"));
    const memory = memoryOf(
      ...spared,
      row(accountEnd(505, "s2"), NOW + 1000),
      row(accountEnd(506), NOW + 2000),
    );
    expect(memory.judge(token())).toEqual(revoked("revoked_by_owner", NOW + 1000));
    expect(memory.judge(token({ sessionId: "s2", accountEpoch: 100 }))).toEqual(
      revoked("revoked_by_owner", NOW + 96),
    );
    expect(memory.judge(token({ sessionId: "s2", accountEpoch: 504 }))).toEqual(
      revoked("revoked_by_owner", NOW + 2000),
    );
    expect(memory.judge(token({ accountEpoch: 506 }))).toEqual(GOOD);
  });

  test("that arrive in any order are judged by their numbers", () => {
    const rows = [
      ...loop(30, (epoch) => userEnd("ada", epoch, "s1")),
      ...[35, 36].map((epoch) => row(userEnd("ada", epoch, "s2"), NOW + epoch)),
    ];
    const inOrder = memoryOf(...rows);
    const shuffled = memoryOf(...rows.map((_, index) => rows[(index * 7) % rows.length] as FeedRow));
    for (const sessionId of ["s1", "s2", "s3"])
      for (let userEpoch = 3; userEpoch < 38; userEpoch++)
        expect(shuffled.judge(token({ sessionId, userEpoch }))).toEqual(
          inOrder.judge(token({ sessionId, userEpoch })),
        );
  });

  test("about one user are kept up to a bound; what a forgotten one may cover is unclear until it covers nothing", () => {
    const memory = memoryOf(...loop(1500, (epoch) => userEnd("ada", epoch, "s1")));
    expect(memory.size).toBe(1000);
    expect(memory.judge(token({ sessionId: "s9" }))).toEqual({ kind: "unclear" });
    expect(memory.judge(token({ sessionId: "s9", userEpoch: 504 }))).toEqual(
      revoked("revoked_by_user", NOW + 500),
    );
    expect(memory.judge(token({ userEpoch: 504 }))).toEqual(GOOD);
    expect(memory.judge(token({ userId: "grace" }))).toEqual(GOOD);
    memory.forget(NOW + 1500);
    expect(memory.size).toBe(0);
    expect(memory.judge(token({ sessionId: "s9" }))).toEqual(GOOD);
  });

  test("that were forgotten early are unclear as long as they may cover a token, and no longer", () => {
    const memory = memoryOf(...loop(1001, (epoch) => userEnd("ada", epoch)));
    const unclear = { kind: "unclear" };
    // The first row was dropped when the last one came, at NOW + 1000.
    memory.forget(NOW + 1000);
    expect(memory.size).toBe(1);
    expect(memory.judge(token())).toEqual(unclear);
    memory.add([row(userEnd("ada", 2000), NOW + 2000)]);
    memory.forget(NOW + 1001);
    expect(memory.judge(token())).toEqual(revoked("revoked_by_user", NOW + 2000));
  });

  test("that were forgotten early stay unclear after a late row with a lower number is forgotten too", () => {
    const memory = memoryOf(...loop(1010, (epoch) => userEnd("ada", epoch)), row(userEnd("ada", 2)));
    expect(memory.judge(token({ userEpoch: 10 }))).toEqual({ kind: "unclear" });
  });
});
