/** Time that passes only when told: everything that is due runs in order, and promises settle in between. */
export interface VirtualTime {
  /** True milliseconds since the Unix epoch. */
  now(): number;
  after(delayMs: number, task: () => void): { cancel(): void };
  /** Lets `ms` pass. */
  advance(ms: number): Promise<void>;
  /** Lets what is due now, and all promises that it settles, run. */
  settle(): Promise<void>;
}

interface Due {
  at: number;
  order: number;
  task: () => void;
}

/** @param startMs the first moment, milliseconds since the Unix epoch */
export function createVirtualTime(startMs = Date.UTC(2026, 10, 2, 9)): VirtualTime {
  let now = startMs;
  let order = 0;
  let queue: Due[] = [];

  const next = (untilMs: number): Due | undefined => {
    let first: Due | undefined;
    for (const due of queue)
      if (
        due.at <= untilMs &&
        (!first || due.at < first.at || (due.at === first.at && due.order < first.order))
      )
        first = due;
    if (first) queue.splice(queue.indexOf(first), 1);
    return first;
  };
  const advance = async (ms: number): Promise<void> => {
    const until = now + ms;
    await turn();
    for (let due = next(until); due; due = next(until)) {
      now = Math.max(now, due.at);
      due.task();
      await turn();
    }
    now = until;
  };
  return {
    now: () => now,
    after(delayMs, task) {
      const due = { at: now + Math.max(0, delayMs), order: order++, task };
      queue.push(due);
      return {
        cancel: () => {
          queue = queue.filter((other) => other !== due);
        },
      };
    },
    advance,
    settle: () => advance(0),
  };
}

const later: (task: () => void) => unknown =
  (globalThis as { setImmediate?: (task: () => void) => unknown }).setImmediate ??
  ((task) => setTimeout(task, 0));

/** One turn of the real event loop: whatever was promised is settled after it. */
const turn = (): Promise<void> => new Promise((resolve) => void later(resolve));
