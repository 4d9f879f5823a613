import { CurfewProblem } from "@curfew/client";
import { useCallback, useEffect, useRef, useState } from "react";

/** A call that a button makes: whether it is under way, and what came of the last. */
export interface Action<Arguments extends readonly unknown[] = []> {
  readonly busy: boolean;
  /** Why the last call failed; null where it did not. */
  readonly problem: CurfewProblem | null;
  /** Makes the call, unless one is under way. Never rejects where the call rejects with a problem. */
  run(...values: Arguments): Promise<void>;
  /** Takes the failure off the page. */
  forget(): void;
}

/**
 * Holds the state of a call that a button makes.
 *
 * @param call rejects with a `CurfewProblem` where it fails
 * @example const end = useAction((id: string) => api("DELETE /api/users/me/sessions/{id}", { id }));
 */
export function useAction<Arguments extends readonly unknown[]>(
  call: (...values: Arguments) => Promise<unknown>,
): Action<Arguments> {
  const [state, setState] = useState<{ busy: boolean; problem: CurfewProblem | null }>(IDLE);
  const newest = useRef(call);
  const isBusy = useRef(false);
  useEffect(() => {
    newest.current = call;
  });
  const run = useCallback(async (...values: Arguments) => {
    if (isBusy.current) return;
    isBusy.current = true;
    setState({ busy: true, problem: null });
    let problem: CurfewProblem | null = null;
    try {
      await newest.current(...values);
    } catch (error) {
      if (!(error instanceof CurfewProblem)) throw error;
      problem = error;
    } finally {
      isBusy.current = false;
      setState({ busy: false, problem });
    }
  }, []);
  const forget = useCallback(() => setState((was) => (was.busy ? was : IDLE)), []);
  return { ...state, run, forget };
}

const IDLE = { busy: false, problem: null };
