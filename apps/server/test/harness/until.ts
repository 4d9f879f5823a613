const POLL_MS = 20;

/**
 * Asks until the answer is neither undefined nor false, and gives it back: how a test waits for what happens outside.
 *
 * @param timeoutMs how long to go on asking, in milliseconds
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 5_000,
  pollMs = POLL_MS,
): Promise<T> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > giveUpAt) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
