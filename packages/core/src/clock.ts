/** Where time comes from. `monotonic` never steps; `now` may. */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds on a clock that only runs forward, from an arbitrary start. */
  monotonic(): number;
}

/** Runs `task` once after `delayMs`; the handle cancels it. */
export interface Scheduler {
  after(delayMs: number, task: () => void): { cancel(): void };
}

/** This machine's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** Node caps a delay at 2^31 − 1 ms and fires at once beyond it, so longer ones are split. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Node's timers, unreferenced: waiting for a deadline never keeps a process alive. */
export const systemScheduler: Scheduler = {
  after(delayMs, task) {
    let timer: NodeJS.Timeout;
    const arm = (remainingMs: number): void => {
      const stepMs = Math.min(Math.max(remainingMs, 0), LONGEST_TIMER_MS);
      timer = setTimeout(() => (remainingMs > stepMs ? arm(remainingMs - stepMs) : task()), stepMs);
      timer.unref();
    };
    arm(delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Where randomness comes from: `size` bytes nobody can guess. */
export type RandomBytes = (size: number) => Uint8Array;
