import { NETWORK_DIGEST_LENGTH } from "../../src/network.js";
import { decideRefresh, ROTATION_MEMORY_MS } from "../../src/session/refresh-decision.js";
import type { Session } from "../../src/session/session.js";
import type { NotedRefreshInput, RefreshedSession } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { eventOf, GRACE_MS, HOUR, type StoreTestContext } from "./test-context.js";

/** Digests of networks; two end alike, so that one could be found in the other's entry. */
const network = (name: string): string =>
  name.padEnd(NETWORK_DIGEST_LENGTH, "-").slice(0, NETWORK_DIGEST_LENGTH);
const HOME = network("home");
const OFFICE = network("office");
const THIEF = network("thief");

/** Rotates with the current token, once the grace is over. */
async function rotate(context: StoreTestContext, session: Session, from: string | null): Promise<Session> {
  context.clock.stall(GRACE_MS);
  const { generation } = await context.readSession(session);
  const refreshed = await context.refresh(session, { generation, network: from });
  if (refreshed?.session.generation !== generation + 1) throw new Error("the token was not rotated");
  return refreshed.session;
}

/** Presents the token before the current one. */
const presentPrevious = ({ id, generation }: Session, from: string | null) => ({
  sessionId: id,
  generation: generation - 1,
  network: from,
});

/** A refresh that `decideRefresh` noted for the session as it is. */
function note(
  context: StoreTestContext,
  session: Session,
  changes: Partial<NotedRefreshInput> = {},
): Promise<RefreshedSession | null> {
  return context.store.refreshAndNote({
    accountId: session.accountId,
    sessionId: session.id,
    generation: session.generation - 1,
    provenThumbprint: null,
    idleForMs: 0,
    graceMs: GRACE_MS,
    network: THIEF,
    device: null,
    decidedOn: session,
    sharedRotations: 1,
    deviceChanges: false,
    events: [eventOf("session.token_shared", { sessionId: session.id })],
    ...changes,
  });
}

/** `refreshSession` and `refreshAndNote` of a token that two networks share. */
export function describeSharedTokens({ describe, test, testFaults, expect }: Suite): void {
  describe("the networks that rotated a session's token", () => {
    test("are stored once each, with the last rotation first", async (context) => {
      const { session } = await context.signIn();
      expect(session.rotationNetworks).toEqual([]);
      const times = [];
      for (const from of [HOME, OFFICE, HOME]) {
        await rotate(context, session, from);
        times.push(context.clock.now());
      }
      const stored = (await context.readSession(session)).rotationNetworks;
      expect(stored).toEqual([
        { network: HOME, at: times[2] },
        { network: OFFICE, at: times[1] },
      ]);
    });

    test("are not changed by a refresh that does not rotate, or by one from an unknown network", async (context) => {
      const { session } = await context.signIn();
      const { rotationNetworks } = await rotate(context, session, HOME);
      await context.refresh(session, { generation: 1, network: OFFICE });
      expect((await context.readSession(session)).rotationNetworks).toEqual(rotationNetworks);
      await rotate(context, session, null);
      expect((await context.readSession(session)).rotationNetworks).toEqual(rotationNetworks);
    });

    test("are at least the last eight", async (context) => {
      const { session } = await context.signIn();
      const names = Array.from({ length: 20 }, (_, nth) => network(`net-${nth}`));
      for (const name of names) await rotate(context, session, name);
      const stored = (await context.readSession(session)).rotationNetworks;
      expect(stored.slice(0, 8).map((entry) => entry.network)).toEqual(names.slice(-8).reverse());
    });
  });

  describe("refreshSession with the previous token", () => {
    const cases: readonly (readonly [string, string | null, (string | null)[], boolean])[] = [
      ["from the network of the rotation", HOME, [HOME], true],
      ["from another network", THIEF, [HOME], false],
      ["from a network that rotated before", OFFICE, [OFFICE, HOME], true],
      ["from an unknown network", null, [HOME], true],
      ["after a rotation from an unknown network", THIEF, [HOME, null], true],
      ["if no network is known", THIEF, [null], true],
    ];
    for (const [where, from, rotations, isRenewed] of cases)
      test(`${where} ${isRenewed ? "renews" : "returns null"}`, async (context) => {
        let { session } = await context.signIn();
        for (const rotation of rotations) session = await rotate(context, session, rotation);
        const result = await context.refresh(session, presentPrevious(session, from));
        expect(result?.session.generation ?? null).toBe(isRenewed ? session.generation : null);
        const { rotationNetworks, sharing } = session;
        expect(await context.readSession(session)).toMatchObject({ rotationNetworks, sharing });
      });

    for (const ageMs of [ROTATION_MEMORY_MS - 1, ROTATION_MEMORY_MS])
      test(`from a network that rotated ${ageMs} ms ago ${ageMs < ROTATION_MEMORY_MS ? "renews" : "returns null"}`, async (context) => {
        const limits = { idleMinutes: 10_000, absoluteMinutes: 10_000 };
        const { session } = await context.signIn({ limits });
        await rotate(context, session, OFFICE);
        context.clock.stall(ageMs - GRACE_MS);
        const rotated = await rotate(context, session, HOME);
        const result = await context.refresh(rotated, presentPrevious(rotated, OFFICE));
        expect(result !== null).toBe(ageMs < ROTATION_MEMORY_MS);
      });

    test("of a bound session renews from any network", async (context) => {
      const { session } = await context.signIn({ keyThumbprint: "key" });
      await rotate(context, session, HOME);
      expect(await context.refresh(session, { generation: 0, network: THIEF })).toMatchObject({
        session: { generation: 1, sharing: null },
      });
    });

    test("agrees with decideRefresh after any refreshes", async (context) => {
      const { session } = await context.signIn({
        limits: { idleMinutes: 1_000_000, absoluteMinutes: 1_000_000 },
      });
      const random = randomBelow(7);
      for (let round = 0; round < 300; round++) {
        context.clock.stall([0, 1, GRACE_MS - 1, GRACE_MS, HOUR, ROTATION_MEMORY_MS][random(6)] ?? 0);
        const snapshot = await context.store.readSession(context.accountId, session.id);
        if (snapshot === null) throw new Error("the session is missing");
        const presented = {
          generation: snapshot.session.generation - random(2),
          proof: null,
          network: [HOME, OFFICE, THIEF, null][random(4)] ?? null,
          deviceLabel: null,
        };
        const decision = decideRefresh(snapshot, presented, { graceMs: GRACE_MS, shadowLimit: 1000 });
        const result = await context.refresh(session, presented);
        expect([round, result !== null]).toEqual([round, decision.kind === "live"]);
        if (decision.kind !== "noted") continue;
        const { sharedRotations } = decision.note;
        const noted = await note(context, snapshot.session, { ...presented, sharedRotations });
        expect(noted?.session.sharing).toEqual({
          generation: snapshot.session.generation,
          rotations: sharedRotations,
        });
        expect(await context.refresh(session, presented)).toMatchObject({ session: { id: session.id } });
      }
    });
  });

  describe("refreshAndNote", () => {
    test("renews, stores the count and records the event", async (context) => {
      const { session } = await context.signIn();
      const rotated = await rotate(context, session, HOME);
      context.clock.stall(1000);
      const now = context.clock.now();
      const noted = await note(context, rotated);
      const sharing = { generation: 1, rotations: 1 };
      expect(noted).toMatchObject({
        session: { generation: 1, rotatedAt: rotated.rotatedAt, lastActiveAt: now, sharing },
        user: { id: session.userId },
        now,
      });
      expect(await context.readSession(session)).toMatchObject({ sharing, deviceChangedAt: null });
      expect(await context.auditTrail("session.token_shared")).toEqual([
        { type: "session.token_shared", sessionId: session.id, at: now },
      ]);
    });

    test("counts once: the same rotation is shared with everyone then, and the same decision is refused", async (context) => {
      const { session } = await context.signIn();
      const rotated = await rotate(context, session, HOME);
      const results = await Promise.all(Array.from({ length: 5 }, () => note(context, rotated)));
      expect(results.filter((result) => result !== null).length).toBe(1);
      expect((await context.auditTrail("session.token_shared")).length).toBe(1);
      for (const from of [THIEF, OFFICE])
        expect(await context.refresh(rotated, presentPrevious(rotated, from))).toMatchObject({
          session: { sharing: { generation: 1, rotations: 1 } },
        });
    });

    test("returns null and writes nothing if the session was rotated since the decision", async (context) => {
      const { session } = await context.signIn();
      const decidedOn = await rotate(context, session, HOME);
      const current = await rotate(context, session, HOME);
      const before = await context.snapshot();
      expect(await note(context, decidedOn)).toBe(null);
      expect(await note(context, current, { decidedOn })).toBe(null);
      expect(await context.snapshot()).toEqual(before);
    });

    test("returns null after the grace, for an ended session, and for one of another account", async (context) => {
      const { session } = await context.signIn();
      const other = context.otherAccount();
      await other.signIn();
      const rotated = await rotate(context, session, HOME);
      expect(await note(context, rotated, { accountId: other.accountId })).toBe(null);
      context.clock.stall(GRACE_MS);
      expect(await note(context, rotated)).toBe(null);
      const again = await rotate(context, session, HOME);
      await context.revokeAccount();
      expect(await note(context, again)).toBe(null);
      expect(await context.auditTrail("session.token_shared")).toEqual([]);
    });
  });

  testFaults("refreshAndNote writes nothing if any statement fails", async (context) => {
    const { session } = await context.signIn();
    const rotated = await rotate(context, session, HOME);
    return () => note(context, rotated);
  });
}

/** Pseudorandom numbers below `end`, the same in each run (Numerical Recipes' generator). */
function randomBelow(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}
