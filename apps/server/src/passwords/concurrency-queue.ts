import { CurfewError } from "@curfew/core";

/** Runs a bounded number of tasks at once, queues a bounded number in order, and rejects the rest. */
export interface ConcurrencyQueue {
  /** Throws `unavailable` if the queue is full. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Number of tasks that run or wait. */
  readonly pending: number;
}

/**
 * Creates a queue that bounds concurrent work, so that a flood of it delays only its own callers.
 *
 * @param limits.concurrency maximum number of tasks that run at once
 * @param limits.maxWaiting maximum number of tasks that wait
 * @param limits.retryAfterSeconds the `Retry-After` of rejected tasks
 */
export function createConcurrencyQueue(limits: {
  concurrency: number;
  maxWaiting: number;
  retryAfterSeconds: number;
}): ConcurrencyQueue {
  const waiting: (() => void)[] = [];
  let running = 0;

  const acquireSlot = (): Promise<void> | undefined => {
    if (running < limits.concurrency) {
      running += 1;
      return undefined;
    }
    if (waiting.length >= limits.maxWaiting)
      throw new CurfewError("unavailable", { retryAfterSeconds: limits.retryAfterSeconds });
    return new Promise((resolve) => waiting.push(resolve));
  };

  /** Hands the slot directly to the next waiting task, so that a new task can't overtake it. */
  const releaseSlot = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };

  return {
    get pending() {
      return running + waiting.length;
    },
    async run(task) {
      await acquireSlot();
      try {
        return await task();
      } finally {
        releaseSlot();
      }
    },
  };
}
