/**
 * Repeats a call while an act runs, and returns the duration of the longest one, in milliseconds.
 *
 * @param {() => Promise<unknown>} call
 * @param {() => Promise<unknown>} act
 */
export async function longestWait(call, act) {
  let isRunning = true;
  let longestMs = 0;
  const keepCalling = async () => {
    while (isRunning) {
      const startedAt = performance.now();
      await call();
      longestMs = Math.max(longestMs, performance.now() - startedAt);
      // Lets the act run between two calls.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const calls = keepCalling();
  await act();
  isRunning = false;
  await calls;
  return longestMs;
}
