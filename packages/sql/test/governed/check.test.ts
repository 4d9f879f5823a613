import { describe, expect, test } from "vitest";
import { ada, expired, MINUTE, NOBODY, openReplicas, revoked } from "./governed-engine.js";

describe("governed.check", () => {
  test("answers from memory what this process has opened, without a call of the store", async () => {
    const { clock, here, hostSession, key, callsOf } = await openReplicas();
    const { session } = await here.governed.open(hostSession());
    const calls = await callsOf(async () => {
      for (let n = 0; n < 100; n++) await here.governed.check(key);
    });
    expect(calls).toEqual({});
    await expect(here.governed.check(key)).resolves.toMatchObject({
      accountId: "acme",
      userId: "ada",
      sessionId: session.id,
      role: "owner",
      authenticatedAt: clock.now(),
      issuedAt: clock.now(),
    });
  });

  test("reads what another process opened once, and again after five minutes from the start of that read", async () => {
    const { clock, here, there, hostSession, key, callsOf } = await openReplicas();
    await here.governed.open(hostSession());
    const check = () => callsOf(() => there.governed.check(key));
    expect(await check()).toEqual({ readSession: 1 });
    expect(await check()).toEqual({});
    await clock.advance(5 * MINUTE - 1);
    expect(await check()).toEqual({});
    await clock.advance(1);
    expect(await check()).toEqual({ readSession: 1 });
  });

  test.each(["check", "open"] as const)(
    "counts those minutes from the start of a read of %s that takes long",
    async (name) => {
      const { clock, here, there, hostSession, key, callsOf, setAfterCall } = await openReplicas();
      await here.governed.open(hostSession());
      setAfterCall(() => clock.stall(700));
      await (name === "check" ? there.governed.check(key) : there.governed.open(hostSession()));
      setAfterCall(() => undefined);
      await clock.advance(5 * MINUTE - 701);
      expect(await callsOf(() => there.governed.check(key))).toEqual({});
      await clock.advance(1);
      expect(await callsOf(() => there.governed.check(key))).toEqual({ readSession: 1 });
    },
  );

  test("remembers no longer than an access token lives", async () => {
    const { clock, here, hostSession, key, callsOf } = await openReplicas({ accessTokenSeconds: 20 });
    await here.governed.open(hostSession());
    await clock.advance(19_999);
    expect(await callsOf(() => here.governed.check(key))).toEqual({});
    await clock.advance(1);
    expect(await callsOf(() => here.governed.check(key))).toEqual({ readSession: 1 });
  });

  test("throws not_found for what was never opened, and answers once another process has opened it", async () => {
    const { here, there, hostSession, key } = await openReplicas();
    await expect(here.governed.check(key)).rejects.toMatchObject({ code: "not_found" });
    await there.governed.open(hostSession());
    await expect(here.governed.check(key)).resolves.toMatchObject({ userId: "ada" });
  });

  test.each([
    ["everybody is signed out", "revoked_by_owner"],
    ["the user is disabled", "user_disabled"],
    ["the session ends", "signed_out"],
  ])(
    "refuses in every process once %s, without a call of the store where it happened elsewhere",
    async (act, reason) => {
      const { clock, here, there, hostSession, key, callsOf } = await openReplicas({ owners: "host" });
      await here.governed.open(hostSession());
      await there.governed.check(key);
      if (reason === "revoked_by_owner") await there.revoke.account("acme", { actor: NOBODY });
      else if (reason === "signed_out") await there.governed.end(key);
      else
        await there.users.update({
          accountId: "acme",
          userId: "ada",
          changes: { disabled: true },
          actor: NOBODY,
        });
      expect(act).not.toBe("");
      await expect(there.governed.check(key)).rejects.toMatchObject(revoked(reason));
      await clock.advance(1000);
      const calls = await callsOf(() =>
        expect(here.governed.check(key)).rejects.toMatchObject(revoked(reason)),
      );
      expect(calls).toEqual({});
    },
  );

  test("asks the database for each session while the feed is stale, and throws its error if it can't answer", async () => {
    const { clock, here, hostSession, key, callsOf, setDown } = await openReplicas();
    await here.governed.open(hostSession());
    clock.stall(2000);
    expect(await callsOf(() => here.governed.check(key))).toEqual({});
    clock.stall(1);
    expect(await callsOf(() => here.governed.check(key))).toEqual({ readSession: 1 });
    setDown(true);
    await expect(here.governed.check(key)).rejects.toThrow("database down");
  });

  test("asks the database before it refuses by a deadline, which another process may have moved", async () => {
    const { clock, here, there, hostSession, key, callsOf } = await openReplicas();
    await here.governed.open(hostSession());
    await clock.advance(58 * MINUTE);
    await here.governed.check(key);
    await there.governed.touch(key);
    await clock.advance(2 * MINUTE);
    expect(await callsOf(() => here.governed.check(key))).toEqual({ readSession: 1 });
    expect(await callsOf(() => here.governed.check(key))).toEqual({});
  });

  test("tells the end at a deadline as it is stored, then from memory", async () => {
    const { clock, here, hostSession, key, callsOf } = await openReplicas();
    const { session } = await here.governed.open(hostSession());
    await clock.advance(60 * MINUTE);
    const refusal = { ...expired("idle"), details: { reason: "idle", endedAt: session.idleExpiresAt } };
    await expect(here.governed.check(key)).rejects.toMatchObject(refusal);
    const calls = await callsOf(() => expect(here.governed.check(key)).rejects.toMatchObject(refusal));
    expect(calls).toEqual({});
    await clock.advance(5 * MINUTE);
    const read = () => expect(here.governed.check(key)).rejects.toMatchObject(refusal);
    expect(await callsOf(read)).toEqual({ readSession: 1 });
    expect((await here.events.list({ accountId: "acme", limit: 9, after: null })).items[0]).toMatchObject({
      type: "session.expired",
      at: session.idleExpiresAt,
    });
  });

  test("reads again, and refuses nobody, once a role or an applied policy has changed", async () => {
    const { clock, here, there, hostSession, key, callsOf } = await openReplicas();
    await here.governed.open(hostSession());
    await there.governed.open(hostSession({ hostSessionId: "h2", user: { ...ada, id: "ben" } }));
    await there.users.update({
      accountId: "acme",
      userId: "ada",
      changes: { role: "member" },
      actor: NOBODY,
    });
    await clock.advance(1000);
    const calls = await callsOf(async () =>
      expect(await here.governed.check(key)).toMatchObject({ role: "member" }),
    );
    expect(calls).toEqual({ readSession: 1 });
    await there.policy.update("acme", { idleMinutes: 30 }, { actor: NOBODY, apply: "now" });
    await clock.advance(1000);
    expect(await callsOf(() => here.governed.check(key))).toEqual({ readSession: 1 });
    expect(await callsOf(() => here.governed.check(key))).toEqual({});
  });

  test.each([-60 * MINUTE, 60 * MINUTE])(
    "gives the same verdicts in a process whose clock is %d ms off",
    async (offsetMs) => {
      const { clock, here, openReplica, hostSession, key, callsOf } = await openReplicas();
      const other = await openReplica({
        clock: { now: () => clock.now() + offsetMs, monotonic: () => clock.monotonic() + 5000 },
      });
      const input = hostSession({ startedAt: clock.now() + MINUTE });
      const { session } = await other.governed.open(input);
      await expect(here.governed.open(input)).resolves.toMatchObject({ session, now: clock.now() });
      const check = () => callsOf(() => other.governed.check(key));
      await clock.advance(5 * MINUTE - 1);
      expect(await check()).toEqual({});
      await clock.advance(1);
      expect(await check()).toEqual({ readSession: 1 });
      await clock.advance(55 * MINUTE - 1);
      await expect(other.governed.check(key)).resolves.toBeDefined();
      await clock.advance(1);
      const refusal = { ...expired("idle"), details: { endedAt: session.idleExpiresAt } };
      for (const curfew of [other, here])
        await expect(curfew.governed.check(key)).rejects.toMatchObject(refusal);
    },
  );

  test("takes over the database's clock, which runs on while the machine sleeps", async () => {
    const { clock, here, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    clock.step(2 * MINUTE);
    await here.governed.check(key);
    expect(here.now()).toBe(clock.now());
  });

  test("reads a session of which this process only knows that a use is being written", async () => {
    const { here, there, hostSession, key } = await openReplicas();
    const { session } = await here.governed.open(hostSession());
    const [touched, checked] = await Promise.all([there.governed.touch(key), there.governed.check(key)]);
    expect([touched.session.id, checked.sessionId]).toEqual([session.id, session.id]);
  });

  test("tells the first end of a session, whatever comes after it", async () => {
    const { clock, here, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    await clock.advance(60 * MINUTE);
    await expect(here.governed.check(key)).rejects.toMatchObject(expired("idle"));
    await here.governed.open(hostSession({ hostSessionId: "h2" }));
    await here.revoke.account("acme", { actor: NOBODY });
    await expect(here.governed.check(key)).rejects.toMatchObject(expired("idle"));
    await clock.advance(1000);
    await expect(here.governed.check(key)).rejects.toMatchObject(expired("idle"));
  });

  test("tells what another process did first, though this one knows only its own act yet", async () => {
    const { here, there, hostSession, key } = await openReplicas();
    await here.governed.open(hostSession());
    await here.governed.open(hostSession({ hostSessionId: "h2", user: { ...ada, id: "ben" } }));
    await there.revoke.user("acme", "ada", { actor: NOBODY, reason: "revoked_by_user" });
    await here.revoke.account("acme", { actor: NOBODY });
    await expect(here.governed.check(key)).rejects.toMatchObject(revoked("revoked_by_user"));
  });

  test("moves no deadline", async () => {
    const { clock, here, hostSession, key } = await openReplicas();
    const { session } = await here.governed.open(hostSession());
    await clock.advance(10 * MINUTE);
    await here.governed.check(key);
    await expect(here.sessions.get("acme", session.id)).resolves.toMatchObject({
      session: { lastActiveAt: session.lastActiveAt, idleExpiresAt: session.idleExpiresAt },
    });
  });
});
