import { describe, expect, test } from "vitest";
import { ada, MINUTE, NOBODY, openReplicas } from "./governed-engine.js";

const HOUR = 60 * MINUTE;
const LOOSER = { idleMinutes: 120 };
const refused = { code: "reauthentication_required" };

describe("an owner whose last proof another process took", () => {
  /** `there` knows the sign-in of an hour ago, and `here` the proof of just now. */
  async function openProven() {
    const service = await openReplicas({ reauthMinutes: 15 });
    const { clock, here, there, hostSession, key } = service;
    const startedAt = clock.now();
    const signIn = hostSession({ startedAt, lastActiveAt: startedAt + HOUR });
    await clock.advance(HOUR);
    await here.governed.open(signIn);
    await there.governed.check(key);
    await here.governed.open({ ...signIn, authenticatedAt: clock.now() });
    const { sessionId, userId, authenticatedAt } = await there.governed.check(key);
    expect(authenticatedAt).toBe(startedAt);
    return { ...service, actor: { userId, sessionId, ip: null }, authenticatedAt };
  }

  test("may loosen the policy there", async () => {
    const { there, actor, authenticatedAt } = await openProven();
    await expect(there.policy.update("acme", LOOSER, { actor, authenticatedAt })).resolves.toMatchObject({
      override: LOOSER,
    });
  });

  test("may make somebody an owner there, in one act", async () => {
    const { here, there, hostSession, actor, authenticatedAt, callsOf } = await openProven();
    const ben = { ...ada, id: "ben", role: "member" as const };
    await here.governed.open(hostSession({ hostSessionId: "h2", user: ben }));
    const promote = () =>
      there.users.update({
        accountId: "acme",
        userId: "ben",
        changes: { role: "owner" },
        actor,
        authenticatedAt,
      });
    const calls = await callsOf(() => expect(promote()).resolves.toMatchObject({ role: "owner" }));
    expect(calls).toEqual({ updateUser: 2, readSession: 1 });
    expect(await callsOf(promote)).toEqual({ updateUser: 1 });
  });

  test("is asked for another one once that is too old", async () => {
    const { clock, there, actor, authenticatedAt } = await openProven();
    clock.stall(15 * MINUTE + 1);
    await expect(there.policy.update("acme", LOOSER, { actor, authenticatedAt })).rejects.toMatchObject(
      refused,
    );
  });

  test.each([
    ["no session", { sessionId: null }],
    ["no session that is there", { sessionId: "s0" }],
    ["another's session", { userId: "ben" }],
    ["nobody", NOBODY],
  ])("does not let others in who name %s", async (_whose, changes) => {
    const { there, actor, authenticatedAt } = await openProven();
    const options = { actor: { ...actor, ...changes }, authenticatedAt };
    await expect(there.policy.update("acme", LOOSER, options)).rejects.toMatchObject(refused);
  });

  test("does not let anybody in by a session that is over, or of another account", async () => {
    const { here, there, hostSession, key, actor, authenticatedAt } = await openProven();
    await here.governed.open(hostSession({ accountId: "umbrella" }));
    await expect(there.policy.update("umbrella", LOOSER, { actor, authenticatedAt })).rejects.toMatchObject(
      refused,
    );
    await here.governed.end(key);
    await expect(there.policy.update("acme", LOOSER, { actor, authenticatedAt })).rejects.toMatchObject(
      refused,
    );
  });
});

test("a recent sign-in costs no read more, and an old one counts where nothing is loosened", async () => {
  const { clock, here, hostSession, callsOf } = await openReplicas({ reauthMinutes: 15 });
  const { session } = await here.governed.open(hostSession());
  const options = {
    actor: { userId: "ada", sessionId: session.id, ip: null },
    authenticatedAt: clock.now(),
  };
  const update = (patch: object) => callsOf(() => here.policy.update("acme", patch, options));
  const one = { readPolicy: 1, writePolicy: 1 };
  expect(await update(LOOSER)).toEqual(one);
  clock.stall(20 * MINUTE);
  expect(await update({ idleMinutes: 30 })).toEqual(one);
  await expect(here.policy.update("acme", LOOSER, options)).rejects.toMatchObject(refused);
});
