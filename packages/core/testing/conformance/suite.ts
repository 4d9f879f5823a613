import type { Store } from "../../src/store.js";
import type { FakeClock } from "../fake-clock.js";
import { StoreTestContext } from "./test-context.js";

/** The functions that the suite needs from a test runner. Vitest's and Jest's can be passed directly. */
export interface TestApi {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>): unknown;
  expect(actual: unknown): {
    toBe(expected: unknown): void;
    toEqual(expected: unknown): void;
    toMatchObject(expected: object): void;
  };
}

/** A store opened for one test: empty, on a clock that the test moves. */
export interface OpenStore<HostStatements = never> {
  readonly store: Store<HostStatements>;
  /** The source of the store's `now`. */
  readonly clock: FakeClock;
  /** Host statements that throw after a write. */
  readonly failing: HostStatements;
  close(): Promise<void>;
}

/** The store that `describeStore` tests. */
export interface StoreUnderTest<HostStatements = never> {
  /** For the report: "SQLite in memory". */
  readonly name: string;
  open(): Promise<OpenStore<HostStatements>>;
  /**
   * Makes the next write fail at its statement `nth`, counted from 1; null removes a fault that has not occurred. Without it,
   * rollback is only tested with `OpenStore.failing`.
   */
  readonly failAtStatement?: (opened: OpenStore<HostStatements>, nth: number | null) => void;
}

/** The functions that the parts of the suite are written with. */
export interface Suite {
  readonly expect: TestApi["expect"];
  describe(name: string, body: () => void): void;
  /** Declares a test on a store of its own. */
  test(name: string, body: (context: StoreTestContext) => Promise<void>): void;
  /**
   * Declares a test that a fault at any statement leaves no change: calls the function that `body` returns with a fault at the
   * first statement, the second, and so on until it succeeds.
   */
  testFaults(name: string, body: (context: StoreTestContext) => Promise<() => Promise<unknown>>): void;
}

/** More statements than any method runs on the few rows of a test. */
const MAX_STATEMENTS = 100;

export function createSuite<HostStatements>(
  storeUnderTest: StoreUnderTest<HostStatements>,
  api: TestApi,
): Suite {
  const test = (
    name: string,
    body: (context: StoreTestContext, opened: OpenStore<HostStatements>) => Promise<void>,
  ): void => {
    api.test(name, async () => {
      const opened = await storeUnderTest.open();
      const { store, clock, failing } = opened;
      const context = new StoreTestContext({
        store,
        clock,
        startWithFailingStatements: (input) => store.startSession({ ...input, alongside: failing }),
        updateWithFailingStatements: (input) => store.updateUser({ ...input, alongside: failing }),
        deleteWithFailingStatements: {
          user: (input) => store.deleteUser({ ...input, alongside: failing }),
          account: (input) => store.deleteAccount({ ...input, alongside: failing }),
        },
      });
      try {
        await body(context, opened);
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
      const { failAtStatement } = storeUnderTest;
      if (failAtStatement === undefined) return;
      test(name, async (context, opened) => {
        const act = await body(context);
        const before = await context.snapshot();
        for (let nth = 1; nth <= MAX_STATEMENTS; nth++) {
          failAtStatement(opened, nth);
          const hasSucceeded = await act().then(
            () => true,
            () => false,
          );
          failAtStatement(opened, null);
          const after = await context.snapshot();
          if (!hasSucceeded) {
            api.expect({ nth, ...after }).toEqual({ nth, ...before });
            continue;
          }
          api.expect(nth > 1 && JSON.stringify(after) !== JSON.stringify(before)).toBe(true);
          return;
        }
        throw new Error(`still failing at statement ${MAX_STATEMENTS}`);
      });
    },
  };
}
