import { CurfewProblem } from "@curfew/client";
import { useCallback } from "react";
import { useProvided } from "../provider/context.js";

/**
 * Makes calls that may need the password once more: then the dialog asks for it in place, and the call is repeated.
 *
 * @returns what makes a call and answers as it does; where the person cancels, it rejects with the first problem
 * @example
 * const reauthenticated = useReauthentication();
 * await reauthenticated(() => api("POST /api/accounts/me/members", { body }));
 */
export function useReauthentication(): <Answer>(call: () => Promise<Answer>) => Promise<Answer> {
  const { desk } = useProvided();
  return useCallback(
    async (call) => {
      try {
        return await call();
      } catch (error) {
        const isAsked = error instanceof CurfewProblem && error.code === "reauthentication_required";
        if (!isAsked || !(await desk.ask())) throw error;
      }
      return await call();
    },
    [desk],
  );
}
