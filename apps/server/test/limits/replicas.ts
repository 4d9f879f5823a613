import { all } from "@curfew/sql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { serviceQueries } from "../../src/database/tables.js";
import type { AttemptLimits, AttemptOutcome } from "../../src/sign-in/limits/attempt-limits.js";
import { ada, checked, fail, limitsAt, right, wrong } from "./attempts.js";
import { hold } from "./held-attempt.js";
import type { SqlPlace, SqlPlaceKind } from "./kinds.js";

const bob = { ...ada, emailKey: "bob@example.test" };
const LIMITED = { kind: "limited", retryAfterSeconds: 900 };

/** What the limits owe to several processes that share a database. */
export const describeReplicas = (kind: SqlPlaceKind): void => {
  describe(`three replicas whose attempts are kept ${kind.name}`, () => {
    let place: SqlPlace;
    let replicas: readonly AttemptLimits[] = [];
    beforeEach(async () => {
      place = await kind.open();
      start();
    });
    afterEach(() => place.close());

    function start(allowance: Parameters<typeof limitsAt>[1] = {}): void {
      replicas = [1, 2, 3].map(() => limitsAt(place, allowance));
    }
    const replica = (index: number): AttemptLimits => {
      const found = replicas[index % replicas.length];
      if (found === undefined) throw new Error("there is no replica");
      return found;
    };
    const rows = () =>
      place.database.read(function* () {
        const queries = serviceQueries(place.database);
        return {
          failures: yield* all(queries.selectFrom("sign_in_failures").selectAll()),
          attempts: yield* all(queries.selectFrom("sign_in_attempts").selectAll()),
        };
      });
    /** A turn of the network at a replica: all who wait there have been looked at then. */
    const turnAt = (index: number) => replica(index).attempt({ ...ada, emailKey: `turn ${index}` }, right);

    it("let ten of sixty attempts at once fail, and refuse no right password before the tenth", async () => {
      let failures = 0;
      const failuresWhenRefused: number[] = [];
      const outcomes = await Promise.all(
        Array.from({ length: 60 }, async (_, index): Promise<AttemptOutcome<boolean>> => {
          const passed = index % 2 === 0;
          const outcome = await replica(index >> 1).attempt(ada, async () => {
            await new Promise((resolve) => setImmediate(resolve));
            if (!passed) failures += 1;
            return { passed, value: passed };
          });
          if (outcome.kind === "limited") failuresWhenRefused.push(failures);
          return outcome;
        }),
      );
      const wrongOnes = outcomes.filter((outcome) => outcome.kind === "checked" && !outcome.value);
      expect(wrongOnes).toHaveLength(10);
      expect(new Set(failuresWhenRefused)).toEqual(new Set([10]));
      for (const index of [0, 1, 2]) expect(await replica(index).attempt(ada, right)).toEqual(LIMITED);
      expect((await rows()).attempts).toEqual([]);
    });

    it("let all of sixty right passwords at once in", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 60 }, (_, index) => replica(index).attempt(ada, right)),
      );
      expect(outcomes).toEqual(Array(60).fill(checked("right")));
    });

    it("count the failures of each as those of all, of one e-mail and of the network", async () => {
      await fail(replica(0), 4);
      await fail(replica(1), 6);
      expect(await replica(2).attempt(ada, right)).toEqual(LIMITED);
      for (let index = 0; index < 90; index += 1)
        await fail(replica(index), 1, { ...ada, emailKey: `person-${index}` });
      for (const index of [0, 1, 2]) {
        expect(await replica(index).networkBlockedSeconds(ada.network)).toBe(900);
        expect(await replica(index).attempt(bob, right)).toEqual(LIMITED);
      }
      place.pass(900_000);
      expect(await replica(2).networkBlockedSeconds(ada.network)).toBeNull();
      expect(await replica(2).attempt(ada, right)).toEqual(checked("right"));
    });

    it.each([
      { passed: true, next: checked("right") },
      { passed: false, next: LIMITED },
    ])(
      "wait for an attempt at another replica that could use up what is left ($passed)",
      async ({ passed, next }) => {
        start({ perEmail: 1 });
        const first = hold(replica(0), ada, passed);
        await first.begun;
        const check = vi.fn(right);
        const second = replica(1).attempt(ada, check);
        await turnAt(1);
        expect(check).not.toHaveBeenCalled();
        first.end();
        await first.outcome;
        expect(await second).toEqual(next);
      },
    );

    it("wait no longer than thirty seconds for a replica that died in the middle of an attempt", async () => {
      start({ perEmail: 1 });
      await hold(replica(0), ada, false).begun;
      const second = hold(replica(1), ada, true);
      place.pass(29_999);
      await turnAt(1);
      expect(second.hasBegun).toBe(false);
      place.pass(1);
      await second.begun;
      second.end();
      expect(await second.outcome).toEqual(checked("right"));
    });

    it.each([true, false])(
      "tell nobody what a check found whose place was given away meanwhile (%s)",
      async (passed) => {
        start({ perEmail: 1 });
        const late = hold(replica(0), ada, passed);
        await late.begun;
        place.pass(30_000);
        late.end();
        await expect(late.outcome).rejects.toMatchObject({ code: "unavailable" });
        expect(await replica(1).attempt(ada, right)).toEqual(checked("right"));
        expect((await rows()).failures).toEqual([]);
      },
    );

    it("leave nothing behind of networks that were never seen again, nor of a replica that died", async () => {
      await hold(replica(0), bob, true).begun;
      for (let index = 0; index < 30; index += 1)
        await fail(replica(index), 1, { ...ada, network: `198.51.100.${index}` });
      expect((await rows()).failures).toHaveLength(60);
      place.pass(900_000);
      await fail(replica(0), 5);
      const left = await rows();
      expect(left.failures.map((row) => row.failures)).toEqual([5, 5]);
      expect(left.attempts).toEqual([]);
    });

    it("delete no count whose window is open, nor an attempt under way", async () => {
      const held = hold(replica(0), bob, true);
      await held.begun;
      await fail(replica(1), 3);
      place.pass(29_999);
      await fail(replica(2), 7, { ...ada, network: "192.0.2.2" });
      const left = await rows();
      expect(left.failures.map((row) => row.failures).sort()).toEqual([3, 3, 7, 7]);
      expect(left.attempts).toHaveLength(1);
      held.end();
      expect(await held.outcome).toEqual(checked("right"));
    });

    it("write no e-mail and no address down", async () => {
      const held = hold(replica(0), { ...ada, emailKey: "x".repeat(500) }, true);
      await held.begun;
      await fail(replica(0), 1);
      const { failures, attempts } = await rows();
      const hashes = [
        ...failures.map((row) => row.key_hash),
        ...attempts.flatMap((row) => [row.network_hash, row.email_hash]),
      ];
      expect(hashes).toHaveLength(4);
      for (const hash of hashes) expect(hash).toMatch(/^[\w-]{43}$/);
      held.end();
      await held.outcome;
    });

    it("answer that they can't, where the database can't, and check no password", async () => {
      const held = hold(replica(0), ada, true);
      await held.begun;
      await place.database.close();
      const check = vi.fn(wrong);
      const unavailable = { code: "unavailable" };
      await expect(replica(0).attempt(ada, check)).rejects.toMatchObject(unavailable);
      await expect(replica(1).networkBlockedSeconds(ada.network)).rejects.toMatchObject(unavailable);
      expect(check).not.toHaveBeenCalled();
      held.end();
      await expect(held.outcome).rejects.toMatchObject(unavailable);
    });
  });
};
