import type { Timer } from "../session/ports.js";

/** The longest that a browser's timer can wait, 24.8 days: one for longer would run at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Runs `task` once after `delayMs` milliseconds, however many.
 *
 * @example const timer = after(90 * 86_400_000, warn); timer.cancel();
 */
export function after(delayMs: number, task: () => void): Timer {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (leftMs: number): void => {
    timer =
      leftMs > LONGEST_MS
        ? setTimeout(() => wait(leftMs - LONGEST_MS), LONGEST_MS)
        : setTimeout(task, leftMs);
  };
  wait(delayMs);
  return { cancel: () => clearTimeout(timer) };
}
