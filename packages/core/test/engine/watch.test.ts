import { describe, expect, test, vi } from "vitest";
import type { SessionChange } from "../../src/curfew.js";
import { createWatchers } from "../../src/engine/watch.js";
import type { FeedRow, FeedScope } from "../../src/revocation/feed.js";
import { fateOf, type SessionSnapshot } from "../../src/session/session.js";
import type { Store } from "../../src/store.js";
import { MINUTE, NOW, scriptedStore, session, snapshot, user } from "../fixtures.js";

const row = (scope: FeedScope, accountId = "acme"): FeedRow => ({
  sequence: 1,
  accountId,
  at: NOW,
  ...scope,
});
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Watches session s1 of acme in a database whose content the test sets. */
async function watchSession(first: SessionSnapshot = snapshot()) {
  const database: { snapshot: SessionSnapshot | null; fails: boolean; now: number } = {
    snapshot: first,
    fails: false,
    now: NOW,
  };
  const closeExpired = vi.fn<Store["closeExpired"]>(async () => {
    const fate = fateOf(database.snapshot ?? first);
    return fate.state === "live" ? { kind: "live" } : { kind: "ended", fate, closed: true };
  });
  const readSession = vi.fn(async () => {
    if (database.fails) throw new Error("down");
    return database.snapshot;
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

describe("watch", () => {
  test("returns the current session", async () => {
    const { watched, changes } = await watchSession();
    expect(watched).toMatchObject({ session: { id: "s1" }, user: { id: "ada" }, now: NOW });
    expect(changes).toEqual([]);
  });

  test("throws the end of an ended session, and not_found for an unknown one", async () => {
    await expect(watchSession(revoked)).rejects.toMatchObject({ code: "session_revoked" });
    await expect(watchSession(snapshot({ now: NOW + 1440 * MINUTE }))).rejects.toMatchObject({
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

  test("reads again at the next tick, since a row between read and watch is missed", async () => {
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

describe("the end of a watched session", () => {
  test.each([
    ["of the account", everyone],
    ["of the user", { scope: "user", userId: "ada", epoch: 9, spares: null, reason: "user_disabled" }],
    ["of the session", { scope: "session", sessionId: "s1", reason: "signed_out" }],
    ["by an applied policy", { scope: "policy", version: 6, applied: true }],
  ] as const)("%s is reported as the database has it, and ends the watch", async (_, scope) => {
    const { database, watchers, changes, readSession } = await watchSession(
      snapshot({ user: user({ role: "member" }) }),
    );
    database.snapshot = revoked;
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
  ])("is not read for a row of %s", async (_, otherRow) => {
    const { watchers, readSession } = await watchSession();
    watchers.onRows([otherRow]);
    await settle();
    expect(readSession).not.toHaveBeenCalled();
  });

  test("by a deadline is reported once it has passed, and stored", async () => {
    const { database, watchers, changes, closeExpired } = await watchSession();
    database.now = NOW + 60 * MINUTE - 1;
    watchers.tick();
    await settle();
    expect(changes).toEqual([]);
    database.now = NOW + 60 * MINUTE;
    database.snapshot = snapshot({ now: database.now });
    watchers.tick();
    await settle();
    expect(changes).toEqual([
      { kind: "ended", fate: { state: "expired", reason: "idle", endedAt: NOW + 60 * MINUTE } },
    ]);
    expect(closeExpired).toHaveBeenCalledWith("acme", "s1");
  });

  test("by a deadline is not reported while the store finds the session live", async () => {
    const { database, watchers, changes, closeExpired } = await watchSession();
    database.now = NOW + 60 * MINUTE;
    database.snapshot = snapshot({ now: database.now });
    const used = session({ lastActiveAt: NOW + 30 * MINUTE, idleExpiresAt: NOW + 90 * MINUTE });
    closeExpired.mockImplementationOnce(async () => {
      database.snapshot = snapshot({ session: used, now: database.now });
      return { kind: "live" };
    });
    watchers.tick();
    await settle();
    expect(closeExpired).toHaveBeenCalledTimes(1);
    expect(changes).toEqual([]);
  });

  test("is not reported if a refresh moved the deadline; the new deadline is watched", async () => {
    const { database, watchers, changes, readSession } = await watchSession();
    database.now = NOW + 60 * MINUTE;
    const used = session({ lastActiveAt: NOW + 30 * MINUTE, idleExpiresAt: NOW + 90 * MINUTE });
    database.snapshot = snapshot({ session: used, now: database.now });
    watchers.tick();
    await settle();
    watchers.tick();
    await settle();
    expect(changes).toEqual([]);
    expect(readSession).toHaveBeenCalledTimes(1);
  });

  test("is not reported when the read fails; the read is repeated at the next tick", async () => {
    const { database, watchers, changes } = await watchSession();
    database.snapshot = revoked;
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

describe("rows during a read", () => {
  test("cause one more read after it", async () => {
    const { database, watchers, changes, readSession } = await watchSession();
    let release: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    readSession.mockImplementationOnce(async () => {
      await blocked;
      return snapshot();
    });
    watchers.onRows([row({ scope: "role", userId: "ada", epoch: 4 })]);
    database.snapshot = revoked;
    watchers.onRows([row(everyone)]);
    release();
    await settle();
    expect(readSession).toHaveBeenCalledTimes(2);
    expect(changes).toMatchObject([{ kind: "ended" }]);
  });
});

describe("changes that do not end a session", () => {
  test("a shortened session is reported once, with its new deadlines", async () => {
    const { database, watchers, changes } = await watchSession(snapshot({ user: user({ role: "member" }) }));
    const shorter = session({ idleMinutes: 15, idleExpiresAt: NOW + 15 * MINUTE });
    database.snapshot = snapshot({ session: shorter, user: user({ role: "member" }), now: NOW + 1 });
    watchers.onRows([row({ scope: "policy", version: 6, applied: true })]);
    await settle();
    watchers.onRows([row({ scope: "policy", version: 7, applied: true })]);
    await settle();
    expect(changes).toEqual([{ kind: "shortened", session: shorter, now: NOW + 1 }]);
  });

  test("a shorter absolute lifetime is reported too", async () => {
    const { database, watchers, changes } = await watchSession(snapshot({ user: user({ role: "member" }) }));
    database.snapshot = snapshot({ session: session({ absoluteMinutes: 720 }) });
    watchers.onRows([row({ scope: "policy", version: 6, applied: true })]);
    await settle();
    expect(changes).toMatchObject([{ kind: "shortened", session: { absoluteMinutes: 720 } }]);
  });

  test("a policy change is reported to owners only, even if it applies at the next sign-in", async () => {
    const scope = { scope: "policy", version: 6, applied: false } as const;
    const owner = await watchSession();
    owner.watchers.onRows([row(scope)]);
    expect(owner.changes).toEqual([{ kind: "policy_changed" }]);
    const member = await watchSession(snapshot({ user: user({ role: "member" }) }));
    member.watchers.onRows([row(scope)]);
    expect(member.changes).toEqual([]);
  });

  test("a policy change is reported to a member who became an owner", async () => {
    const { database, watchers, changes } = await watchSession(snapshot({ user: user({ role: "member" }) }));
    database.snapshot = snapshot({ user: user({ role: "owner" }) });
    watchers.onRows([row({ scope: "role", userId: "ada", epoch: 4 })]);
    await settle();
    watchers.onRows([row({ scope: "policy", version: 6, applied: false })]);
    expect(changes).toEqual([{ kind: "policy_changed" }]);
  });
});

describe("stop", () => {
  test("a stopped watch reports nothing and reads nothing", async () => {
    const { database, watchers, changes, watched, readSession } = await watchSession();
    watched.stop();
    database.snapshot = revoked;
    database.now = NOW + 9999 * MINUTE;
    watchers.onRows([row(everyone)]);
    watchers.tick();
    await settle();
    expect(changes).toEqual([]);
    expect(readSession).not.toHaveBeenCalled();
  });

  test("a watch stopped during a read reports nothing", async () => {
    const { database, watchers, changes, watched } = await watchSession();
    database.snapshot = revoked;
    watchers.onRows([row(everyone)]);
    watched.stop();
    await settle();
    expect(changes).toEqual([]);
  });

  test("stops all watches", async () => {
    const { database, watchers, changes } = await watchSession();
    watchers.stop();
    database.snapshot = revoked;
    watchers.onRows([row(everyone)]);
    await settle();
    expect(changes).toEqual([]);
  });
});
