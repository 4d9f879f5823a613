import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAttemptLimits } from "../../../src/sign-in/limits/attempts.js";
import type { FailureCounter } from "../../../src/sign-in/limits/failure-counter.js";

/** A counter that answers when the scheduler says so, as one in a database would. */
function slowCounter(scheduler: fc.Scheduler): FailureCounter & { readonly failures: Map<string, number> } {
  const failures = new Map<string, number>();
  return {
    failures,
    async read(key) {
      await scheduler.schedule(Promise.resolve(), `read ${key}`);
      return { failures: failures.get(key) ?? 0, resetsInMs: 60_000 };
    },
    async add(key) {
      await scheduler.schedule(Promise.resolve(), `add ${key}`);
      failures.set(key, (failures.get(key) ?? 0) + 1);
    },
  };
}

const PER_EMAIL = 3;
const PER_NETWORK = 5;

const attempt = fc.record({
  emailKey: fc.constantFrom("ada", "bob", "carl"),
  network: fc.constantFrom("192.0.2.1", "192.0.2.2"),
  passed: fc.boolean(),
});

type Attempted = typeof attempt extends fc.Arbitrary<infer Value> ? Value : never;

/** Runs all attempts at once, in whatever order the scheduler takes their steps. */
async function runAtOnce(scheduler: fc.Scheduler, attempts: readonly Attempted[]) {
  const counter = slowCounter(scheduler);
  const limits = createAttemptLimits({
    counter,
    perEmail: PER_EMAIL,
    perNetwork: PER_NETWORK,
    waiting: attempts.length,
  });
  const outcomes = Promise.all(
    attempts.map(({ passed, ...who }) =>
      limits.attempt(who, async () => {
        await scheduler.schedule(Promise.resolve(), `check ${who.emailKey} ${who.network}`);
        return { passed, value: passed };
      }),
    ),
  );
  await scheduler.waitFor(outcomes);
  return { outcomes: await outcomes, counter };
}

const countBy = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> =>
  items.reduce(
    (counts, item) => counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1),
    new Map<string, number>(),
  );

describe("attempts at once, whatever the order of their steps", () => {
  const attempts = fc.array(attempt, { minLength: 1, maxLength: 24 });

  it("never fail more often than the limits allow, for an e-mail or for a network", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), attempts, async (scheduler, tried) => {
        const { outcomes } = await runAtOnce(scheduler, tried);
        const failed = tried.filter((_, index) => {
          const outcome = outcomes[index];
          return outcome?.kind === "checked" && !outcome.value;
        });
        for (const count of countBy(failed, (who) => `${who.network} ${who.emailKey}`).values())
          expect(count).toBeLessThanOrEqual(PER_EMAIL);
        for (const count of countBy(failed, (who) => who.network).values())
          expect(count).toBeLessThanOrEqual(PER_NETWORK);
      }),
    );
  });

  it("are refused only where failures have used a limit up, and count each failure", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), attempts, async (scheduler, tried) => {
        const { outcomes, counter } = await runAtOnce(scheduler, tried);
        const failed = tried.filter((who, index) => !who.passed && outcomes[index]?.kind === "checked");
        const ofEmail = countBy(failed, (who) => `${who.network} ${who.emailKey}`);
        const ofNetwork = countBy(failed, (who) => who.network);
        for (const [index, who] of tried.entries())
          if (outcomes[index]?.kind === "limited")
            expect(
              ofEmail.get(`${who.network} ${who.emailKey}`) === PER_EMAIL ||
                ofNetwork.get(who.network) === PER_NETWORK,
            ).toBe(true);
        for (const network of new Set(tried.map((who) => who.network)))
          expect(counter.failures.get(`network ${network}`) ?? 0).toBe(ofNetwork.get(network) ?? 0);
      }),
    );
  });

  it("all get through where every password is right", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), attempts, async (scheduler, tried) => {
        const right = tried.map((who) => ({ ...who, passed: true }));
        const { outcomes } = await runAtOnce(scheduler, right);
        expect(outcomes).toEqual(right.map(() => ({ kind: "checked", value: true })));
      }),
    );
  });
});

describe("a network", () => {
  it("is blocked once it has used its failures up, for as long as its window is open", async () => {
    const failures = new Map([["network 192.0.2.1", PER_NETWORK - 1]]);
    const limits = createAttemptLimits({
      counter: {
        read: async (key) => ({ failures: failures.get(key) ?? 0, resetsInMs: 41_200 }),
        add: async (key) => {
          failures.set(key, (failures.get(key) ?? 0) + 1);
        },
      },
      perEmail: PER_EMAIL,
      perNetwork: PER_NETWORK,
      waiting: 1,
    });
    expect(await limits.networkBlockedSeconds("192.0.2.1")).toBeNull();
    await limits.attempt({ emailKey: "ada", network: "192.0.2.1" }, async () => ({
      passed: false,
      value: 0,
    }));
    expect(await limits.networkBlockedSeconds("192.0.2.1")).toBe(42);
    expect(await limits.networkBlockedSeconds("192.0.2.2")).toBeNull();
  });

  it("is not held up by a failure that can't be counted: the attempt fails, and the next one is let in", async () => {
    let broken = true;
    const limits = createAttemptLimits({
      counter: {
        read: async () => ({ failures: 0, resetsInMs: 0 }),
        add: async () => {
          if (broken) throw new Error("the counter is gone");
        },
      },
      perEmail: 1,
      perNetwork: 1,
      waiting: 1,
    });
    const who = { emailKey: "ada", network: "192.0.2.1" };
    const wrong = async () => ({ passed: false, value: "wrong" });
    await expect(limits.attempt(who, wrong)).rejects.toThrow("the counter is gone");
    broken = false;
    expect(await limits.attempt(who, wrong)).toEqual({ kind: "checked", value: "wrong" });
  });
});
