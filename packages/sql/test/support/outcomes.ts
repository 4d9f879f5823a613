import { isCurfewError } from "@curfew/core";

/** How a call ended: `done`, or the code of the `CurfewError`, or the text of an error that it should not have been. */
export const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "done",
    (error: unknown) => (isCurfewError(error) ? error.code : `not ours: ${String(error)}`),
  );

/** Calls again until it is done, as whoever is told to try again does. Fails at any code but `unavailable`. */
export async function untilDone<T>(call: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await call();
    } catch (error) {
      if (!isCurfewError(error, "unavailable")) throw error;
      // Between two tries others have their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
}
