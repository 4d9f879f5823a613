import { all } from "@curfew/sql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serviceQueries } from "../../src/database/tables.js";
import type { Attempt, AttemptLimits, AttemptOutcome } from "../../src/sign-in/limits/attempt-limits.js";
import { atMost } from "../harness/at-most.js";
import { ada, checked, failAttempts, holdAttempt, limitsOver, right, wrong } from "./attempts.js";
import type { StoreKind, TestStore } from "./stores.js";

const bob = { ...ada, addressKey: "bob@example.test" };
const LIMITED = { kind: "limited", retryAfterSeconds: 900 };

/** The tests of the attempt limits of several processes over one database. */
export const describeReplicas = (kind: StoreKind): void => {
  describe(`attempt limits of three replicas ${kind.name}`, () => {
    let store: TestStore;
    let replicas: readonly AttemptLimits[] = [];
    beforeEach(async () => {
      store = await kind.open();
      startReplicas();
    });
    afterEach(() => store.close());

    function startReplicas(allowance: Parameters<typeof limitsOver>[1] = {}): void {
      replicas = [1, 2, 3].map(() => limitsOver(store, allowance));
    }
    const replica = (index: number): AttemptLimits => {
      const limits = replicas[index % replicas.length];
      if (limits === undefined) throw new Error("there is no replica");
      return limits;
    };
    const rows = () =>
      store.database.read(function* () {
        const queries = serviceQueries(store.database);
        return {
          failures: yield* all(queries.selectFrom("sign_in_failures").selectAll()),
          attempts: yield* all(queries.selectFrom("sign_in_attempts").selectAll()),
        };
      });
    /** Completes another attempt of the network at a replica; after it, every waiting attempt there has been reconsidered. */
    const completeAttemptAt = (index: number) =>
      replica(index).attempt({ ...ada, addressKey: `turn ${index}` }, right);

    it("check ten of sixty concurrent attempts with wrong passwords, and refuse none before the tenth", async () => {
      let failures = 0;
      const failuresWhenRefused: number[] = [];
      const outcomes = await Promise.all(
        Array.from({ length: 60 }, async (_, index): Promise<AttemptOutcome<string>> => {
          const outcome = await replica(index).attempt(ada, async () => {
            await new Promise((resolve) => setImmediate(resolve));
            failures += 1;
            return await wrong();
          });
          if (outcome.kind === "limited") failuresWhenRefused.push(failures);
          return outcome;
        }),
      );
      expect(outcomes.filter((outcome) => outcome.kind === "checked")).toHaveLength(10);
      expect(new Set(failuresWhenRefused)).toEqual(new Set([10]));
      for (const index of [0, 1, 2]) expect(await replica(index).attempt(ada, right)).toEqual(LIMITED);
      expect((await rows()).attempts).toEqual([]);
    });

    /** Attempts at Ada's e-mail, each from a network of its own. */
    const fromEverywhere = (count: number, first = 0): Attempt[] =>
      Array.from({ length: count }, (_, index) => ({ ...ada, network: `198.51.${first + index}.1` }));

    it("check a hundred of four hundred guesses at one e-mail from a hundred networks", async () => {
      const check = vi.fn(wrong);
      const outcomes = await atMost(20, 400, (index) => {
        const network = `198.51.${index % 100}.1`;
        return replica(index).attempt({ ...ada, network }, check);
      });
      expect(check).toHaveBeenCalledTimes(100);
      expect(outcomes.filter((outcome) => outcome.kind === "limited")).toHaveLength(300);
      expect((await rows()).attempts).toEqual([]);
      expect(await replica(1).attempt({ ...ada, network: "203.0.113.1" }, right)).toEqual(LIMITED);
      expect(await replica(2).attempt({ ...bob, network: "203.0.113.1" }, right)).toEqual(checked("right"));
    });

    it("leave an e-mail's known places open while strangers use up its failures, and start over after its sign-in", async () => {
      startReplicas({ anywhere: 12 });
      const home = { ...ada, network: "203.0.113.1", isKnownPlace: true };
      const stranger = { ...ada, network: "203.0.113.2" };
      for (const [index, attempt] of fromEverywhere(12).entries())
        await failAttempts(replica(index), 1, attempt);
      expect(await replica(0).attempt(stranger, right)).toEqual(LIMITED);
      expect(await replica(1).attempt(home, wrong)).toEqual(checked("wrong"));
      expect(await replica(2).attempt(home, right)).toEqual(checked("right"));
      expect(await replica(0).attempt(stranger, right)).toEqual(checked("right"));
    });

    it("never make a known place wait for strangers' attempts", async () => {
      startReplicas({ anywhere: 1 });
      const held = holdAttempt(replica(0), ada, false);
      await held.started;
      const home = { ...ada, network: "203.0.113.1", isKnownPlace: true };
      expect(await replica(1).attempt(home, right)).toEqual(checked("right"));
      held.release();
      await held.outcome;
    });

    it("admit one attempt fifteen minutes after the last failure, and pause again if it fails", async () => {
      startReplicas({ anywhere: 12 });
      for (const attempt of fromEverywhere(12)) await failAttempts(replica(0), 1, attempt);
      store.advance(899_999);
      const [next, second] = fromEverywhere(2, 50);
      if (next === undefined || second === undefined) throw new Error("two attempts were made");
      expect(await replica(1).attempt(next, right)).toEqual({ kind: "limited", retryAfterSeconds: 1 });
      store.advance(1);
      const check = vi.fn(wrong);
      const outcomes = await Promise.all(
        fromEverywhere(20, 60).map((attempt, index) => replica(index).attempt(attempt, check)),
      );
      expect(check).toHaveBeenCalledTimes(1);
      expect(outcomes.filter((outcome) => outcome.kind === "limited")).toHaveLength(19);
      expect(await replica(2).attempt(second, right)).toEqual(LIMITED);
    });

    it("forget an e-mail's failures thirty days after the last one", async () => {
      startReplicas({ anywhere: 12 });
      for (const attempt of fromEverywhere(12)) await failAttempts(replica(0), 1, attempt);
      store.advance(30 * 24 * 60 * 60 * 1000 - 1);
      // It still counts: two at once could both fail, so the second waits for the first.
      const held = holdAttempt(replica(0), ada, true);
      await held.started;
      const other = holdAttempt(replica(1), { ...ada, network: "203.0.113.7" }, true);
      await completeAttemptAt(1);
      expect(other.hasStarted).toBe(false);
      store.advance(1);
      await other.started;
      for (const attempt of [held, other]) attempt.release();
      expect(await Promise.all([held.outcome, other.outcome])).toEqual([checked("right"), checked("right")]);
    });

    it("accept thirty concurrent attempts with the right password", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, (_, index) => replica(index).attempt(ada, right)),
      );
      expect(outcomes).toEqual(Array(30).fill(checked("right")));
    });

    it("count failures across replicas, by e-mail and by network", async () => {
      await failAttempts(replica(0), 4);
      await failAttempts(replica(1), 6);
      expect(await replica(2).attempt(ada, right)).toEqual(LIMITED);
      for (let index = 0; index < 90; index += 1)
        await failAttempts(replica(index), 1, { ...ada, addressKey: `person-${index}` });
      for (const index of [0, 1, 2]) {
        expect(await replica(index).networkBlockedSeconds(ada.network)).toBe(900);
        expect(await replica(index).attempt(bob, right)).toEqual(LIMITED);
      }
      store.advance(900_000);
      expect(await replica(2).networkBlockedSeconds(ada.network)).toBeNull();
      expect(await replica(2).attempt(ada, right)).toEqual(checked("right"));
    });

    it.each([
      { passed: true, next: checked("right") },
      { passed: false, next: LIMITED },
    ])(
      "wait for a pending attempt at another replica that could use up the allowance (passed: $passed)",
      async ({ passed, next }) => {
        startReplicas({ email: 1 });
        const first = holdAttempt(replica(0), ada, passed);
        await first.started;
        const check = vi.fn(right);
        const second = replica(1).attempt(ada, check);
        await completeAttemptAt(1);
        expect(check).not.toHaveBeenCalled();
        first.release();
        await first.outcome;
        expect(await second).toEqual(next);
      },
    );

    it("wait at most thirty seconds for a replica that died during an attempt", async () => {
      startReplicas({ email: 1 });
      await holdAttempt(replica(0), ada, false).started;
      const second = holdAttempt(replica(1), ada, true);
      store.advance(29_999);
      await completeAttemptAt(1);
      expect(second.hasStarted).toBe(false);
      store.advance(1);
      await second.started;
      second.release();
      expect(await second.outcome).toEqual(checked("right"));
    });

    it.each([true, false])(
      "discard the result of a check whose slot has expired (passed: %s)",
      async (passed) => {
        startReplicas({ email: 1 });
        const expiredAttempt = holdAttempt(replica(0), ada, passed);
        await expiredAttempt.started;
        store.advance(30_000);
        expiredAttempt.release();
        await expect(expiredAttempt.outcome).rejects.toMatchObject({ code: "unavailable" });
        expect(await replica(1).attempt(ada, right)).toEqual(checked("right"));
        expect((await rows()).failures).toEqual([]);
      },
    );

    it("delete the rows of networks that are not seen again and of a replica that died", async () => {
      await holdAttempt(replica(0), bob, true).started;
      for (let index = 0; index < 30; index += 1)
        await failAttempts(replica(index), 1, { ...ada, network: `198.51.100.${index}` });
      // For each network its own and Ada's from there, and Ada's from anywhere.
      expect((await rows()).failures).toHaveLength(61);
      store.advance(900_000);
      await failAttempts(replica(0), 5);
      const remaining = await rows();
      expect(remaining.failures.map((row) => row.failures).sort((a, b) => a - b)).toEqual([5, 5, 35]);
      expect(remaining.attempts).toEqual([]);
    });

    it("keep counts with an open window and pending attempts", async () => {
      const heldAttempt = holdAttempt(replica(0), bob, true);
      await heldAttempt.started;
      await failAttempts(replica(1), 3);
      store.advance(29_999);
      await failAttempts(replica(2), 7, { ...ada, network: "192.0.2.2" });
      const remaining = await rows();
      expect(remaining.failures.map((row) => row.failures).sort((a, b) => a - b)).toEqual([3, 3, 7, 7, 10]);
      expect(remaining.attempts).toHaveLength(1);
      heldAttempt.release();
      expect(await heldAttempt.outcome).toEqual(checked("right"));
    });

    it("store no e-mail and no address", async () => {
      const heldAttempt = holdAttempt(replica(0), { ...ada, addressKey: "x".repeat(500) }, true);
      await heldAttempt.started;
      await failAttempts(replica(0), 1);
      const { failures, attempts } = await rows();
      const hashes = [
        ...failures.map((row) => row.key_hash),
        ...attempts.flatMap((row) => [row.network_hash, row.email_hash, row.site_hash, row.anywhere_hash]),
      ].filter((hash) => hash !== null);
      expect(hashes).toHaveLength(6);
      for (const hash of hashes) expect(hash).toMatch(/^[\w-]{43}$/);
      heldAttempt.release();
      await heldAttempt.outcome;
    });

    it("answer unavailable without the database, and check no password", async () => {
      const heldAttempt = holdAttempt(replica(0), ada, true);
      await heldAttempt.started;
      await store.database.close();
      const check = vi.fn(wrong);
      const unavailable = { code: "unavailable" };
      await expect(replica(0).attempt(ada, check)).rejects.toMatchObject(unavailable);
      await expect(replica(1).networkBlockedSeconds(ada.network)).rejects.toMatchObject(unavailable);
      expect(check).not.toHaveBeenCalled();
      heldAttempt.release();
      await expect(heldAttempt.outcome).rejects.toMatchObject(unavailable);
    });
  });
};
