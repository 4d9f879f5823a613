import type { GovernedKey, OpenGoverned, SessionChange } from "@curfew/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { outcomeOf, retryUntilDone } from "../support/outcomes.js";
import { openReplicasBehindProxies, type ProxiedReplica } from "../support/replicas-behind-proxies.js";

const MINUTE = 60_000;
const NOBODY = { userId: null, sessionId: null, ip: null };

let service: Awaited<ReturnType<typeof openReplicasBehindProxies>>;
beforeAll(async () => {
  service = await openReplicasBehindProxies();
});
afterAll(() => service.close());

/** Host sessions of an account, and what each replica answers about them. */
function hostSessionsOf(accountId: string) {
  const keyOf = (person: string): GovernedKey => ({ accountId, hostSessionId: `cookie of ${person}` });
  const inputOf = (person: string): OpenGoverned => ({
    ...keyOf(person),
    user: { id: person, name: person, email: `${person}@example.test`, role: "owner" },
    startedAt: service.clock.now(),
  });
  const check = ({ curfew }: ProxiedReplica, person: string) =>
    outcomeOf(curfew.governed.check(keyOf(person)));
  return {
    accountId,
    keyOf,
    inputOf,
    check,
    /** Opens the sessions, which every replica knows then. */
    async open(...people: readonly string[]): Promise<void> {
      await service.clock.advance(1000);
      for (const person of people) await service.replicas[0].curfew.governed.open(inputOf(person));
      for (const replica of service.replicas)
        for (const person of people) expect(await check(replica, person)).toBe("done");
    },
  };
}

type HostSessions = ReturnType<typeof hostSessionsOf>;

/** Each ends the session of Ada, and not that of Ben. */
const REVOCATIONS: Readonly<
  Record<string, (sessions: HostSessions, replica: ProxiedReplica) => Promise<unknown>>
> = {
  "the host ends the session": ({ keyOf }, { curfew }) => curfew.governed.end(keyOf("ada")),
  "its user is signed out": ({ accountId }, { curfew }) =>
    curfew.revoke.user(accountId, "ada", { actor: NOBODY }),
  "everybody else is signed out": async ({ accountId, keyOf }, { curfew }) => {
    const { sessionId, userId } = await curfew.governed.check(keyOf("ben"));
    const actor = { userId, sessionId, ip: null };
    return curfew.revoke.account(accountId, { actor, spareSessionId: sessionId });
  },
  "its user is deleted": ({ accountId }, { curfew }) =>
    curfew.users.delete({ accountId, userId: "ada", actor: NOBODY }),
};

describe.each(Object.entries(REVOCATIONS))("once %s at one replica", (name, revoke) => {
  test("that one refuses it at once, and the others before a second has passed, without notifications", async () => {
    const { clock, replicas } = service;
    const sessions = hostSessionsOf(`unnotified: ${name}`);
    await sessions.open("ada", "ben");
    for (const { direct } of replicas) direct.swallow();
    await revoke(sessions, replicas[0]);
    expect(await sessions.check(replicas[0], "ada")).toBe("session_revoked");
    await clock.advance(1000);
    for (const replica of replicas) {
      expect(await sessions.check(replica, "ada")).toBe("session_revoked");
      expect(await sessions.check(replica, "ben")).toBe("done");
    }
    for (const { direct } of replicas) direct.pass();
  });

  test("the others refuse it in no time when they are notified", async () => {
    const { clock, replicas } = service;
    const sessions = hostSessionsOf(`notified: ${name}`);
    await sessions.open("ada", "ben");
    const before = clock.now();
    await revoke(sessions, replicas[1]);
    for (const replica of replicas) {
      while ((await sessions.check(replica, "ada")) !== "session_revoked")
        await new Promise((resolve) => setImmediate(resolve));
      expect(await sessions.check(replica, "ben")).toBe("done");
    }
    expect(clock.now()).toBe(before);
  });
});

describe.each([
  [
    "refuses connections",
    ({ pool }: ProxiedReplica) => pool.close(),
    ({ pool }: ProxiedReplica) => pool.open(),
  ],
  [
    "swallows all that is sent",
    async ({ pool }: ProxiedReplica) => pool.swallow(),
    async ({ pool }: ProxiedReplica) => pool.pass(),
  ],
])("a replica whose network %s", (name, breakOff, repair) => {
  test("accepts nothing two seconds after a revocation, and says unavailable of everybody, never an end", async () => {
    const { clock, replicas } = service;
    const [other, , cutOff] = replicas;
    const sessions = hostSessionsOf(name);
    await sessions.open("ada", "ben");
    const heard: SessionChange[] = [];
    const { governed } = cutOff.curfew;
    const watched = await governed.watch(sessions.keyOf("ada"), (change) => heard.push(change));
    await breakOff(cutOff);
    await other.curfew.governed.end(sessions.keyOf("ada"));
    clock.stall(2001);
    expect(await sessions.check(other, "ada")).toBe("session_revoked");
    expect(await sessions.check(other, "ben")).toBe("done");
    const outcomes = ["ada", "ben"].flatMap((person) => [
      sessions.check(cutOff, person),
      outcomeOf(governed.touch(sessions.keyOf(person))),
      outcomeOf(governed.open(sessions.inputOf(person))),
      outcomeOf(governed.end(sessions.keyOf(person))),
      outcomeOf(governed.watch(sessions.keyOf(person), () => {})),
    ]);
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(["unavailable"]));
    expect(heard).toEqual([]);

    await repair(cutOff);
    expect((await retryUntilDone(() => governed.check(sessions.keyOf("ben")))).userId).toBe("ben");
    expect(await sessions.check(cutOff, "ada")).toBe("session_revoked");
    await clock.advance(1000);
    expect(heard).toMatchObject([{ kind: "ended", fate: { state: "revoked", reason: "signed_out" } }]);
    watched.stop();
  });
});

test("a policy that is applied at one replica ends what the others remember as live for longer, and a deletion what is left", async () => {
  const { clock, replicas } = service;
  const [first, second] = replicas;
  const sessions = hostSessionsOf("applied");
  await sessions.open("ada");
  const outcomes = (person: string) =>
    Promise.all(replicas.map((replica) => sessions.check(replica, person)));
  const options = { actor: NOBODY, apply: "now" } as const;
  await first.curfew.policy.update(sessions.accountId, { idleMinutes: 10 }, options);
  await clock.advance(1000);
  clock.stall(9 * MINUTE);
  await clock.advance(0);
  expect(new Set(await outcomes("ada"))).toEqual(new Set(["done"]));
  clock.stall(MINUTE);
  await clock.advance(0);
  expect(new Set(await outcomes("ada"))).toEqual(new Set(["session_expired"]));

  await sessions.open("ben");
  await second.curfew.accounts.delete({ accountId: sessions.accountId, actor: NOBODY });
  await clock.advance(1000);
  expect(new Set(await outcomes("ben"))).toEqual(new Set(["session_revoked"]));
});

test("listeners of each replica hear of each revocation once, whatever the connections of the others do", async () => {
  const { clock, replicas } = service;
  const sessions = hostSessionsOf("endings");
  const people = ["ada", "ben", "cleo", "dan", "eve", "fay"];
  await sessions.open(...people);
  for (const [index, person] of people.entries()) {
    const acting = replicas[index % 3];
    for (const { pool, direct } of replicas.filter((replica) => replica !== acting)) {
      direct.cut();
      if (index % 2 === 0) pool.cut();
      else pool.loseNextAnswer("anything");
    }
    await acting?.curfew.revoke.user(sessions.accountId, person, { actor: NOBODY });
    await clock.advance(2000);
  }
  for (const { endings } of replicas) {
    const heard = endings.filter(({ accountId }) => accountId === sessions.accountId);
    expect(heard.map(({ scope, userId, reason }) => `${scope} ${userId} ${reason}`)).toEqual(
      people.map((person) => `user ${person} revoked_by_owner`),
    );
  }
});

test("a session that a host opens at several replicas at once is one, and is used, watched and ended at each", async () => {
  const { clock, replicas } = service;
  const [first, second, third] = replicas;
  const sessions = hostSessionsOf("use");
  const key = sessions.keyOf("ada");
  const input = sessions.inputOf("ada");
  const opened = await Promise.all(replicas.map(({ curfew }) => curfew.governed.open(input)));
  expect(new Set(opened.map(({ session }) => session.id)).size).toBe(1);
  const trail = await first.curfew.events.list({ accountId: sessions.accountId, limit: 10, after: null });
  expect(trail.items.map(({ type }) => type)).toEqual(["user.signed_in"]);

  const heard: SessionChange[][] = [];
  for (const { curfew } of [first, third]) {
    const changes: SessionChange[] = [];
    heard.push(changes);
    await curfew.governed.watch(key, (change) => changes.push(change));
  }
  clock.stall(58 * MINUTE);
  await clock.advance(0);
  // This replica knows the first idle deadline, which another one moves.
  expect(await sessions.check(first, "ada")).toBe("done");
  await second.curfew.governed.touch(key);
  clock.stall(3 * MINUTE);
  await clock.advance(1000);
  expect(await sessions.check(first, "ada")).toBe("done");
  expect(heard).toEqual([[], []]);

  await second.curfew.governed.end(key, { reason: "revoked_by_user" });
  await clock.advance(1000);
  const refusals = replicas.flatMap(({ curfew: { governed } }) => [
    outcomeOf(governed.check(key)),
    outcomeOf(governed.touch(key)),
    outcomeOf(governed.open(input)),
    outcomeOf(governed.watch(key, () => {})),
  ]);
  expect(new Set(await Promise.all(refusals))).toEqual(new Set(["session_revoked"]));
  for (const { curfew } of replicas) await curfew.governed.end(key);
  for (const changes of heard)
    expect(changes).toMatchObject([{ kind: "ended", fate: { reason: "revoked_by_user" } }]);
});
