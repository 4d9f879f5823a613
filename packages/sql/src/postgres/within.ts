import { ConnectionError } from "./errors.js";

/**
 * Waits for a promise until a moment of the monotonic clock, and throws `ConnectionError` then.
 *
 * @param onLate called at that moment, if the promise is still open
 */
export async function within<T>(giveUpAt: number, promise: Promise<T>, onLate?: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      promise.catch(() => {});
      onLate?.();
      reject(new ConnectionError("timeout expired"));
    }, giveUpAt - performance.now());
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
