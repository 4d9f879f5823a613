import type { Ports } from "./ports.js";

/** How long to wait for a tab that holds the lock and may hang. */
const PATIENCE_MS = 10_000;

/** Runs what sets the cookie while no other tab does; after ten seconds of waiting without the lock. */
export async function underAuthLock<T>({ locks, after }: Ports, task: () => Promise<T>): Promise<T> {
  if (!locks) return task();
  const waiting = new AbortController();
  const patience = after(PATIENCE_MS, () => waiting.abort());
  let begun: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    patience.cancel();
    begun ??= task();
    return begun;
  };
  return locks.run("curfew-auth", { signal: waiting.signal }, begin).catch(begin);
}
