import { isCurfewProblem } from "@curfew/client";
import { createContext, useCallback } from "react";
import { useCurfew, useProvided } from "../session/context.js";
import { Notifier } from "../session/notifier.js";
import { placedUserOf } from "../session/placed-user.js";

/** What the user is to sign in again for: a call that requires it, or a new session before the old one's maximum length. */
export type RequestKind = "confirm" | "renew";

/** Waits until the user has signed in again in the `ReauthenticationDialog`. */
export class ReauthenticationRequests extends Notifier {
  readonly #waiting: ((confirmed: boolean) => void)[] = [];
  #pending: RequestKind | null = null;
  #dialogCount = 0;

  /** What the newest request is for; null if none is waiting. */
  readonly pending = (): RequestKind | null => this.#pending;

  /** Registers a mounted dialog. Returns the function that unregisters it; without a dialog no call waits. */
  addDialog(): () => void {
    this.#dialogCount += 1;
    return () => {
      if (--this.#dialogCount === 0) this.settle(false);
    };
  }

  /** Whether a dialog is mounted, which asks. */
  readonly hasDialog = (): boolean => this.#dialogCount > 0;

  /** Waits until the user has signed in again (true) or cancelled (false); false at once where no dialog is mounted. */
  request(kind: RequestKind = "confirm"): Promise<boolean> | false {
    if (!this.hasDialog()) return false;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#pending = kind;
      this.notify();
    });
  }

  /** Resolves all waiting requests. */
  settle(confirmed: boolean): void {
    if (this.#pending === null) return;
    for (const resolve of this.#waiting.splice(0)) resolve(confirmed);
    this.#pending = null;
    this.notify();
  }
}

export const ReauthenticationContext = createContext<ReauthenticationRequests | null>(null);

/**
 * Returns a function that makes a call and, if the server requires a recent sign-in, asks for the password in the
 * `ReauthenticationDialog` and repeats the call. If the user cancels, or has signed in to another account, it rejects with the
 * original problem.
 *
 * @throws Error outside a `SessionProvider`
 * @example
 * const reauthenticated = useReauthentication();
 * await reauthenticated(() => api("POST /api/accounts/me/members", { body }));
 */
export function useReauthentication(): <Answer>(call: () => Promise<Answer>) => Promise<Answer> {
  const session = useCurfew();
  const requests = useProvided(ReauthenticationContext);
  return useCallback(
    async (call) => {
      const user = placedUserOf(session.getState());
      try {
        return await call();
      } catch (error) {
        const isRequired = isCurfewProblem(error) && error.code === "reauthentication_required";
        if (!isRequired || !(await requests.request())) throw error;
        // The host's sign-in may have begun its session in another account: the call was not meant for that one.
        if (placedUserOf(session.getState()) !== user) throw error;
      }
      return await call();
    },
    [session, requests],
  );
}
