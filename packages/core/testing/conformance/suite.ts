import type { Store } from "../../src/store.js";
import type { FakeClock } from "../fake-clock.js";
import { World } from "./world.js";

/** What the suite needs of a test runner: Vitest's and Jest's functions fit as they are. */
export interface TestApi {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>): unknown;
  expect(actual: unknown): {
    toBe(expected: unknown): void;
    toEqual(expected: unknown): void;
    toMatchObject(expected: object): void;
  };
}

/** A store that was opened for one test: empty, on a clock that the test moves. */
export interface OpenStore<Extra = never> {
  readonly store: Store<Extra>;
  /** What the store's `now` reads. */
  readonly clock: FakeClock;
  /** Statements of a host that throw after they have written something. */
  readonly failing: Extra;
  close(): Promise<void>;
}

/** A kind of store, as `describeStore` is told of it. */
export interface StoreUnderTest<Extra = never> {
  /** For the report: "SQLite in memory". */
  readonly name: string;
  open(): Promise<OpenStore<Extra>>;
  /**
   * Makes the write that comes next fail at its statement number `nth`, counted from 1; null takes a fault back that has not
   * struck. Without it, what remains after a fault is asked of `failing` alone.
   */
  readonly failAtStatement?: (opened: OpenStore<Extra>, nth: number | null) => void;
}

/** What each part of the suite is written with. */
export interface Suite<Extra> {
  readonly expect: TestApi["expect"];
  describe(name: string, body: () => void): void;
  /** A test on a store of its own. */
  test(name: string, body: (world: World<Extra>) => Promise<void>): void;
  /**
   * A test of what a fault in the middle leaves, which is nothing, wherever it strikes: `act` is tried with a fault at its
   * first statement, its second, and so on until it gets through.
   */
  testFaults(name: string, body: (world: World<Extra>) => Promise<() => Promise<unknown>>): void;
}

/** More statements than any method runs on the few rows of a test. */
const MOST_STATEMENTS = 100;

export function suiteOf<Extra>(under: StoreUnderTest<Extra>, api: TestApi): Suite<Extra> {
  const test: Suite<Extra>["test"] = (name, body) => {
    api.test(name, async () => {
      const opened = await under.open();
      try {
        await body(new World(opened));
      } finally {
        await opened.close();
      }
    });
  };
  return {
    expect: api.expect,
    describe: (name, body) => void api.describe(name, body),
    test,
    testFaults(name, body) {
      const { failAtStatement } = under;
      if (failAtStatement === undefined) return;
      test(name, async (world) => {
        const act = await body(world);
        const before = await world.everything();
        for (let nth = 1; nth <= MOST_STATEMENTS; nth++) {
          failAtStatement(world.opened, nth);
          const through = await act().then(
            () => true,
            () => false,
          );
          failAtStatement(world.opened, null);
          const after = await world.everything();
          if (!through) {
            api.expect({ nth, ...after }).toEqual({ nth, ...before });
            continue;
          }
          api.expect(nth > 1 && JSON.stringify(after) !== JSON.stringify(before)).toBe(true);
          return;
        }
        throw new Error(`still failing at statement ${MOST_STATEMENTS}`);
      });
    },
  };
}
