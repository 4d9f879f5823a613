import { describe, expect, test } from "vitest";
import type { SessionSnapshot } from "../../../src/session/session.js";
import { MINUTE, NOW, session, snapshot, user } from "../../fixtures.js";
import {
  byOwner,
  everyone,
  member,
  newPolicy,
  newRole,
  type openWatchers,
  owner,
  revoked,
  row,
  settle,
  watchSession,
} from "./watchers.js";

describe("the end of a watched session", () => {
  test.each([
    ["of the account", everyone],
    ["of the user", { scope: "user", userId: "ada", epoch: 9, spares: null, reason: "revoked_by_owner" }],
    ["of the session", { scope: "session", sessionId: "s1", reason: "revoked_by_owner" }],
  ] as const)("by a row %s is told from the row alone, and ends the watch", async (_, scope) => {
    const { read, changes, readSessions } = await watchSession();
    read(row(scope));
    read(row(scope));
    await settle();
    expect(changes).toEqual([byOwner]);
    expect(readSessions).not.toHaveBeenCalled();
  });

  test.each([
    ["another account", row(everyone, "globex")],
    [
      "another user",
      row({ scope: "user", userId: "grace", epoch: 9, spares: null, reason: "user_disabled" }),
    ],
    ["another user's role", row(newRole(9, "grace"))],
    ["another session", row({ scope: "session", sessionId: "s2", reason: "signed_out" })],
    ["an act that spares it", row({ ...everyone, spares: "s1" })],
    ["an act before it began", row({ ...everyone, epoch: 7 })],
    ["a policy for the next sign-in", row(newPolicy(6))],
  ])("is neither told nor looked up for a row of %s", async (_, otherRow) => {
    const { read, changes, readSessions } = await watchSession(member);
    read(otherRow);
    await settle();
    expect(changes).toEqual([]);
    expect(readSessions).not.toHaveBeenCalled();
  });

  test("by an applied policy is told as the database has it", async () => {
    const { database, read, changes, readSessions } = await watchSession(member);
    const expired = session({ endedAt: NOW - 1, endReason: "idle" });
    database.snapshot = { ...member, session: expired };
    read(row(newPolicy(6, true)), row(everyone));
    await settle();
    expect(changes).toEqual([
      { kind: "ended", fate: { state: "expired", reason: "idle", endedAt: NOW - 1 } },
    ]);
    expect(readSessions).toHaveBeenCalledTimes(1);
  });

  test("by an act after its last known deadline is told as the database has it: a refresh may have moved it", async () => {
    const { database, read, changes } = await watchSession();
    const at = NOW + 60 * MINUTE;
    database.now = at;
    database.snapshot = snapshot({ session: session({ endedAt: at, endReason: "revoked_by_owner" }) });
    read(row(everyone, "acme", at));
    await settle();
    expect(changes).toEqual([
      { kind: "ended", fate: { state: "revoked", reason: "revoked_by_owner", endedAt: at } },
    ]);
  });

  test("by an act of this process waits for a read, which has the acts elsewhere that came first", async () => {
    const { memory, database, read, changes, readSessions } = await watchSession();
    const own = row(everyone, "acme", NOW + 9);
    database.unread.add(own.sequence);
    memory.add([own]);
    read(row(newRole(3)));
    await settle();
    expect(changes).toEqual([]);
    database.unread.clear();
    const first = row({ scope: "session", sessionId: "s1", reason: "signed_out" });
    read({ ...first, sequence: own.sequence - 1 }, own);
    await settle();
    expect(changes).toEqual([
      { kind: "ended", fate: { state: "revoked", reason: "signed_out", endedAt: NOW } },
    ]);
    expect(readSessions).not.toHaveBeenCalled();
  });

  test("by a deadline is told once it has passed and the store has stored it", async () => {
    const { database, watchers, changes, closeExpired } = await watchSession();
    database.now = NOW + 60 * MINUTE - 1;
    watchers.onRead();
    await settle();
    expect(changes).toEqual([]);
    database.now = NOW + 60 * MINUTE;
    database.snapshot = snapshot({ now: database.now });
    watchers.onRead();
    await settle();
    expect(changes).toEqual([
      { kind: "ended", fate: { state: "expired", reason: "idle", endedAt: NOW + 60 * MINUTE } },
    ]);
    expect(closeExpired).toHaveBeenCalledWith("acme", "s1");
  });

  test("is not told while a refresh that is dated before the deadline waits for its commit", async () => {
    const { database, watchers, changes } = await watchSession();
    database.now = NOW + 60 * MINUTE;
    database.snapshot = snapshot({ now: database.now });
    database.closes = false;
    watchers.onRead();
    await settle();
    expect(changes).toEqual([]);
    const used = session({ lastActiveAt: NOW + 59 * MINUTE, idleExpiresAt: NOW + 119 * MINUTE });
    database.snapshot = snapshot({ session: used, now: database.now });
    watchers.onRead();
    await settle();
    expect(changes).toEqual([]);
    database.now = NOW + 119 * MINUTE;
    database.snapshot = snapshot({ session: used, now: database.now });
    database.closes = true;
    watchers.onRead();
    await settle();
    expect(changes).toMatchObject([{ kind: "ended", fate: { endedAt: NOW + 119 * MINUTE } }]);
  });

  test("is not looked up again if a refresh moved the deadline; the new deadline is watched", async () => {
    const { database, watchers, changes, readSessions } = await watchSession();
    database.now = NOW + 60 * MINUTE;
    const used = session({ lastActiveAt: NOW + 30 * MINUTE, idleExpiresAt: NOW + 90 * MINUTE });
    database.snapshot = snapshot({ session: used, now: database.now });
    watchers.onRead();
    await settle();
    watchers.onRead();
    await settle();
    expect(changes).toEqual([]);
    expect(readSessions).toHaveBeenCalledTimes(1);
  });

  test("is not told when a look fails; the look is repeated after the next read of the feed", async () => {
    const { database, watchers, read, changes, readSessions } = await watchSession(member);
    database.snapshot = revoked;
    database.fails = true;
    read(row(newPolicy(6, true)));
    await settle();
    watchers.onRead();
    await settle();
    expect(changes).toEqual([]);
    expect(readSessions).toHaveBeenCalledTimes(2);
    database.fails = false;
    watchers.onRead();
    await settle();
    expect(changes).toMatchObject([{ kind: "ended" }]);
  });
});

describe("rows during a look", () => {
  const blockLook = (
    { readSessions }: Pick<ReturnType<typeof openWatchers>, "readSessions">,
    of: SessionSnapshot,
  ) => {
    let release: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    readSessions.mockImplementationOnce(async () => {
      await blocked;
      return [of];
    });
    return () => release();
  };

  test("that tell the end are told at once", async () => {
    const opened = await watchSession();
    const release = blockLook(opened, owner);
    opened.read(row(newRole(4)));
    await settle();
    opened.read(row(everyone));
    await settle();
    expect(opened.changes).toEqual([byOwner]);
    release();
    await settle();
    expect(opened.changes).toHaveLength(1);
  });

  test("that it does not show yet cause one more look after it", async () => {
    const opened = await watchSession(member);
    const release = blockLook(opened, member);
    opened.read(row(newPolicy(6, true)));
    await settle();
    opened.database.snapshot = { ...revoked, account: { ...member.account, policyVersion: 7 } };
    opened.read(row(newPolicy(7, true)));
    await settle();
    release();
    await settle();
    expect(opened.readSessions).toHaveBeenCalledTimes(2);
    expect(opened.changes).toMatchObject([{ kind: "ended" }]);
  });
});

describe("changes that do not end a session", () => {
  const account = (policyVersion: number) => ({ ...member.account, policyVersion });

  test("a shortened session is told once, with its new deadlines", async () => {
    const { database, read, changes } = await watchSession(member);
    const shorter = session({ idleMinutes: 15, idleExpiresAt: NOW + 15 * MINUTE });
    database.snapshot = { ...member, session: shorter, account: account(6), now: NOW + 1 };
    read(row(newPolicy(6, true)));
    await settle();
    database.snapshot = { ...member, session: shorter, account: account(7), now: NOW + 2 };
    read(row(newPolicy(7, true)));
    await settle();
    expect(changes).toEqual([{ kind: "shortened", session: shorter, now: NOW + 1 }]);
  });

  test("a shorter absolute lifetime is told too", async () => {
    const { database, read, changes } = await watchSession(member);
    database.snapshot = { ...member, session: session({ absoluteMinutes: 720 }) };
    read(row(newPolicy(6, true)));
    await settle();
    expect(changes).toMatchObject([{ kind: "shortened", session: { absoluteMinutes: 720 } }]);
  });

  test("a session that a refresh found shorter is told as shortened, and an older look takes nothing back", async () => {
    const { database, watchers, read, changes } = await watchSession(member);
    const shorter = session({ idleMinutes: 15, idleExpiresAt: NOW + 15 * MINUTE });
    watchers.onRefresh({ ...member, session: shorter, account: account(6), now: NOW + 2 });
    database.snapshot = { ...member, account: account(6), now: NOW + 1 };
    read(row(newPolicy(6, true)), row(newRole(4)));
    await settle();
    expect(changes).toEqual([{ kind: "shortened", session: shorter, now: NOW + 2 }]);
  });

  test("a new policy is told to owners only, once for a version, without a look", async () => {
    const policy = row(newPolicy(6));
    const toOwner = await watchSession(owner);
    toOwner.read(policy);
    await settle();
    toOwner.read(policy);
    await settle();
    expect(toOwner.changes).toEqual([{ kind: "policy_changed" }]);
    const toMember = await watchSession(member);
    toMember.read(policy);
    await settle();
    expect(toMember.changes).toEqual([]);
    for (const { readSessions } of [toOwner, toMember]) expect(readSessions).not.toHaveBeenCalled();
  });

  test("a new policy is told to a member who became an owner, and no more to an owner who became a member", async () => {
    const promoted = await watchSession(member);
    promoted.database.snapshot = snapshot({ user: user({ role: "owner", epoch: 4 }) });
    const demoted = await watchSession(owner);
    demoted.database.snapshot = snapshot({ user: user({ role: "member", epoch: 4 }) });
    for (const { read } of [promoted, demoted]) read(row(newRole(4)), row(newPolicy(6)));
    await settle();
    for (const { read } of [promoted, demoted]) read(row(newPolicy(7)));
    await settle();
    expect(promoted.changes).toEqual([{ kind: "policy_changed" }, { kind: "policy_changed" }]);
    expect(demoted.changes).toEqual([]);
  });

  test.each([
    ["its deadline has passed", (database: { now: number }) => (database.now = NOW + 60 * MINUTE)],
    ["the feed is stale", (database: { isFresh: boolean }) => (database.isFresh = false)],
  ])("a new policy is told only after a look while %s", async (_, change) => {
    const { database, read, changes } = await watchSession(owner);
    change(database);
    database.snapshot = { ...revoked, now: database.now };
    read(row(newPolicy(6)));
    await settle();
    expect(changes).toMatchObject([{ kind: "ended" }]);
  });
});
