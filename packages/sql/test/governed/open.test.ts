import { describe, expect, test, vi } from "vitest";
import { ada, expired, MINUTE, NOBODY, openReplicas, revoked } from "./governed-engine.js";

const HOUR = 60 * MINUTE;

describe("governed.open", () => {
  test("begins a session under the policy of the moment, counted from its start and its last use", async () => {
    const { clock, here, hostSession, trail } = await openReplicas();
    const startedAt = clock.now() - 3 * HOUR;
    const lastActiveAt = clock.now() - 20 * MINUTE;
    const { session, user, now } = await here.governed.open(hostSession({ startedAt, lastActiveAt }));
    expect(session).toMatchObject({
      isGoverned: true,
      startedAt,
      authenticatedAt: startedAt,
      lastActiveAt,
      idleExpiresAt: lastActiveAt + HOUR,
      absoluteExpiresAt: startedAt + 24 * HOUR,
    });
    expect(user).toMatchObject({ ...ada, lastLoginAt: startedAt });
    expect(now).toBe(clock.now());
    expect(await trail()).toEqual(["session.adopted"]);
  });

  test("records a sign-in where it sees the session within a minute of its start", async () => {
    const { clock, here, hostSession, trail } = await openReplicas();
    await here.governed.open(hostSession({ startedAt: clock.now() - MINUTE }));
    await here.governed.open(hostSession({ hostSessionId: "h2", startedAt: clock.now() - MINUTE - 1 }));
    expect(await trail()).toEqual(["user.signed_in", "session.adopted"]);
  });

  test("ends others beyond the limit at a sign-in, and none at an adoption", async () => {
    const { clock, here, hostSession, key } = await openReplicas({ sessionsPerUser: 1 });
    await here.governed.open(hostSession());
    await here.governed.open(hostSession({ hostSessionId: "h2", startedAt: clock.now() - HOUR }));
    await expect(here.governed.check(key)).resolves.toBeDefined();
    await here.governed.open(hostSession({ hostSessionId: "h3" }));
    await expect(here.governed.check(key)).rejects.toMatchObject(revoked("session_limit"));
  });

  test("at first sight costs two reads and a write, whether the session is over or not", async () => {
    const { clock, here, hostSession, callsOf } = await openReplicas();
    const cost = { readSession: 1, readPolicy: 1, startSession: 1 };
    expect(await callsOf(() => here.governed.open(hostSession()))).toEqual(cost);
    const old = hostSession({ hostSessionId: "h2", startedAt: clock.now() - 25 * HOUR });
    expect(await callsOf(() => here.governed.open(old).catch(() => undefined))).toEqual(cost);
    const renamed = hostSession({ user: { ...ada, name: "Ada L." } });
    expect(await callsOf(() => here.governed.open(renamed))).toEqual({ readSession: 1, meetUser: 1 });
  });

  test("throws the end of a session that comes between its read and its write", async () => {
    const { here, there, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    const renamed = hostSession({ user: { ...ada, name: "Ada L." } });
    const [, opened] = await Promise.allSettled([there.governed.end(key), here.governed.open(renamed)]);
    expect(opened).toMatchObject({ status: "rejected", reason: revoked("signed_out") });
  });

  test("throws the end of an account that is being deleted", async () => {
    const { here, hostSession } = await openReplicas();
    await here.governed.open(hostSession());
    await here.accounts.delete({ accountId: "acme", actor: NOBODY });
    await expect(here.governed.open(hostSession({ hostSessionId: "h2" }))).rejects.toMatchObject(
      revoked("account_deleted"),
    );
  });

  test("is unavailable where the policy changes each time, after four attempts", async () => {
    const { clock, openReplica, store, hostSession } = await openReplicas();
    const startSession = vi.fn(async () => ({ kind: "policy_moved", now: clock.now() }) as const);
    const contended = await openReplica({ store: { ...store, startSession } });
    await expect(contended.governed.open(hostSession())).rejects.toMatchObject({ code: "unavailable" });
    expect(startSession).toHaveBeenCalledTimes(4);
  });

  test("of a known session reads once and writes nothing where nothing is new", async () => {
    const { clock, here, there, hostSession, callsOf } = await openReplicas();
    const input = hostSession();
    await here.governed.open(input);
    await clock.advance(MINUTE);
    expect(await callsOf(() => there.governed.open(input))).toEqual({ readSession: 1 });
  });

  test("takes a new name, e-mail and role, and a later authentication", async () => {
    const { clock, here, hostSession, key } = await openReplicas({ owners: "host" });
    await here.governed.open(hostSession());
    const user = { ...ada, name: "Ada L.", email: "al@example.test", role: "member" as const };
    await clock.advance(MINUTE);
    const authenticatedAt = clock.now();
    const opened = await here.governed.open(hostSession({ user, authenticatedAt }));
    expect(opened).toMatchObject({ user, session: { authenticatedAt } });
    await here.governed.open(hostSession({ user, authenticatedAt: authenticatedAt - 1 }));
    await expect(here.governed.check(key)).resolves.toMatchObject({ role: "member", authenticatedAt });
  });

  test("takes a new role that counts at once for the user's other sessions in this process", async () => {
    const { here, hostSession, key } = await openReplicas({ owners: "host" });
    await here.governed.open(hostSession());
    const user = { ...ada, role: "member" as const };
    await here.governed.open(hostSession({ hostSessionId: "h2", user }));
    await here.governed.open(hostSession({ hostSessionId: "h2", user: ada }));
    await expect(here.governed.check(key)).resolves.toMatchObject({ role: "owner" });
    await here.governed.open(hostSession({ hostSessionId: "h2", user }));
    await expect(here.governed.check(key)).resolves.toMatchObject({ role: "member" });
  });

  test("takes a proof that lies ahead as now, and writes one that is known no more", async () => {
    const { clock, here, hostSession, callsOf } = await openReplicas();
    const startedAt = clock.now();
    await here.governed.open(hostSession({ startedAt }));
    await clock.advance(MINUTE);
    const authenticatedAt = clock.now();
    const ahead = hostSession({ startedAt, authenticatedAt: authenticatedAt + 1000 });
    await expect(here.governed.open(ahead)).resolves.toMatchObject({ session: { authenticatedAt } });
    const same = hostSession({ startedAt, authenticatedAt });
    expect(await callsOf(() => here.governed.open(same))).toEqual({ readSession: 1 });
  });

  test("remembers the end that it throws", async () => {
    const { clock, here, there, hostSession, key, callsOf } = await openReplicas();
    const input = hostSession();
    await here.governed.open(input);
    await clock.advance(HOUR);
    const refused = (call: Promise<unknown>) => expect(call).rejects.toMatchObject(expired("idle"));
    await refused(there.governed.open(input));
    expect(await callsOf(() => refused(there.governed.check(key)))).toEqual({});
  });

  test("throws the end of one that has ended, and never revives it", async () => {
    const { clock, here, there, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    await there.governed.end(key, { reason: "password_changed" });
    for (const curfew of [here, there])
      await expect(curfew.governed.open(hostSession())).rejects.toMatchObject(revoked("password_changed"));
    await here.governed.open(hostSession({ hostSessionId: "h2" }));
    await clock.advance(HOUR);
    await expect(here.governed.open(hostSession({ hostSessionId: "h2" }))).rejects.toMatchObject(
      expired("idle"),
    );
  });

  test("records what is past already as expired at that deadline", async () => {
    const { clock, here, hostSession, key, trail } = await openReplicas();
    const startedAt = clock.now() - 25 * HOUR;
    const refusal = {
      code: "session_expired",
      details: { reason: "absolute", endedAt: startedAt + 24 * HOUR },
    };
    await expect(here.governed.open(hostSession({ startedAt }))).rejects.toMatchObject(refusal);
    await expect(here.governed.check(key)).rejects.toMatchObject(refusal);
    expect(await trail()).toEqual(["session.expired"]);
  });

  test("counts the absolute lifetime from the switch for sessions from before it", async () => {
    const governedSince = Date.UTC(2026, 0, 5, 8);
    const { clock, here, hostSession } = await openReplicas({ governedSince });
    const old = await here.governed.open(hostSession({ startedAt: clock.now() - 90 * 24 * HOUR }));
    expect(old.session.absoluteExpiresAt).toBe(governedSince + 24 * HOUR);
    const startedAt = governedSince + MINUTE;
    const recent = await here.governed.open(hostSession({ hostSessionId: "h2", startedAt }));
    expect(recent.session.absoluteExpiresAt).toBe(startedAt + 24 * HOUR);
  });

  test("a session from before its account or its user was signed out is dead at first sight", async () => {
    const { clock, here, there, hostSession, key } = await openReplicas();
    const startedAt = clock.now() - 5 * MINUTE;
    const signedOutAt = clock.now();
    await there.revoke.account("acme", { actor: NOBODY });
    await clock.advance(MINUTE);
    const refusal = { ...revoked("revoked_by_owner"), details: { endedAt: signedOutAt } };
    await expect(here.governed.open(hostSession({ startedAt }))).rejects.toMatchObject(refusal);
    await expect(here.governed.check(key)).rejects.toMatchObject(refusal);
    await expect(here.governed.open(hostSession({ hostSessionId: "h2" }))).resolves.toBeDefined();
  });

  test("of a disabled user throws user_disabled", async () => {
    const { clock, here, hostSession } = await openReplicas({ owners: "host" });
    await here.governed.open(hostSession());
    await here.users.update({ accountId: "acme", userId: "ada", changes: { disabled: true }, actor: NOBODY });
    await clock.advance(1000);
    await expect(here.governed.open(hostSession({ hostSessionId: "h2" }))).rejects.toMatchObject({
      code: "user_disabled",
    });
  });

  test("of another user ends the session and throws a fault of user.id", async () => {
    const { here, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    const another = hostSession({ user: { ...ada, id: "ben" }, device: { ip: "192.0.2.9" } });
    await expect(here.governed.open(another)).rejects.toMatchObject({
      code: "validation_failed",
      details: { faults: [{ field: "user.id", message: "The host session is of another user." }] },
    });
    await expect(here.governed.check(key)).rejects.toMatchObject(revoked("signed_out"));
    const { items } = await here.events.list({ accountId: "acme", limit: 1, after: null });
    expect(items[0]).toMatchObject({ type: "user.signed_out", actor: null, ip: "192.0.2.9" });
  });

  test("governs one host session in several accounts, each by itself", async () => {
    const { here, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    const other = hostSession({ accountId: "umbrella" });
    await here.governed.open(other);
    await here.governed.end(key);
    await expect(here.governed.check(other)).resolves.toMatchObject({ accountId: "umbrella" });
    await expect(here.governed.check(key)).rejects.toMatchObject(revoked("signed_out"));
  });

  test.each([
    [60_000, true],
    [60_001, false],
  ])("takes a start %d ms ahead of the database's clock: %s", async (aheadMs, isAccepted) => {
    const { clock, here, hostSession } = await openReplicas();
    const opening = here.governed.open(hostSession({ startedAt: clock.now() + aheadMs }));
    if (isAccepted) await expect(opening).resolves.toMatchObject({ session: { startedAt: clock.now() } });
    else
      await expect(opening).rejects.toMatchObject({
        code: "validation_failed",
        details: { faults: [{ field: "startedAt" }] },
      });
  });
});

describe("sessions.start with the host's times", () => {
  test("counts from them, as an adoption", async () => {
    const { clock, here, trail } = await openReplicas();
    const startedAt = clock.now() - HOUR;
    const notAfter = clock.now() + 2 * HOUR;
    const { session } = await here.sessions.start({ accountId: "acme", user: ada, startedAt, notAfter });
    expect(session).toMatchObject({
      isGoverned: false,
      startedAt,
      authenticatedAt: startedAt,
      lastActiveAt: clock.now(),
      absoluteExpiresAt: notAfter,
    });
    expect(await trail()).toEqual(["session.adopted"]);
  });

  test("refuses moments that are no numbers, too far ahead, or out of order", async () => {
    const { clock, here } = await openReplicas();
    const now = clock.now();
    for (const [field, times] of [
      ["startedAt", { startedAt: Number.NaN }],
      ["authenticatedAt", { authenticatedAt: now + 60_001 }],
      ["notAfter", { notAfter: now - 1 }],
    ] as const)
      await expect(here.sessions.start({ accountId: "acme", user: ada, ...times })).rejects.toMatchObject({
        code: "validation_failed",
        details: { faults: [{ field }] },
      });
  });
});
