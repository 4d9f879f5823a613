/**
 * Runs `task` once after `delayMs` milliseconds. The monitor looks anew every 30 seconds, so that no wait comes near the
 * 24.8 days that are the most a browser's timer knows. Returns what cancels it.
 *
 * @example const cancel = after(30_000, look); cancel();
 */
export function after(delayMs: number, task: () => void): () => void {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
}
