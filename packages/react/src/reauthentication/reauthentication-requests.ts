import { createContext, useCallback } from "react";
import { isProblem } from "../server-state/is-problem.js";
import { useProvided } from "../session/context.js";

/** Calls that wait for the user to sign in again in the `ReauthenticationDialog`. */
export class ReauthenticationRequests {
  #waiting: ((confirmed: boolean) => void)[] = [];
  #dialogCount = 0;
  readonly #listeners = new Set<() => void>();

  /** Whether any call is waiting. */
  readonly isPending = (): boolean => this.#waiting.length > 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Registers a mounted dialog. Returns the function that unregisters it; without a dialog no call waits. */
  addDialog(): () => void {
    this.#dialogCount += 1;
    return () => {
      this.#dialogCount -= 1;
      if (this.#dialogCount === 0) this.settle(false);
    };
  }

  /** Waits until the user has signed in again (true) or cancelled (false); false at once without a dialog. */
  request(): Promise<boolean> {
    if (this.#dialogCount === 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#notify();
    });
  }

  /** Resolves all waiting calls. */
  settle(confirmed: boolean): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const resolve of waiting) resolve(confirmed);
    this.#notify();
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

export const ReauthenticationContext = createContext<ReauthenticationRequests | null>(null);

/**
 * Returns a function that makes a call and, if the server requires a recent sign-in, asks for the password in the
 * `ReauthenticationDialog` and repeats the call. If the user cancels, it rejects with the original problem.
 *
 * @throws Error outside a `SessionProvider`
 * @example
 * const reauthenticated = useReauthentication();
 * await reauthenticated(() => api("POST /api/accounts/me/members", { body }));
 */
export function useReauthentication(): <Answer>(call: () => Promise<Answer>) => Promise<Answer> {
  const requests = useProvided(ReauthenticationContext);
  return useCallback(
    async (call) => {
      try {
        return await call();
      } catch (error) {
        const isRequired = isProblem(error) && error.code === "reauthentication_required";
        if (!isRequired || !(await requests.request())) throw error;
      }
      return await call();
    },
    [requests],
  );
}
