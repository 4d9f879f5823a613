import { PATIENCE_MS } from "./durations.js";
import type { Ports } from "./ports.js";

/** Runs what sets the cookie while no other tab does; after ten seconds of waiting without the lock. */
export async function underAuthLock<T>({ locks, after }: Ports, task: () => Promise<T>): Promise<T> {
  if (!locks) return task();
  const waiting = new AbortController();
  const cancelPatience = after(PATIENCE_MS, () => waiting.abort());
  let begun: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    cancelPatience();
    begun ??= task();
    return begun;
  };
  return locks.request("curfew-auth", { signal: waiting.signal }, begin).catch(begin);
}
