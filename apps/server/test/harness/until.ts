const POLL_MS = 20;

/**
 * Polls `ask` until it returns neither undefined nor false, and returns that value.
 *
 * @param what what the test waits for, used in the error message
 * @param timeoutMs in milliseconds; then it throws
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 5_000,
  pollMs = POLL_MS,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const response = await probe();
    if (response !== undefined && response !== false) return response;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
