import { type Clock, type Scheduler, systemClock, systemScheduler } from "@curfew/core";

interface ScheduledTask {
  readonly at: number;
  readonly task: () => void;
  timer: { cancel(): void };
}

/** A clock for tests: it runs like the system clock and can be moved ahead. */
export class MovableClock implements Clock, Scheduler {
  #aheadMs = 0;
  readonly #scheduled = new Set<ScheduledTask>();

  now = (): number => systemClock.now() + this.#aheadMs;
  monotonic = (): number => systemClock.monotonic() + this.#aheadMs;

  after = (delayMs: number, task: () => void): { cancel(): void } => {
    const scheduled: ScheduledTask = { at: this.monotonic() + Math.max(delayMs, 0), task, timer: noTimer };
    this.#scheduled.add(scheduled);
    this.#arm(scheduled);
    return {
      cancel: () => {
        scheduled.timer.cancel();
        this.#scheduled.delete(scheduled);
      },
    };
  };

  /** Moves the clock ahead by `ms`. Each task that becomes due runs once, late, as after a machine's sleep. */
  advance(ms: number): void {
    this.#aheadMs += ms;
    for (const scheduled of [...this.#scheduled].sort((a, b) => a.at - b.at)) {
      scheduled.timer.cancel();
      this.#arm(scheduled);
    }
  }

  #arm(scheduled: ScheduledTask): void {
    scheduled.timer = systemScheduler.after(scheduled.at - this.monotonic(), () => {
      this.#scheduled.delete(scheduled);
      scheduled.task();
    });
  }
}

const noTimer = { cancel: (): void => undefined };
