import { isCurfewError } from "@curfew/core";

/**
 * Returns `done`, the code of the `CurfewError` that the call rejected with, or the text of any other error.
 */
export const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "done",
    (error: unknown) => (isCurfewError(error) ? error.code : `other error: ${String(error)}`),
  );

/** Repeats a call while it is `unavailable`. Throws any other error. */
export async function retryUntilDone<T>(call: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await call();
    } catch (error) {
      if (!isCurfewError(error, "unavailable")) throw error;
      // Lets other work run between two attempts.
      await new Promise((resolve) => setImmediate(resolve));
    }
}
