/** Time that passes only by `advance`: due tasks run in order, and promises settle in between. */
export interface VirtualTime {
  /** The true time, milliseconds since the Unix epoch. */
  now(): number;
  after(delayMs: number, task: () => void): { cancel(): void };
  /** Advances time by `ms`. */
  advance(ms: number): Promise<void>;
  /** Runs the tasks that are due now and settles their promises. */
  settle(): Promise<void>;
}

interface Timer {
  at: number;
  order: number;
  task: () => void;
}

/** @param startMs the initial time, milliseconds since the Unix epoch */
export function createVirtualTime(startMs = Date.UTC(2026, 10, 2, 9)): VirtualTime {
  let now = startMs;
  let order = 0;
  let timers: Timer[] = [];

  const takeNext = (untilMs: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers)
      if (
        timer.at <= untilMs &&
        (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
      )
        first = timer;
    if (first) timers.splice(timers.indexOf(first), 1);
    return first;
  };
  const advance = async (ms: number): Promise<void> => {
    const until = now + ms;
    await macrotask();
    for (let timer = takeNext(until); timer; timer = takeNext(until)) {
      now = Math.max(now, timer.at);
      timer.task();
      await macrotask();
    }
    now = until;
  };
  return {
    now: () => now,
    after(delayMs, task) {
      const timer = { at: now + Math.max(0, delayMs), order: order++, task };
      timers.push(timer);
      return {
        cancel: () => {
          timers = timers.filter((other) => other !== timer);
        },
      };
    },
    advance,
    settle: () => advance(0),
  };
}

const schedule: (task: () => void) => unknown =
  (globalThis as { setImmediate?: (task: () => void) => unknown }).setImmediate ??
  ((task) => setTimeout(task, 0));

/** One task of the real event loop, after which all pending promises have settled. */
const macrotask = (): Promise<void> => new Promise((resolve) => void schedule(resolve));
