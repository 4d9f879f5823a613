/**
 * Keeps `callers` calls in flight for `windowMs` milliseconds and returns the number of completed calls per second.
 *
 * @param {number} callers
 * @param {number} windowMs
 * @param {(caller: number) => Promise<unknown>} call
 */
export async function callsPerSecond(callers, windowMs, call) {
  const startedAt = performance.now();
  const endsAt = startedAt + windowMs;
  let completed = 0;
  /** @param {number} caller */
  const keepCalling = async (caller) => {
    while (performance.now() < endsAt) {
      await call(caller);
      completed++;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => keepCalling(caller)));
  return (completed / (performance.now() - startedAt)) * 1000;
}
