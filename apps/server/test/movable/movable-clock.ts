import { type Clock, type Scheduler, systemClock, systemScheduler } from "@curfew/core";

interface Waiting {
  readonly at: number;
  readonly task: () => void;
  real: { cancel(): void };
}

/** A clock that runs as this machine's does, and jumps ahead when told; for tests alone. */
export class MovableClock implements Clock, Scheduler {
  #aheadMs = 0;
  readonly #waiting = new Set<Waiting>();

  now = (): number => systemClock.now() + this.#aheadMs;
  monotonic = (): number => systemClock.monotonic() + this.#aheadMs;

  after = (delayMs: number, task: () => void): { cancel(): void } => {
    const waiting: Waiting = { at: this.monotonic() + Math.max(delayMs, 0), task, real: nothing };
    this.#waiting.add(waiting);
    this.#arm(waiting);
    return {
      cancel: () => {
        waiting.real.cancel();
        this.#waiting.delete(waiting);
      },
    };
  };

  /** Jumps `ms` ahead. What fell due meanwhile runs once, late, as after a machine's sleep. */
  advance(ms: number): void {
    this.#aheadMs += ms;
    for (const waiting of [...this.#waiting].sort((a, b) => a.at - b.at)) {
      waiting.real.cancel();
      this.#arm(waiting);
    }
  }

  #arm(waiting: Waiting): void {
    waiting.real = systemScheduler.after(waiting.at - this.monotonic(), () => {
      this.#waiting.delete(waiting);
      waiting.task();
    });
  }
}

const nothing = { cancel: (): void => undefined };
