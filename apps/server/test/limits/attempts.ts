import type { Scheduler } from "@curfew/core";
import { expect } from "vitest";
import type { Allowance } from "../../src/sign-in/limits/admission.js";
import {
  ATTEMPT_ALLOWANCE,
  type Attempt,
  type AttemptLimits,
  type AttemptOutcome,
  createAttemptLimits,
} from "../../src/sign-in/limits/attempt-limits.js";
import type { TestStore } from "./stores.js";

export const ada: Attempt = { addressKey: "ada@example.test", network: "192.0.2.1", isKnownPlace: false };
export const wrong = async () => ({ passed: false, value: "wrong" });
export const right = async () => ({ passed: true, value: "right" });
export const checked = (value: string) => ({ kind: "checked", value });

/** Runs each task in the next turn of the event loop, whatever its delay. */
export const immediateScheduler: Scheduler = {
  after(_delayMs, task) {
    const immediate = setImmediate(task);
    return { cancel: () => clearImmediate(immediate) };
  },
};

/** The attempt limits of one process over a store. */
export const limitsOver = (
  store: TestStore,
  { waiting = 1000, ...allowance }: Partial<Allowance> & { readonly waiting?: number } = {},
): AttemptLimits =>
  createAttemptLimits({
    store: store.attemptStore({ ...ATTEMPT_ALLOWANCE, ...allowance }),
    maxWaiting: waiting,
    scheduler: immediateScheduler,
  });

/** Makes failing attempts, and expects each to be checked. */
export async function failAttempts(limits: AttemptLimits, times: number, attempt = ada): Promise<void> {
  for (let count = 0; count < times; count += 1)
    expect(await limits.attempt(attempt, wrong)).toEqual(checked("wrong"));
}

/** An attempt whose password check is pending until the test releases it. */
export interface HeldAttempt {
  readonly outcome: Promise<AttemptOutcome<string>>;
  /** Resolves when the check has started. */
  readonly started: Promise<void>;
  readonly hasStarted: boolean;
  release(): void;
}

/** Starts an attempt whose check returns `passed` once it is released. */
export function holdAttempt(limits: AttemptLimits, attempt: Attempt, passed: boolean): HeldAttempt {
  let release = (): void => {};
  let start = (): void => {};
  let hasStarted = false;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  const outcome = limits.attempt(attempt, async () => {
    hasStarted = true;
    start();
    await released;
    return { passed, value: passed ? "right" : "wrong" };
  });
  // The test may await it later; a rejection before that must not count as unhandled.
  outcome.catch(() => {});
  return {
    outcome,
    started,
    get hasStarted() {
      return hasStarted;
    },
    release: () => release(),
  };
}
