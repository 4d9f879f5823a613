import { all, openSqlite, run } from "@curfew/sql";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { migrateService } from "../../../src/database/migrations.js";
import { serviceQueries } from "../../../src/database/tables.js";
import {
  createAttemptLimits,
  hashNetwork,
  noAttemptLimits,
} from "../../../src/sign-in/limits/attempt-limits.js";
import {
  type AttemptStore,
  createMemoryAttemptStore,
  createMemoryFailureCounter,
  type FailureCounter,
} from "../../../src/sign-in/limits/attempt-store.js";
import { createSqlAttemptStore } from "../../../src/sign-in/limits/sql-attempt-store.js";
import { ada, checked, immediateScheduler, wrong } from "../../limits/attempts.js";
import { describeOneProcess } from "../../limits/one-process.js";
import { describeReplicas } from "../../limits/replicas.js";
import { inMemory, inSqlite } from "../../limits/stores.js";

describeOneProcess(inMemory);
describeOneProcess(inSqlite);
describeReplicas(inSqlite);

describe("limits that are turned off", () => {
  it("admit every attempt", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () => noAttemptLimits.attempt(ada, wrong)),
    );
    expect(outcomes).toEqual(Array.from({ length: 200 }, () => checked("wrong")));
    expect(await noAttemptLimits.networkBlockedSeconds(ada.network)).toBeNull();
  });
});

describe("the memory failure counter", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("counts by key, in a window that the first failure opens", async () => {
    const counter = createMemoryFailureCounter(60);
    expect(await counter.read("a")).toEqual({ failures: 0, resetsInMs: 0 });
    await counter.add("a");
    vi.advanceTimersByTime(10_000);
    await counter.add("a");
    await counter.add("b");
    expect(await counter.read("a")).toEqual({ failures: 2, resetsInMs: 50_000 });
    expect(await counter.read("b")).toEqual({ failures: 1, resetsInMs: 60_000 });
  });

  it("drops the failures when the window closes", async () => {
    const counter = createMemoryFailureCounter(60);
    await counter.add("a");
    vi.advanceTimersByTime(59_999);
    expect(await counter.read("a")).toEqual({ failures: 1, resetsInMs: 1 });
    vi.advanceTimersByTime(1);
    expect(await counter.read("a")).toEqual({ failures: 0, resetsInMs: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });
});

const ALLOWANCE = { perEmail: 3, perNetwork: 5 } as const;

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

const oneProcess: Deployment = {
  name: "one process",
  open: async () => async (scheduler) => {
    const failures = new Map<string, number>();
    const counter: FailureCounter = {
      async read(key) {
        await scheduler.schedule(Promise.resolve(), `read ${key}`);
        return { failures: failures.get(key) ?? 0, resetsInMs: 60_000 };
      },
      async add(key) {
        await scheduler.schedule(Promise.resolve(), `add ${key}`);
        failures.set(key, (failures.get(key) ?? 0) + 1);
      },
    };
    return {
      stores: [createMemoryAttemptStore({ counter, ...ALLOWANCE })],
      failures: async () => failures,
      inFlight: async () => 0,
    };
  },
};

const threeProcesses: Deployment = {
  name: "three processes with one database",
  async open() {
    const database = openSqlite({ path: null });
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
        stores: [1, 2, 3].map((process) =>
          createSqlAttemptStore(scheduled(process), { windowSeconds: 60, ...ALLOWANCE }),
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
};

const attemptArbitrary = fc.record({
  emailKey: fc.constantFrom("ada", "bob", "carl"),
  network: fc.constantFrom("192.0.2.1", "192.0.2.2"),
  passed: fc.boolean(),
});

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
        await scheduler.schedule(Promise.resolve(), `check ${attempt.emailKey} ${attempt.network}`);
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

describe.each([oneProcess, threeProcesses])(
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
          const byEmail = countBy(failed, (attempt) => `${attempt.network} ${attempt.emailKey}`);
          const byNetwork = countBy(failed, (attempt) => attempt.network);
          for (const count of byEmail.values()) expect(count).toBeLessThanOrEqual(ALLOWANCE.perEmail);
          for (const count of byNetwork.values()) expect(count).toBeLessThanOrEqual(ALLOWANCE.perNetwork);
          for (const [index, attempt] of tried.entries())
            if (outcomes[index]?.kind === "limited")
              expect(
                byEmail.get(`${attempt.network} ${attempt.emailKey}`) === ALLOWANCE.perEmail ||
                  byNetwork.get(attempt.network) === ALLOWANCE.perNetwork,
              ).toBe(true);
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
    let isBroken = true;
    const store = createMemoryAttemptStore({
      counter: {
        read: async () => ({ failures: 0, resetsInMs: 0 }),
        add: async () => {
          if (isBroken) throw new Error("the counter is gone");
        },
      },
      perEmail: 1,
      perNetwork: 1,
    });
    const limits = createAttemptLimits({ store, maxWaiting: 1 });
    const attempt = { emailKey: "ada", network: "192.0.2.1" };
    await expect(limits.attempt(attempt, wrong)).rejects.toThrow("the counter is gone");
    isBroken = false;
    expect(await limits.attempt(attempt, wrong)).toEqual({ kind: "checked", value: "wrong" });
  });
});
