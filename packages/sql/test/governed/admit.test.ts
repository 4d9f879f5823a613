import type { OpenGoverned } from "@curfew/core";
import { describe, expect, test, vi } from "vitest";
import { ada, expired, MINUTE, NOBODY, openReplicas, revoked } from "./governed-engine.js";

describe("governed.admitNow", () => {
  test("answers as admit what is known, and null for what has to be read, has news or is over", async () => {
    const { clock, here, there, hostSession, callsOf } = await openReplicas();
    const input = hostSession();
    expect(here.governed.admitNow(input)).toBe(null);
    const opened = await here.governed.admit(input);
    const calls = await callsOf(async () => {
      expect(here.governed.admitNow(input)).toEqual(opened);
      expect(here.governed.admitNow({ ...input, user: { ...ada, name: "Ada L." } })).toBe(null);
      expect(there.governed.admitNow(input)).toBe(null);
    });
    expect(calls).toEqual({});
    await here.governed.end(input);
    expect(here.governed.admitNow(input)).toBe(null);
    const other = hostSession({ hostSessionId: "h2" });
    await here.governed.admit(other);
    await clock.advance(5 * MINUTE);
    expect(here.governed.admitNow(other)).toBe(null);
  });

  test.each([
    ["startedAt", { startedAt: "now" }],
    ["lastActiveAt", { lastActiveAt: Number.NaN }],
    ["notAfter", { notAfter: null }],
    ["authenticatedAt", { authenticatedAt: "now" }],
    ["endsOthers", { endsOthers: "boredom" }],
    ["device.ip", { device: { ip: 7 } }],
    ["user", { user: null }],
    ["user.name", { user: { ...ada, name: 7 } }],
    ["accountId", { accountId: ["acme"] }],
    ["hostSessionId", { hostSessionId: new String("h1") }],
  ])("refuses a wrong %s also of a session that is known, and so does admit", async (field, wrong) => {
    const { here, hostSession } = await openReplicas();
    const input = hostSession();
    await here.governed.admit(input);
    const faulty = { ...input, ...wrong } as OpenGoverned;
    const refusal = expect.objectContaining({
      code: "validation_failed",
      details: { faults: [expect.objectContaining({ field })] },
    });
    expect(() => here.governed.admitNow(faulty)).toThrow(refusal);
    await expect(here.governed.admit(faulty)).rejects.toEqual(refusal);
  });
});

describe("governed.admit", () => {
  test("opens a session at first sight, with the client's device", async () => {
    const { here, hostSession, key } = await openReplicas();
    const deviceOf = () => ({ label: "Firefox on Linux", ip: "192.0.2.7" });
    const { session } = await here.governed.admit(hostSession({ device: { ip: "192.0.2.8" } }), deviceOf);
    expect(session.device).toEqual({ label: "Firefox on Linux", userAgent: null, ip: "192.0.2.8" });
    await expect(here.governed.check(key)).resolves.toMatchObject({ sessionId: session.id });
  });

  test("answers what this process has opened with session and user, from memory, and asks for no device", async () => {
    const { clock, here, hostSession, callsOf } = await openReplicas();
    const input = hostSession();
    const opened = await here.governed.admit(input);
    await clock.advance(1000);
    const deviceOf = vi.fn(() => ({}));
    const calls = await callsOf(async () => {
      const admitted = await here.governed.admit(input, deviceOf);
      expect(admitted).toEqual({ ...opened, now: clock.now() });
    });
    expect(calls).toEqual({});
    expect(deviceOf).not.toHaveBeenCalled();
  });

  test("reads once, for session and user, what was opened before anything was admitted", async () => {
    const { here, hostSession, callsOf } = await openReplicas();
    const input = hostSession();
    const { session, user } = await here.governed.open(input);
    const admit = () => expect(here.governed.admit(input)).resolves.toMatchObject({ session, user });
    expect(here.governed.admitNow(input)).toBe(null);
    expect(await callsOf(admit)).toEqual({ readSession: 1 });
    expect(await callsOf(admit)).toEqual({});
  });

  test("shows a use that this process has written", async () => {
    const { clock, here, hostSession, key, callsOf } = await openReplicas();
    const input = hostSession();
    await here.governed.admit(input);
    await clock.advance(2 * MINUTE);
    const { session } = await here.governed.touch(key);
    const calls = await callsOf(async () => {
      const admitted = await here.governed.admit(input);
      expect(admitted.session).toEqual(session);
    });
    expect(calls).toEqual({});
  });

  test.each([
    ["role", { role: "member" }],
    ["name", { name: "Ada L." }],
    ["e-mail", { email: "ada@elsewhere.test" }],
  ] as const)("opens the session again, once, where the host says another %s", async (_field, change) => {
    const { here, hostSession, callsOf } = await openReplicas({ owners: "host" });
    await here.governed.admit(hostSession());
    const changed = hostSession({ user: { ...ada, ...change } });
    const admitted = await here.governed.admit(changed);
    expect(admitted.user).toMatchObject(change);
    expect(admitted.identity.role).toBe(admitted.user.role);
    expect(await callsOf(() => here.governed.admit(changed))).toEqual({});
  });

  test("goes by the role that the host says of this call, whatever it said of another session or to another process", async () => {
    const { clock, here, there, hostSession } = await openReplicas({ owners: "host" });
    const says = (role: "owner" | "member", hostSessionId: string) =>
      hostSession({ hostSessionId, user: { ...ada, role }, startedAt });
    const startedAt = clock.now();
    for (const [role, hostSessionId, curfew] of [
      ["member", "h1", here],
      ["owner", "h2", here],
      ["member", "h1", here],
      ["owner", "h1", there],
      ["member", "h1", here],
      ["owner", "h2", there],
      ["member", "h2", here],
    ] as const) {
      const input = says(role, hostSessionId);
      for (let call = 0; call < 2; call++) {
        const { identity, user } = curfew.governed.admitNow(input) ?? (await curfew.governed.admit(input));
        expect([identity.role, user.role]).toEqual([role, role]);
      }
      expect(await here.users.get("acme", "ada")).toMatchObject({ role });
      await clock.advance(1000);
    }
  });

  test("takes a later proof of who the person is", async () => {
    const { clock, here, hostSession } = await openReplicas();
    const { startedAt } = hostSession();
    await here.governed.admit(hostSession({ startedAt }));
    await clock.advance(MINUTE);
    const authenticatedAt = clock.now();
    const { identity } = await here.governed.admit(hostSession({ startedAt, authenticatedAt }));
    expect(identity.authenticatedAt).toBe(authenticatedAt);
  });

  test("of another person ends the session", async () => {
    const { here, hostSession } = await openReplicas();
    await here.governed.admit(hostSession());
    const another = hostSession({ user: { ...ada, id: "grace" } });
    await expect(here.governed.admit(another)).rejects.toMatchObject({ code: "validation_failed" });
    await expect(here.governed.admit(hostSession())).rejects.toMatchObject(revoked("signed_out"));
  });

  test("throws what a failed read throws, and asks no more", async () => {
    const { clock, here, hostSession, callsOf, setDown } = await openReplicas();
    const input = hostSession();
    await here.governed.admit(input);
    clock.stall(5 * MINUTE);
    setDown(true);
    const calls = await callsOf(() => expect(here.governed.admit(input)).rejects.toThrow("database down"));
    expect(calls).toEqual({ readSession: 1 });
  });

  test("opens what this process has only read, to know what the host says of it", async () => {
    const { here, there, hostSession, key, callsOf } = await openReplicas();
    const input = hostSession();
    await here.governed.open(input);
    await there.governed.check(key);
    expect(there.governed.admitNow(input)).toBe(null);
    expect(await callsOf(() => there.governed.admit(input))).toEqual({ readSession: 1 });
    expect(there.governed.admitNow(input)).toMatchObject({ identity: { userId: "ada" } });
  });

  test("refuses an ended session from memory, whatever else the host says of it", async () => {
    const { clock, here, hostSession, callsOf } = await openReplicas();
    const input = hostSession();
    await here.governed.admit(input);
    await clock.advance(60 * MINUTE);
    const refused = (user: object) =>
      expect(here.governed.admit({ ...input, user: { ...ada, ...user } })).rejects.toMatchObject(
        expired("idle"),
      );
    await refused({});
    expect(here.governed.admitNow(input)).toBe(null);
    expect(await callsOf(() => refused({ name: "Ada L.", id: "ben" }))).toEqual({});
  });

  test("opens a session again whose account was deleted and has begun again", async () => {
    const { clock, here, there, hostSession } = await openReplicas();
    const input = hostSession();
    await here.governed.admit(input);
    await there.accounts.delete({ accountId: "acme", actor: NOBODY });
    while ((await there.sweep()).more);
    await clock.advance(1000);
    const again = hostSession({ startedAt: clock.now() });
    await expect(here.governed.admit(input)).rejects.toMatchObject(revoked("account_deleted"));
    await there.governed.open({ ...again, hostSessionId: "h2", user: { ...ada, id: "ben" } });
    await expect(here.governed.admit(again)).resolves.toMatchObject({
      session: { startedAt: again.startedAt },
    });
  });

  test("refuses an ended session with its reason, in every process, and never opens it again", async () => {
    const { clock, here, there, hostSession, callsOf } = await openReplicas();
    const refused = (curfew = here) =>
      expect(curfew.governed.admit(hostSession())).rejects.toMatchObject(revoked("revoked_by_owner"));
    await here.governed.admit(hostSession());
    await there.revoke.account("acme", { actor: NOBODY });
    await clock.advance(1000);
    expect(await callsOf(refused)).toEqual({});
    expect(await callsOf(() => refused(there))).toEqual({ readSession: 1 });
  });

  test("reads a session again that this process read five minutes ago", async () => {
    const { clock, here, hostSession, callsOf } = await openReplicas();
    const input = hostSession();
    await here.governed.admit(input);
    const opened = await here.governed.admit(input);
    await clock.advance(5 * MINUTE);
    const { session, user } = opened;
    const identity = { ...opened.identity, issuedAt: clock.now(), expiresAt: clock.now() + 5 * MINUTE };
    const admitted = { identity, session, user, now: clock.now() };
    const read = () => expect(here.governed.admit(input)).resolves.toEqual(admitted);
    expect(await callsOf(read)).toEqual({ readSession: 1 });
    expect(await callsOf(() => here.governed.admit(input))).toEqual({});
  });
});
