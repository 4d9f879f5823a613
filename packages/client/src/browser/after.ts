import type { Timer } from "../session/ports.js";

/**
 * Runs `task` once after `delayMs` milliseconds. The monitor looks anew every 30 seconds, so that no wait comes near the
 * 24.8 days that are the most a browser's timer knows.
 *
 * @example const timer = after(30_000, look); timer.cancel();
 */
export function after(delayMs: number, task: () => void): Timer {
  const timer = setTimeout(task, delayMs);
  return { cancel: () => clearTimeout(timer) };
}
