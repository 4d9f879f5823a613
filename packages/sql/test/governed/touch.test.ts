import type { SessionChange } from "@curfew/core";
import { describe, expect, test, vi } from "vitest";
import { ada, expired, MINUTE, NOBODY, openReplicas, revoked } from "./governed-engine.js";

const HOUR = 60 * MINUTE;

describe("governed.touch", () => {
  test("moves the idle deadline from when the person was last active, and answers what the database holds", async () => {
    const { clock, here, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    await clock.advance(10 * MINUTE);
    const touched = await here.governed.touch(key, { idleForSeconds: 120 });
    const lastActiveAt = clock.now() - 2 * MINUTE;
    expect(touched).toMatchObject({
      now: clock.now(),
      user: { id: "ada" },
      session: { lastActiveAt, idleExpiresAt: lastActiveAt + HOUR },
    });
    await expect(here.sessions.get("acme", touched.session.id)).resolves.toMatchObject({
      session: touched.session,
    });
  });

  test("of a thousand people, a thousand times a second, writes at most 17 times a second", async () => {
    const { clock, here, hostSession, callsOf } = await openReplicas();
    const people = Array.from({ length: 1000 }, (_, n) => {
      const id = `person-${n}`;
      return hostSession({
        hostSessionId: id,
        user: { id, name: id, email: `${id}@example.test`, role: "member" },
      });
    });
    await here.governed.import(people);
    const seconds = 60;
    const { touchSession = 0 } = await callsOf(async () => {
      for (let second = 0; second < seconds; second++) {
        // The seconds between would do as these.
        if (second < 2 || second > 57 || second === 30)
          for (const { accountId, hostSessionId } of people)
            await here.governed.touch({ accountId, hostSessionId });
        clock.stall(1000);
      }
    });
    expect(touchSession).toBeGreaterThan(0);
    expect(touchSession / seconds).toBeLessThanOrEqual(17);
  });

  test("writes once for many calls at the same time, and again after a write that failed", async () => {
    const { clock, here, hostSession, key, callsOf, setDown } = await openReplicas();
    await here.governed.open(hostSession());
    await clock.advance(5 * MINUTE);
    setDown(true);
    await expect(here.governed.touch(key)).rejects.toThrow("database down");
    setDown(false);
    const calls = await callsOf(() =>
      Promise.all(Array.from({ length: 20 }, () => here.governed.touch(key))),
    );
    expect(calls).toMatchObject({ touchSession: 1 });
  });

  test("always writes where less than a minute would be left", async () => {
    const { clock, here, hostSession, key, callsOf } = await openReplicas();
    await here.governed.open(hostSession());
    await clock.advance(59 * MINUTE + 20_000);
    const late = await here.governed.touch(key, { idleForSeconds: 59 * 60 + 15 });
    expect(late.session.idleExpiresAt).toBe(clock.now() + 45_000);
    const calls = await callsOf(() => here.governed.touch(key));
    expect(calls).toMatchObject({ touchSession: 1 });
    await expect(here.governed.touch(key)).resolves.toMatchObject({
      session: { idleExpiresAt: clock.now() + HOUR },
    });
  });

  test.each([
    [60_000, { readSession: 1 }],
    [59_999, { readSession: 1, touchSession: 1 }],
  ])("with %d ms left costs %o", async (leftMs, calls) => {
    const { clock, here, hostSession, key, callsOf } = await openReplicas();
    await here.governed.open(hostSession());
    const lastActiveAt = clock.now();
    await clock.advance(HOUR - leftMs);
    const idleForSeconds = Math.ceil((clock.now() - lastActiveAt) / 1000);
    await here.governed.touch(key, { idleForSeconds });
    expect(await callsOf(() => here.governed.touch(key))).toEqual(calls);
  });

  test("of a report writes at once wherever that moves the deadline by ten seconds or more", async () => {
    const { clock, here, hostSession, key, callsOf } = await openReplicas();
    await here.governed.open(hostSession());
    const report = (idleForSeconds = 0) => here.governed.touch(key, { idleForSeconds, isReported: true });
    await clock.advance(10_000);
    await expect(report()).resolves.toMatchObject({ session: { lastActiveAt: clock.now() } });
    await clock.advance(9_999);
    expect(await callsOf(report)).toEqual({ readSession: 1 });
    await clock.advance(1);
    expect(await callsOf(() => report(1))).toEqual({ readSession: 1 });
    expect(await callsOf(report)).toEqual({ touchSession: 1 });
    await expect(report()).resolves.toMatchObject({ session: { idleExpiresAt: clock.now() + HOUR } });
  });

  test("is unavailable where a live session is never touched, after four attempts", async () => {
    const { here, openReplica, store, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    const touchSession = vi.fn(async () => null);
    const contended = await openReplica({ store: { ...store, touchSession } });
    await expect(contended.governed.touch(key)).rejects.toMatchObject({ code: "unavailable" });
    expect(touchSession).toHaveBeenCalledTimes(4);
  });

  test("throws what check throws, and revives nothing", async () => {
    const { clock, here, there, hostSession, key } = await openReplicas();
    await expect(here.governed.touch(key)).rejects.toMatchObject({ code: "not_found" });
    await here.governed.open(hostSession());
    await clock.advance(HOUR);
    await expect(here.governed.touch(key)).rejects.toMatchObject(expired("idle"));
    const other = hostSession({ hostSessionId: "h2" });
    await here.governed.open(other);
    await there.revoke.account("acme", { actor: NOBODY });
    await expect(here.governed.touch(other)).rejects.toMatchObject(revoked("revoked_by_owner"));
  });
});

describe("governed.end", () => {
  test("is a sign-out by the session's user unless told, and no error for what is over or was never there", async () => {
    const { here, hostSession, key, callsOf } = await openReplicas();
    await here.governed.end(key);
    await here.governed.open(hostSession());
    await here.governed.end(key, { ip: "192.0.2.1" });
    expect(await callsOf(() => here.governed.end(key))).toEqual({ readSession: 1 });
    const { items } = await here.events.list({ accountId: "acme", limit: 9, after: null });
    expect(items.map(({ type }) => type)).toEqual(["user.signed_out", "user.signed_in"]);
    expect(items[0]).toMatchObject({ actor: { id: "ada" }, ip: "192.0.2.1" });
  });

  test("takes another reason and actor", async () => {
    const { here, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    await here.governed.open(hostSession({ hostSessionId: "h2", user: { ...ada, id: "grace" } }));
    const actor = { userId: "grace", sessionId: null, ip: "192.0.2.2" };
    await here.governed.end(key, { reason: "revoked_by_owner", actor });
    await expect(here.governed.check(key)).rejects.toMatchObject(revoked("revoked_by_owner"));
    const { items } = await here.events.list({ accountId: "acme", limit: 1, after: null });
    expect(items[0]).toMatchObject({ type: "session.revoked", actor: { id: "grace" }, ip: "192.0.2.2" });
  });
});

describe("governed.end of a session that was not seen yet", () => {
  test("begins and ends it where the host says whose it is, so that no first sight opens it later", async () => {
    const { clock, here, there, hostSession, key, trail } = await openReplicas();
    const input = hostSession({ startedAt: clock.now() - MINUTE });
    await here.governed.end(input);
    for (const curfew of [here, there]) {
      await expect(curfew.governed.open(input)).rejects.toMatchObject(revoked("signed_out"));
      await expect(curfew.governed.check(key)).rejects.toMatchObject(revoked("signed_out"));
    }
    expect(await trail()).toEqual(["user.signed_in", "user.signed_out"]);
  });

  test("ends it also where its first sight is under way here or elsewhere", async () => {
    for (let round = 0; round < 20; round++) {
      const { here, there, hostSession, key } = await openReplicas();
      const input = hostSession();
      const opened = Promise.allSettled([here.governed.open(input), there.governed.admit(input)]);
      await Promise.all([here.governed.end(input), opened]);
      await expect(there.governed.check(key)).rejects.toMatchObject(revoked("signed_out"));
    }
  });

  test("is no error where it is over, or its user is disabled, and ends no others", async () => {
    const { clock, here, hostSession } = await openReplicas({ owners: "host" });
    const other = hostSession({ hostSessionId: "other" });
    await here.governed.open(other);
    await here.governed.end(hostSession({ hostSessionId: "old", startedAt: clock.now() - 25 * 60 * MINUTE }));
    await here.governed.end(hostSession({ hostSessionId: "h2", endsOthers: "revoked_by_user" }));
    await expect(here.governed.check(other)).resolves.toMatchObject({ userId: "ada" });
    await here.users.update({
      accountId: "acme",
      userId: "ada",
      changes: { disabled: true },
      actor: NOBODY,
    });
    await here.governed.end(hostSession({ hostSessionId: "h3" }));
    await expect(here.governed.open(hostSession({ hostSessionId: "h3" }))).rejects.toMatchObject({
      code: "user_disabled",
    });
  });

  test("throws what kept it from being recorded, so that no sign-out is lost unnoticed", async () => {
    const { clock, here, hostSession } = await openReplicas();
    const input = hostSession({ startedAt: clock.now() + 2 * MINUTE });
    await expect(here.governed.end(input)).rejects.toMatchObject({ code: "validation_failed" });
  });

  test("is no error where the account was signed out before, and keeps that reason", async () => {
    const { clock, here, hostSession } = await openReplicas();
    await here.governed.open(hostSession({ hostSessionId: "other" }));
    const input = hostSession();
    await clock.advance(1000);
    await here.revoke.account("acme", { actor: NOBODY });
    await here.governed.end(input);
    await expect(here.governed.check(input)).rejects.toMatchObject(revoked("revoked_by_owner"));
  });

  test("costs no more than the end of a key once it is known", async () => {
    const { here, hostSession, key, callsOf } = await openReplicas();
    const other = hostSession({ hostSessionId: "h2" });
    for (const input of [hostSession(), other]) await here.governed.open(input);
    const byKey = await callsOf(() => here.governed.end(key));
    expect(await callsOf(() => here.governed.end(other))).toEqual(byKey);
  });

  test("names what it named at first where the host changes its object meanwhile", async () => {
    const { here, hostSession, key, setAfterCall } = await openReplicas();
    const input = hostSession();
    setAfterCall(() => Object.assign(input, { hostSessionId: "h2", startedAt: "now", user: null }));
    await here.governed.end(input);
    setAfterCall(() => undefined);
    await expect(here.governed.check(key)).rejects.toMatchObject(revoked("signed_out"));
    await expect(here.governed.check({ ...key, hostSessionId: "h2" })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("governed.watch", () => {
  test("tells a deadline that another process has shortened within two seconds", async () => {
    const { clock, here, there, hostSession, key } = await openReplicas();
    const { session } = await here.governed.open(hostSession());
    const changes: SessionChange[] = [];
    await here.governed.watch(key, (change) => changes.push(change));
    await there.policy.update("acme", { idleMinutes: 30 }, { actor: NOBODY, apply: "now" });
    await clock.advance(2000);
    expect(changes.filter(({ kind }) => kind === "shortened")).toMatchObject([
      { session: { id: session.id, idleExpiresAt: session.lastActiveAt + 30 * MINUTE } },
    ]);
  });

  test("tells the end of a session that another process ended within a second", async () => {
    const { clock, here, there, hostSession, key } = await openReplicas();
    await expect(here.governed.watch(key, () => undefined)).rejects.toMatchObject({ code: "not_found" });
    await here.governed.open(hostSession());
    const listener = vi.fn();
    const { session } = await here.governed.watch(key, listener);
    expect(session.isGoverned).toBe(true);
    await there.governed.end(key);
    await clock.advance(1000);
    await clock.advance(0);
    expect(listener.mock.calls).toMatchObject([[{ kind: "ended", fate: { reason: "signed_out" } }]]);
  });
});

describe("onEnding", () => {
  test("is told in every process, once, of each revocation, and of no expiry", async () => {
    const { clock, here, there, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    const [heardHere, heardThere] = [vi.fn(), vi.fn()];
    here.onEnding(heardHere);
    there.onEnding(heardThere);
    await here.governed.end(key);
    const { session } = await here.governed.open(hostSession({ hostSessionId: "h2" }));
    await here.governed.open(hostSession({ hostSessionId: "h4" }));
    clock.stall(1);
    await there.revoke.account("acme", { actor: NOBODY, spareSessionId: session.id });
    clock.stall(1);
    await there.governed.open(hostSession({ hostSessionId: "h3" }));
    await there.revoke.account("acme", { actor: NOBODY, spareSessionId: session.id });
    await clock.advance(1000);
    await clock.advance(1000);
    for (const heard of [heardHere, heardThere])
      expect(heard.mock.calls.map(([{ scope, reason, spares }]) => [scope, reason, spares])).toEqual([
        ["session", "signed_out", null],
        ["account", "revoked_by_owner", session.id],
        ["account", "revoked_by_owner", session.id],
      ]);
    await clock.advance(2 * HOUR);
    expect(heardHere).toHaveBeenCalledTimes(3);
  });
});
