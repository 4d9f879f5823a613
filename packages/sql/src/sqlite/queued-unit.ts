import type { Unit } from "../unit.js";
import { drive } from "./drive.js";
import type { StatementCache } from "./statements.js";

/** A unit that waits for its drain, and whoever waits for it. */
export interface QueuedUnit {
  /** Goes without a savepoint. */
  readonly single: boolean;
  /** One of its statements has run. */
  readonly touched: boolean;
  /** It asked that listeners be woken. */
  readonly announces: boolean;
  /** Runs it inside the open transaction and keeps its value. Throws what it throws. */
  run(): void;
  /** Hands the value to the caller. */
  succeed(): void;
  fail(error: unknown): void;
}

/**
 * Queues `unit`, with the promise of what it comes to.
 *
 * @param single the unit is one statement: atomic by itself, so that it needs no savepoint
 */
export function queueUnit<T>(
  unit: () => Unit<T>,
  single: boolean,
  host: { statements: StatementCache; now: () => number },
): { queued: QueuedUnit; promise: Promise<T> } {
  let succeed: (value: T) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const promise = new Promise<T>((resolve, reject) => {
    succeed = resolve;
    fail = reject;
  });
  const state = { touched: false, announces: false };
  let deliver = (): void => {};
  const queued: QueuedUnit = {
    single,
    get touched() {
      return state.touched;
    },
    get announces() {
      return state.announces;
    },
    run() {
      const value = drive(unit(), {
        now: host.now,
        announce: () => {
          state.announces = true;
        },
        execute: (statement) => {
          if (single && state.touched) throw new Error("a unit without a savepoint must be one statement");
          const result = host.statements.run(statement, "write");
          state.touched = true;
          return result;
        },
      });
      deliver = () => succeed(value);
    },
    succeed: () => deliver(),
    fail: (error) => fail(error),
  };
  return { queued, promise };
}
