import { CurfewError, isCurfewError } from "@curfew/core";

const ROUNDS = 3;

/**
 * Does what begins a session, and starts over where the user changed while the password was being checked.
 * Throws `unavailable` where that happens again and again.
 */
export async function startingOver<T>(work: () => Promise<T>): Promise<T> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isCurfewError(error, "sign_in_superseded")) throw error;
    }
  }
  throw new CurfewError("unavailable", { retryAfterSeconds: 1 });
}
