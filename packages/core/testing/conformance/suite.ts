import { type OpenStore, StoreTestContext } from "./test-context.js";

/** The functions that the suite needs from a test runner. Those of Vitest and Jest fit as they are. */
export interface TestApi {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>): unknown;
  expect(actual: unknown): {
    toBe(expected: unknown): void;
    toEqual(expected: unknown): void;
    toMatchObject(expected: object): void;
  };
}

/** The store that `describeStore` tests. */
export interface StoreUnderTest<Extra = never> {
  /** For the report: "SQLite in memory". */
  readonly name: string;
  open(): Promise<OpenStore<Extra>>;
  /**
   * Makes the next write fail at its statement `nth`, counted from 1; null removes a fault that has not occurred. Without it,
   * rollback is only tested with `OpenStore.failing`.
   */
  readonly failAtStatement?: (opened: OpenStore<Extra>, nth: number | null) => void;
}

/** The functions that the parts of the suite are written with. */
export interface Suite<Extra> {
  readonly expect: TestApi["expect"];
  describe(name: string, body: () => void): void;
  /** Declares a test on a store of its own. */
  test(name: string, body: (context: StoreTestContext<Extra>) => Promise<void>): void;
  /**
   * Declares a test that a fault at any statement leaves no change: calls the function that `body` returns with a fault at the
   * first statement, the second, and so on until it succeeds.
   */
  testFaults(name: string, body: (context: StoreTestContext<Extra>) => Promise<() => Promise<unknown>>): void;
}

/** More statements than any method runs on the few rows of a test. */
const MAX_STATEMENTS = 100;

export function createSuite<Extra>(storeUnderTest: StoreUnderTest<Extra>, api: TestApi): Suite<Extra> {
  const test: Suite<Extra>["test"] = (name, body) => {
    api.test(name, async () => {
      const opened = await storeUnderTest.open();
      try {
        await body(new StoreTestContext(opened));
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
      test(name, async (context) => {
        const act = await body(context);
        const before = await context.snapshot();
        for (let nth = 1; nth <= MAX_STATEMENTS; nth++) {
          failAtStatement(context.opened, nth);
          const hasSucceeded = await act().then(
            () => true,
            () => false,
          );
          failAtStatement(context.opened, null);
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
