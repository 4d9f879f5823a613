import { CurfewError } from "@curfew/core";

/** Runs a few tasks at once, keeps some waiting in the order that they came, and turns the rest away. */
export interface WorkQueue {
  /** Throws `unavailable` where as many as may wait are waiting already. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** How many are under way or wait. */
  readonly pending: number;
}

/**
 * Bounds how much work is under way, so that a flood of it costs its own callers and nobody else.
 *
 * @param limits.atOnce how many tasks run at one time
 * @param limits.waiting how many more may wait for their turn
 * @param limits.retryAfterSeconds what those who are turned away are told
 */
export function createWorkQueue(limits: {
  atOnce: number;
  waiting: number;
  retryAfterSeconds: number;
}): WorkQueue {
  const waiting: (() => void)[] = [];
  let running = 0;

  const takeTurn = (): Promise<void> | undefined => {
    if (running < limits.atOnce) {
      running += 1;
      return undefined;
    }
    if (waiting.length >= limits.waiting)
      throw new CurfewError("unavailable", { retryAfterSeconds: limits.retryAfterSeconds });
    return new Promise((resolve) => waiting.push(resolve));
  };

  /** The turn goes straight to the next one, so that nobody who comes later can slip in between. */
  const passTurnOn = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };

  return {
    get pending() {
      return running + waiting.length;
    },
    async run(task) {
      await takeTurn();
      try {
        return await task();
      } finally {
        passTurnOn();
      }
    },
  };
}
