import { type CurfewProblem, isCurfewProblem } from "@curfew/client";
import { useCallback, useEffect, useRef, useState } from "react";

interface ActionState {
  readonly busy: boolean;
  /** Why the last call failed; null if it succeeded. */
  readonly problem: CurfewProblem | null;
}

/** A call that a button makes, with its state. */
export interface Action<Arguments extends readonly unknown[] = []> extends ActionState {
  /** Makes the call unless one is in flight. Resolves even if the call rejects with a `CurfewProblem`. */
  run(...values: Arguments): Promise<void>;
  clearProblem(): void;
}

const IDLE: ActionState = { busy: false, problem: null };

/**
 * Tracks the state of a call that a button makes.
 *
 * @param call rejects with a `CurfewProblem` if it fails; any other error is thrown by `run`
 * @example const revoke = useAction((id: string) => api("DELETE /api/users/me/sessions/{id}", { id }));
 */
export function useAction<Arguments extends readonly unknown[]>(
  call: (...values: Arguments) => Promise<unknown>,
): Action<Arguments> {
  const [state, setState] = useState<ActionState>(IDLE);
  const latestCall = useRef(call);
  const isBusy = useRef(false);
  useEffect(() => {
    latestCall.current = call;
  });
  const run = useCallback(async (...values: Arguments) => {
    if (isBusy.current) return;
    isBusy.current = true;
    setState({ busy: true, problem: null });
    let problem: CurfewProblem | null = null;
    try {
      await latestCall.current(...values);
    } catch (error) {
      if (!isCurfewProblem(error)) throw error;
      problem = error;
    } finally {
      isBusy.current = false;
      setState({ busy: false, problem });
    }
  }, []);
  const clearProblem = useCallback(() => setState((current) => (current.busy ? current : IDLE)), []);
  return { ...state, run, clearProblem };
}
