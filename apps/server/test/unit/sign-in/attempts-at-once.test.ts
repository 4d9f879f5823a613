import { all, openSqlite, run } from "@curfew/sql";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { migrateService } from "../../../src/database/migrate-service.js";
import { serviceQueries } from "../../../src/database/tables.js";
import type { AttemptBook } from "../../../src/sign-in/limits/attempt-book.js";
import { createAttemptLimits } from "../../../src/sign-in/limits/attempts.js";
import type { FailureCounter } from "../../../src/sign-in/limits/failure-counter.js";
import { networkKey } from "../../../src/sign-in/limits/keys.js";
import { createMemoryBook } from "../../../src/sign-in/limits/memory-book.js";
import { createSqlBook } from "../../../src/sign-in/limits/sql-book.js";
import { impatient } from "../../limits/attempts.js";

const ALLOWANCE = { perEmail: 3, perNetwork: 5 } as const;

/** Processes with one count between them, each step of which happens when the scheduler says so. */
interface Processes {
  readonly books: readonly AttemptBook[];
  /** Failures counted, by key. */
  failures(): Promise<ReadonlyMap<string, number>>;
  /** Attempts that still count as under way. */
  underWay(): Promise<number>;
}

interface ProcessesKind {
  readonly name: string;
  open(): Promise<(scheduler: fc.Scheduler) => Promise<Processes>>;
}

const one: ProcessesKind = {
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
      books: [createMemoryBook({ counter, ...ALLOWANCE })],
      failures: async () => failures,
      underWay: async () => 0,
    };
  },
};

const three: ProcessesKind = {
  name: "three processes with one database",
  async open() {
    const database = openSqlite({ path: null });
    await migrateService(database);
    const queries = serviceQueries(database);
    return async (scheduler) => {
      await database.write(() => run(queries.deleteFrom("sign_in_failures")));
      await database.write(() => run(queries.deleteFrom("sign_in_attempts")));
      const slow = (process: number): typeof database => ({
        ...database,
        async write(unit, options) {
          await scheduler.schedule(Promise.resolve(), `process ${process} writes`);
          const value = await database.write(unit, options);
          await scheduler.schedule(Promise.resolve(), `process ${process} is answered`);
          return value;
        },
      });
      return {
        books: [1, 2, 3].map((process) => createSqlBook(slow(process), { windowSeconds: 60, ...ALLOWANCE })),
        async failures() {
          const rows = await database.read(() => all(queries.selectFrom("sign_in_failures").selectAll()));
          return new Map(rows.map((row) => [row.key_hash, row.failures]));
        },
        underWay: async () =>
          (await database.read(() => all(queries.selectFrom("sign_in_attempts").selectAll()))).length,
      };
    };
  },
};

const attempt = fc.record({
  emailKey: fc.constantFrom("ada", "bob", "carl"),
  network: fc.constantFrom("192.0.2.1", "192.0.2.2"),
  passed: fc.boolean(),
});

type Attempted = typeof attempt extends fc.Arbitrary<infer Value> ? Value : never;

/** Runs all attempts at once, in whatever order the scheduler takes their steps. */
async function runAtOnce(scheduler: fc.Scheduler, { books }: Processes, attempts: readonly Attempted[]) {
  const replicas = books.map((book) =>
    createAttemptLimits({ book, waiting: attempts.length, scheduler: impatient }),
  );
  const outcomes = Promise.all(
    attempts.map(({ passed, ...who }, index) => {
      const limits = replicas[index % replicas.length];
      if (limits === undefined) throw new Error("there is no process");
      return limits.attempt(who, async () => {
        await scheduler.schedule(Promise.resolve(), `check ${who.emailKey} ${who.network}`);
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

describe.each([one, three])("attempts at once in $name, whatever the order of their steps", ({ open }) => {
  const attempts = fc.array(attempt, { minLength: 1, maxLength: 24 });

  it("never fail more often than the limits allow, are refused only where failures have used one up, and count each failure", async () => {
    const start = await open();
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), attempts, async (scheduler, tried) => {
        const processes = await start(scheduler);
        const outcomes = await runAtOnce(scheduler, processes, tried);
        const failed = tried.filter((who, index) => !who.passed && outcomes[index]?.kind === "checked");
        const ofEmail = countBy(failed, (who) => `${who.network} ${who.emailKey}`);
        const ofNetwork = countBy(failed, (who) => who.network);
        for (const count of ofEmail.values()) expect(count).toBeLessThanOrEqual(ALLOWANCE.perEmail);
        for (const count of ofNetwork.values()) expect(count).toBeLessThanOrEqual(ALLOWANCE.perNetwork);
        for (const [index, who] of tried.entries())
          if (outcomes[index]?.kind === "limited")
            expect(
              ofEmail.get(`${who.network} ${who.emailKey}`) === ALLOWANCE.perEmail ||
                ofNetwork.get(who.network) === ALLOWANCE.perNetwork,
            ).toBe(true);
        const counted = await processes.failures();
        for (const network of new Set(tried.map((who) => who.network)))
          expect(counted.get(networkKey(network)) ?? 0).toBe(ofNetwork.get(network) ?? 0);
        expect(await processes.underWay()).toBe(0);
      }),
    );
  });

  it("all get through where every password is right", async () => {
    const start = await open();
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), attempts, async (scheduler, tried) => {
        const right = tried.map((who) => ({ ...who, passed: true }));
        const outcomes = await runAtOnce(scheduler, await start(scheduler), right);
        expect(outcomes).toEqual(right.map(() => ({ kind: "checked", value: true })));
      }),
    );
  });
});

describe("a network", () => {
  it("is not held up by a failure that can't be counted: the attempt fails, and the next one is let in", async () => {
    let broken = true;
    const book = createMemoryBook({
      counter: {
        read: async () => ({ failures: 0, resetsInMs: 0 }),
        add: async () => {
          if (broken) throw new Error("the counter is gone");
        },
      },
      perEmail: 1,
      perNetwork: 1,
    });
    const limits = createAttemptLimits({ book, waiting: 1 });
    const who = { emailKey: "ada", network: "192.0.2.1" };
    const wrong = async () => ({ passed: false, value: "wrong" });
    await expect(limits.attempt(who, wrong)).rejects.toThrow("the counter is gone");
    broken = false;
    expect(await limits.attempt(who, wrong)).toEqual({ kind: "checked", value: "wrong" });
  });
});
