import { describe, expect, test, vi } from "vitest";
import type { Ending } from "../../src/curfew-governed.js";
import { createCurfew } from "../../src/engine.js";
import type { Trouble } from "../../src/options.js";
import type { FeedRow } from "../../src/revocation/feed.js";
import type { SweepOutcome } from "../../src/store.js";
import { FakeClock } from "../../testing/fake-clock.js";
import { emptyFeed, NOW, scriptedStore } from "../fixtures.js";

const nothing: SweepOutcome = { expired: 0, closed: 0, deleted: 0, more: false };
const row = (sequence: number, scope: Partial<FeedRow> = {}): FeedRow =>
  ({
    sequence,
    accountId: "acme",
    at: NOW + sequence,
    scope: "account",
    epoch: sequence,
    spares: null,
    reason: "revoked_by_owner",
    ...scope,
  }) as FeedRow;

/** An engine on a feed that the test fills. */
async function engine() {
  const clock = new FakeClock(NOW);
  const pages: FeedRow[][] = [[row(1)]];
  const readFeed = vi.fn(async () => ({ rows: pages.shift() ?? [], cursor: "c", now: clock.now() }));
  const troubles: Trouble[] = [];
  const own = row(50);
  const store = scriptedStore({
    ...emptyFeed,
    readFeed,
    sweep: async () => nothing,
    revokeAccount: async () => ({ kind: "revoked", count: 1, feed: [own], now: NOW }),
  });
  const curfew = createCurfew({
    store,
    secret: Buffer.alloc(32, 1),
    issuer: "https://curfew.example",
    clock,
    scheduler: clock,
    onTrouble: (trouble) => troubles.push(trouble),
  });
  const endings: Ending[] = [];
  const stop = curfew.onEnding((ending) => endings.push(ending));
  /** The feed brings rows with its next read. */
  const bring = async (...rows: FeedRow[]): Promise<void> => {
    pages.push(rows);
    await clock.advance(1000);
    await clock.advance(0);
  };
  await clock.advance(0);
  return { clock, curfew, endings, stop, bring, troubles, readFeed, own };
}

describe("onEnding", () => {
  test("tells each revocation of the feed once, with its scope, and none from before the process", async () => {
    const { endings, bring } = await engine();
    expect(endings).toEqual([]);
    const user = row(3, { scope: "user", userId: "ada", spares: "s1", reason: "password_changed" });
    const session = row(4, { scope: "session", sessionId: "s2", reason: "signed_out" });
    await bring(row(2), user, session);
    await bring(row(2), user, session);
    const base = { accountId: "acme", userId: null, sessionId: null, spares: null };
    expect(endings).toEqual([
      { ...base, scope: "account", reason: "revoked_by_owner", at: NOW + 2 },
      { ...base, scope: "user", userId: "ada", spares: "s1", reason: "password_changed", at: NOW + 3 },
      { ...base, scope: "session", sessionId: "s2", reason: "signed_out", at: NOW + 4 },
    ]);
  });

  test("tells no change of role and no policy", async () => {
    const { endings, bring } = await engine();
    await bring(
      { sequence: 2, accountId: "acme", at: NOW, scope: "role", userId: "ada", epoch: 1 },
      { sequence: 3, accountId: "acme", at: NOW, scope: "policy", version: 2, applied: true },
    );
    expect(endings).toEqual([]);
  });

  test("tells what this process revoked itself, once", async () => {
    const { endings, curfew, bring, own } = await engine();
    await curfew.revoke.account("acme", { actor: { userId: null, sessionId: null, ip: null } });
    await bring(own);
    await bring();
    expect(endings.map(({ at }) => at)).toEqual([own.at]);
  });

  test("a listener that fails is reported, and stops neither the others nor the feed", async () => {
    const { endings, curfew, bring, troubles, readFeed } = await engine();
    const failure = new Error("the listener's own");
    curfew.onEnding(() => {
      throw failure;
    });
    curfew.onEnding(async () => Promise.reject(failure));
    const last = vi.fn();
    curfew.onEnding(last);
    await bring(row(2));
    const reported = { kind: "listener_failed", cause: failure };
    expect(troubles).toEqual([reported, reported]);
    expect([endings.length, last.mock.calls.length]).toEqual([1, 1]);
    const reads = readFeed.mock.calls.length;
    await bring(row(3));
    expect(endings).toHaveLength(2);
    expect(readFeed.mock.calls.length).toBeGreaterThan(reads);
  });

  test("tells a listener nothing after it was stopped, nor any after close", async () => {
    const { endings, curfew, stop, bring } = await engine();
    const other = vi.fn();
    curfew.onEnding(other);
    stop();
    await bring(row(2));
    expect([endings.length, other.mock.calls.length]).toEqual([0, 1]);
    curfew.close();
    await bring(row(3));
    expect(other).toHaveBeenCalledTimes(1);
  });
});
