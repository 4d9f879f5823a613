/** The source of time. `now` may be set; `monotonic` never steps. */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds since an arbitrary start. Never decreases. */
  monotonic(): number;
}

/** Runs a task once after a delay; the handle cancels it. */
export interface Scheduler {
  after(delayMs: number, task: () => void): { cancel(): void };
}

/** This machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** A Node timer with a longer delay fires at once, so longer delays are split. */
const MAX_TIMER_MS = 2_147_483_647;

/** Node's timers, unreferenced: a pending timer never keeps a process alive. */
export const systemScheduler: Scheduler = {
  after(delayMs, task) {
    let timer: NodeJS.Timeout;
    const arm = (remainingMs: number): void => {
      const stepMs = Math.min(Math.max(remainingMs, 0), MAX_TIMER_MS);
      timer = setTimeout(() => (remainingMs > stepMs ? arm(remainingMs - stepMs) : task()), stepMs);
      timer.unref();
    };
    arm(delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
