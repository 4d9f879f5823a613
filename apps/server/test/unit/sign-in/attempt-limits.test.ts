import { siteOf } from "@curfew/core";
import { all, clock, migrateStore, openSqlite, run, type Unit } from "@curfew/sql";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { migrateService } from "../../../src/database/migrations.js";
import { serviceQueries } from "../../../src/database/tables.js";
import {
  createAttemptLimits,
  createNoAttemptLimits,
  hashNetwork,
} from "../../../src/sign-in/limits/attempt-limits.js";
import { type AttemptStore, createAttemptStore } from "../../../src/sign-in/limits/attempt-store.js";
import { ada, checked, immediateScheduler, wrong } from "../../limits/attempts.js";
import { describeKnownPlaces } from "../../limits/known-places.js";
import { describeOneProcess } from "../../limits/one-process.js";
import { describeReplicas } from "../../limits/replicas.js";
import { inSqlite } from "../../limits/stores.js";

describeOneProcess(inSqlite);
describeReplicas(inSqlite);
describeKnownPlaces(inSqlite);

describe("limits that are turned off", () => {
  it("admit every attempt, and record a failure all the same", async () => {
    const database = openSqlite({ path: null });
    const limits = createNoAttemptLimits(database);
    let recorded = 0;
    const failing = async () => ({
      ...(await wrong()),
      *onFailure(): Unit<void> {
        yield* clock();
        recorded += 1;
      },
    });
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => limits.attempt(ada, failing)));
    expect(outcomes).toEqual(Array.from({ length: 200 }, () => checked("wrong")));
    expect(recorded).toBe(200);
    expect(await limits.networkBlockedSeconds(ada.network)).toBeNull();
    await database.write(() => limits.forgetting({ ...ada, networks: [ada.network] }));
    expect(await database.read(() => limits.failuresOf(ada.addressKey))).toBe(0);
    await database.close();
  });
});

const ALLOWANCE = { email: 3, network: 5, site: 6, anywhere: 4 } as const;

/** The attempt stores of processes that share their counts. The fast-check scheduler orders their steps. */
interface SharedStores {
  readonly stores: readonly AttemptStore[];
  /** Counted failures by key. */
  failures(): Promise<ReadonlyMap<string, number>>;
  /** Number of attempts that still count as in flight. */
  inFlight(): Promise<number>;
}

interface Deployment {
  readonly name: string;
  open(): Promise<(scheduler: fc.Scheduler) => Promise<SharedStores>>;
}

const processes = (count: number): Deployment => ({
  name: count === 1 ? "one process" : `${count} processes with one database`,
  async open() {
    const database = openSqlite({ path: null });
    await migrateStore(database);
    await migrateService(database);
    const queries = serviceQueries(database);
    return async (scheduler) => {
      await database.write(() => run(queries.deleteFrom("sign_in_failures")));
      await database.write(() => run(queries.deleteFrom("sign_in_attempts")));
      const scheduled = (process: number): typeof database => ({
        ...database,
        async write(unit, options) {
          await scheduler.schedule(Promise.resolve(), `process ${process} writes`);
          const value = await database.write(unit, options);
          await scheduler.schedule(Promise.resolve(), `process ${process} receives the answer`);
          return value;
        },
      });
      return {
        stores: Array.from({ length: count }, (_, process) =>
          createAttemptStore(scheduled(process), {
            allowance: ALLOWANCE,
            windowSeconds: 60,
            rememberedDays: 30,
          }),
        ),
        async failures() {
          const rows = await database.read(() => all(queries.selectFrom("sign_in_failures").selectAll()));
          return new Map(rows.map((row) => [row.key_hash, row.failures]));
        },
        inFlight: async () =>
          (await database.read(() => all(queries.selectFrom("sign_in_attempts").selectAll()))).length,
      };
    };
  },
});

/** "mallory" never knows the password. */
const attemptArbitrary = fc
  .record({
    addressKey: fc.constantFrom("ada", "bob", "mallory"),
    network: fc.constantFrom("192.0.2.1", "2001:db8:1:1::/64", "2001:db8:1:2::/64"),
    isKnownPlace: fc.boolean(),
    passed: fc.boolean(),
  })
  .map((attempt) => ({ ...attempt, passed: attempt.passed && attempt.addressKey !== "mallory" }));

type GeneratedAttempt = typeof attemptArbitrary extends fc.Arbitrary<infer Value> ? Value : never;

/** Runs all attempts concurrently, in the order of steps that the scheduler chooses. */
async function runConcurrently(
  scheduler: fc.Scheduler,
  { stores }: SharedStores,
  attempts: readonly GeneratedAttempt[],
) {
  const limitsOfProcesses = stores.map((store) =>
    createAttemptLimits({ store, maxWaiting: attempts.length, scheduler: immediateScheduler }),
  );
  const outcomes = Promise.all(
    attempts.map(({ passed, ...attempt }, index) => {
      const limits = limitsOfProcesses[index % limitsOfProcesses.length];
      if (limits === undefined) throw new Error("there is no process");
      return limits.attempt(attempt, async () => {
        await scheduler.schedule(Promise.resolve(), `check ${attempt.addressKey} ${attempt.network}`);
        return { passed, value: passed };
      });
    }),
  );
  await scheduler.waitFor(outcomes);
  return await outcomes;
}

const countBy = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> =>
  items.reduce(
    (counts, item) => counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1),
    new Map<string, number>(),
  );

describe.each([processes(1), processes(3)])(
  "concurrent attempts in $name, in any order of steps",
  ({ open }) => {
    const attempts = fc.array(attemptArbitrary, { minLength: 1, maxLength: 24 });

    it("fail no more often than allowed, are limited only once an allowance is used up, and count every failure", async () => {
      const start = await open();
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), attempts, async (scheduler, tried) => {
          const shared = await start(scheduler);
          const outcomes = await runConcurrently(scheduler, shared, tried);
          const failed = tried.filter(
            (attempt, index) => !attempt.passed && outcomes[index]?.kind === "checked",
          );
          const pairOf = ({ network, addressKey }: GeneratedAttempt): string => `${network} ${addressKey}`;
          const byPair = countBy(failed, pairOf);
          const byNetwork = countBy(failed, (attempt) => attempt.network);
          const bySite = countBy(failed, (attempt) => siteOf(attempt.network));
          const byEmail = countBy(failed, (attempt) => attempt.addressKey);
          for (const count of byNetwork.values()) expect(count).toBeLessThanOrEqual(ALLOWANCE.network);
          for (const [pair, count] of byPair)
            if (pair.endsWith("mallory")) expect(count).toBeLessThanOrEqual(ALLOWANCE.email);
          const elsewhere = failed.filter((attempt) => !attempt.isKnownPlace);
          expect(countBy(elsewhere, (attempt) => attempt.addressKey).get("mallory") ?? 0).toBeLessThanOrEqual(
            ALLOWANCE.anywhere,
          );
          for (const [site, count] of countBy(elsewhere, (attempt) => siteOf(attempt.network)))
            if (site.includes("/48")) expect(count).toBeLessThanOrEqual(ALLOWANCE.site);
          for (const [index, attempt] of tried.entries()) {
            if (outcomes[index]?.kind !== "limited") continue;
            const used = [
              (byPair.get(pairOf(attempt)) ?? 0) >= ALLOWANCE.email,
              byNetwork.get(attempt.network) === ALLOWANCE.network,
              !attempt.isKnownPlace && (byEmail.get(attempt.addressKey) ?? 0) >= ALLOWANCE.anywhere,
              !attempt.isKnownPlace && (bySite.get(siteOf(attempt.network)) ?? 0) >= ALLOWANCE.site,
            ];
            expect(used).toContain(true);
          }
          const counted = await shared.failures();
          for (const network of new Set(tried.map((attempt) => attempt.network)))
            expect(counted.get(hashNetwork(network)) ?? 0).toBe(byNetwork.get(network) ?? 0);
          expect(await shared.inFlight()).toBe(0);
        }),
      );
    });

    it("all succeed if every password is correct", async () => {
      const start = await open();
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), attempts, async (scheduler, tried) => {
          const correct = tried.map((attempt) => ({ ...attempt, passed: true }));
          const outcomes = await runConcurrently(scheduler, await start(scheduler), correct);
          expect(outcomes).toEqual(correct.map(() => ({ kind: "checked", value: true })));
        }),
      );
    });
  },
);

describe("a network", () => {
  it("is not blocked by a failure that can't be counted: that attempt fails and the next one is admitted", async () => {
    let now = 0;
    const database = openSqlite({ path: null, now: () => now });
    await migrateStore(database);
    await migrateService(database);
    const store = createAttemptStore(database, {
      allowance: { ...ALLOWANCE, email: 1, network: 1 },
      windowSeconds: 60,
      rememberedDays: 30,
    });
    const limits = createAttemptLimits({ store, maxWaiting: 1 });
    const uncountable = async () => ({
      ...(await wrong()),
      // biome-ignore lint/correctness/useYield: it fails before its first statement
      *onFailure(): Unit<void> {
        throw new Error("the trail is gone");
      },
    });
    await expect(limits.attempt(ada, uncountable)).rejects.toThrow("the trail is gone");
    now += 30_000;
    expect(await limits.attempt(ada, wrong)).toEqual({ kind: "checked", value: "wrong" });
    await database.close();
  });
});
