import type { Scheduler } from "@curfew/core";

const TICK_MS = 1000;
const KEEP_ALIVE_TICKS = 15;
/** Comments in one turn of the event loop: writing to thousands of streams at once would hold up other calls. */
const COMMENTS_PER_TURN = 8;

export interface KeepAlive {
  /** Calls `write` every 15 s, the first time at most 15 s from now. Returns the function that ends it. */
  add(write: () => void): () => void;
}

/** One timer for all streams of a process. Those that opened in the same second have their comments together. */
export function createKeepAlive(scheduler: Scheduler): KeepAlive {
  const groups = Array.from({ length: KEEP_ALIVE_TICKS }, () => new Set<() => void>());
  let size = 0;
  let tick = 0;
  let timer: { cancel(): void } | null = null;

  const writeTo = (writes: readonly (() => void)[], group: ReadonlySet<() => void>): void => {
    for (const write of writes.slice(0, COMMENTS_PER_TURN)) if (group.has(write)) write();
    const rest = writes.slice(COMMENTS_PER_TURN);
    if (rest.length > 0) scheduler.after(0, () => writeTo(rest, group));
  };
  const run = (): void => {
    timer = scheduler.after(TICK_MS, () => {
      tick = (tick + 1) % KEEP_ALIVE_TICKS;
      const group = groups[tick];
      run();
      if (group !== undefined) writeTo([...group], group);
    });
  };

  return {
    add(write) {
      if (timer === null) run();
      const group = groups[tick];
      group?.add(write);
      size += 1;
      return () => {
        if (group?.delete(write) !== true) return;
        size -= 1;
        if (size > 0) return;
        timer?.cancel();
        timer = null;
      };
    },
  };
}
