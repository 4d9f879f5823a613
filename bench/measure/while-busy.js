/**
 * Keeps `callers` calls under way for `windowMs` milliseconds and answers how many a second were answered.
 *
 * @param {number} callers
 * @param {number} windowMs
 * @param {(caller: number) => Promise<unknown>} call
 */
export async function callsPerSecond(callers, windowMs, call) {
  const startedAt = performance.now();
  const endsAt = startedAt + windowMs;
  let answered = 0;
  /** @param {number} caller */
  const keepCalling = async (caller) => {
    while (performance.now() < endsAt) {
      await call(caller);
      answered++;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => keepCalling(caller)));
  return (answered / (performance.now() - startedAt)) * 1000;
}
