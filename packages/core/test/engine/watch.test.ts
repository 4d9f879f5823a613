import { describe, expect, test, vi } from "vitest";
import type { SessionChange } from "../../src/curfew.js";
import { createWatchers } from "../../src/engine/watch.js";
import type { FeedRow, FeedScope } from "../../src/revocation/model.js";
import type { SessionSnapshot } from "../../src/session/model.js";
import { MINUTE, NOW, scriptedStore, session, snapshot, user } from "../support/fixtures.js";

const row = (scope: FeedScope, accountId = "acme"): FeedRow => ({
  sequence: 1,
  accountId,
  at: NOW,
  ...scope,
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Watches session s1 of acme in a database that holds what the test puts there. */
async function watching(first: SessionSnapshot = snapshot()) {
  const database: { holds: SessionSnapshot | null; fails: boolean; now: number } = {
    holds: first,
    fails: false,
    now: NOW,
  };
  const closeExpired = vi.fn(async () => undefined);
  const readSession = vi.fn(async () => {
    if (database.fails) throw new Error("down");
    return database.holds;
  });
  const watchers = createWatchers({
    store: scriptedStore({ readSession, closeExpired }),
    now: () => database.now,
  });
  const changes: SessionChange[] = [];
  const watched = await watchers.watch({ accountId: "acme", sessionId: "s1" }, (change) =>
    changes.push(change),
  );
  watchers.tick();
  await settle();
  readSession.mockClear();
  return { database, watchers, changes, watched, readSession, closeExpired };
}

const revoked = snapshot({ session: session({ endedAt: NOW + 1, endReason: "revoked_by_owner" }) });
const everyone = { scope: "account", epoch: 8, spares: null, reason: "revoked_by_owner" } as const;

describe("beginning to watch", () => {
  test("answers the session as it stands", async () => {
    const { watched, changes } = await watching();
    expect(watched).toMatchObject({ session: { id: "s1" }, user: { id: "ada" }, now: NOW });
    expect(changes).toEqual([]);
  });

  test("a session that is over throws its end, and one that is not there not_found", async () => {
    await expect(watching(revoked)).rejects.toMatchObject({ code: "session_revoked" });
    await expect(watching(snapshot({ now: NOW + 1440 * MINUTE }))).rejects.toMatchObject({
      code: "session_expired",
    });
    const watchers = createWatchers({
      store: scriptedStore({ readSession: async () => null }),
      now: () => NOW,
    });
    await expect(
      watchers.watch({ accountId: "acme", sessionId: "s9" }, () => undefined),
    ).rejects.toMatchObject({ code: "not_found" });
  });

  test("looks once more at the next tick: what came between the read and the watch woke nobody", async () => {
    const readSession = vi.fn(async () => snapshot());
    const watchers = createWatchers({ store: scriptedStore({ readSession }), now: () => NOW });
    const changes: SessionChange[] = [];
    await watchers.watch({ accountId: "acme", sessionId: "s1" }, (change) => changes.push(change));
    readSession.mockResolvedValue(revoked);
    watchers.tick();
    await settle();
    expect(changes).toEqual([
      { kind: "ended", fate: { state: "revoked", reason: "revoked_by_owner", endedAt: NOW + 1 } },
    ]);
  });
});

describe("an ending", () => {
  test.each([
    ["of the account", everyone],
    ["of the user", { scope: "user", userId: "ada", epoch: 9, spares: null, reason: "user_disabled" }],
    ["of the session", { scope: "session", sessionId: "s1", reason: "signed_out" }],
    ["by an applied policy", { scope: "policy", version: 6, applied: true }],
  ] as const)("%s is told with what the database says, and ends the watch", async (_, scope) => {
    const { database, watchers, changes, readSession } = await watching(
      snapshot({ user: user({ role: "member" }) }),
    );
    database.holds = revoked;
    watchers.onRows([row(scope)]);
    await settle();
    watchers.onRows([row(scope)]);
    await settle();
    expect(changes).toEqual([
      { kind: "ended", fate: { state: "revoked", reason: "revoked_by_owner", endedAt: NOW + 1 } },
    ]);
    expect(readSession).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["another account", row(everyone, "globex")],
    [
      "another user",
      row({ scope: "user", userId: "grace", epoch: 9, spares: null, reason: "user_disabled" }),
    ],
    ["another user's role", row({ scope: "role", userId: "grace", epoch: 9 })],
    ["another session", row({ scope: "session", sessionId: "s2", reason: "signed_out" })],
    ["a policy for the next sign-in", row({ scope: "policy", version: 6, applied: false })],
  ])("of %s is no reason to look", async (_, otherRow) => {
    const { watchers, readSession } = await watching();
    watchers.onRows([otherRow]);
    await settle();
    expect(readSession).not.toHaveBeenCalled();
  });

  test("by a deadline is told when it has passed, and its end is written", async () => {
    const { database, watchers, changes, closeExpired } = await watching();
    database.now = NOW + 60 * MINUTE - 1;
    watchers.tick();
    await settle();
    expect(changes).toEqual([]);
    database.now = NOW + 60 * MINUTE;
    database.holds = snapshot({ now: database.now });
    watchers.tick();
    await settle();
    expect(changes).toEqual([
      { kind: "ended", fate: { state: "expired", reason: "idle", endedAt: NOW + 60 * MINUTE } },
    ]);
    expect(closeExpired).toHaveBeenCalledWith("acme", "s1");
  });

  test("is not told where a refresh moved the deadline meanwhile, and the new one is watched", async () => {
    const { database, watchers, changes, readSession } = await watching();
    database.now = NOW + 60 * MINUTE;
    const used = session({ lastActiveAt: NOW + 30 * MINUTE, idleExpiresAt: NOW + 90 * MINUTE });
    database.holds = snapshot({ session: used, now: database.now });
    watchers.tick();
    await settle();
    watchers.tick();
    await settle();
    expect(changes).toEqual([]);
    expect(readSession).toHaveBeenCalledTimes(1);
  });

  test("is not made of trouble: a look that fails is repeated at the next tick", async () => {
    const { database, watchers, changes } = await watching();
    database.holds = revoked;
    database.fails = true;
    watchers.onRows([row(everyone)]);
    await settle();
    watchers.tick();
    await settle();
    expect(changes).toEqual([]);
    database.fails = false;
    watchers.tick();
    await settle();
    expect(changes).toMatchObject([{ kind: "ended" }]);
  });
});

describe("several reasons at once", () => {
  test("are looked at one after another, so that what came during a look is not missed", async () => {
    const { database, watchers, changes, readSession } = await watching();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    readSession.mockImplementationOnce(async () => {
      await held;
      return snapshot();
    });
    watchers.onRows([row({ scope: "role", userId: "ada", epoch: 4 })]);
    database.holds = revoked;
    watchers.onRows([row(everyone)]);
    release();
    await settle();
    expect(readSession).toHaveBeenCalledTimes(2);
    expect(changes).toMatchObject([{ kind: "ended" }]);
  });
});

describe("what does not end a session", () => {
  test("a shortened one is told with its new deadlines, once", async () => {
    const { database, watchers, changes } = await watching(snapshot({ user: user({ role: "member" }) }));
    const shorter = session({ idleMinutes: 15, idleExpiresAt: NOW + 15 * MINUTE });
    database.holds = snapshot({ session: shorter, user: user({ role: "member" }), now: NOW + 1 });
    watchers.onRows([row({ scope: "policy", version: 6, applied: true })]);
    await settle();
    watchers.onRows([row({ scope: "policy", version: 7, applied: true })]);
    await settle();
    expect(changes).toEqual([{ kind: "shortened", session: shorter, now: NOW + 1 }]);
  });

  test("a shorter absolute lifetime is told too", async () => {
    const { database, watchers, changes } = await watching(snapshot({ user: user({ role: "member" }) }));
    database.holds = snapshot({ session: session({ absoluteMinutes: 720 }) });
    watchers.onRows([row({ scope: "policy", version: 6, applied: true })]);
    await settle();
    expect(changes).toMatchObject([{ kind: "shortened", session: { absoluteMinutes: 720 } }]);
  });

  test("a change of policy is told to owners alone, also where it waits for the next sign-in", async () => {
    const scope = { scope: "policy", version: 6, applied: false } as const;
    const owner = await watching();
    owner.watchers.onRows([row(scope)]);
    expect(owner.changes).toEqual([{ kind: "policy_changed" }]);
    const member = await watching(snapshot({ user: user({ role: "member" }) }));
    member.watchers.onRows([row(scope)]);
    expect(member.changes).toEqual([]);
  });

  test("who becomes an owner hears of the policy from then on", async () => {
    const { database, watchers, changes } = await watching(snapshot({ user: user({ role: "member" }) }));
    database.holds = snapshot({ user: user({ role: "owner" }) });
    watchers.onRows([row({ scope: "role", userId: "ada", epoch: 4 })]);
    await settle();
    watchers.onRows([row({ scope: "policy", version: 6, applied: false })]);
    expect(changes).toEqual([{ kind: "policy_changed" }]);
  });
});

describe("stopping", () => {
  test("a stopped watch hears nothing more, and is looked at no more", async () => {
    const { database, watchers, changes, watched, readSession } = await watching();
    watched.stop();
    database.holds = revoked;
    database.now = NOW + 9999 * MINUTE;
    watchers.onRows([row(everyone)]);
    watchers.tick();
    await settle();
    expect(changes).toEqual([]);
    expect(readSession).not.toHaveBeenCalled();
  });

  test("a watch stopped while it is being looked at is told nothing", async () => {
    const { database, watchers, changes, watched } = await watching();
    database.holds = revoked;
    watchers.onRows([row(everyone)]);
    watched.stop();
    await settle();
    expect(changes).toEqual([]);
  });

  test("of all watches at once", async () => {
    const { database, watchers, changes } = await watching();
    watchers.stop();
    database.holds = revoked;
    watchers.onRows([row(everyone)]);
    await settle();
    expect(changes).toEqual([]);
  });
});
