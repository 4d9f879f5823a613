import type { Attempt, AttemptLimits, AttemptOutcome } from "../../src/sign-in/limits/attempt-limits.js";

/** An attempt whose check stands still until the test lets it end. */
export interface HeldAttempt {
  readonly outcome: Promise<AttemptOutcome<string>>;
  /** Resolves when the check has begun. */
  readonly begun: Promise<void>;
  readonly hasBegun: boolean;
  end(): void;
}

/** Begins an attempt that comes to `passed` once it is let go. */
export function hold(limits: AttemptLimits, who: Attempt, passed: boolean): HeldAttempt {
  let end = (): void => {};
  let begin = (): void => {};
  let hasBegun = false;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const outcome = limits.attempt(who, async () => {
    hasBegun = true;
    begin();
    await ended;
    return { passed, value: passed ? "right" : "wrong" };
  });
  // Whoever awaits it later is told all the same.
  outcome.catch(() => {});
  return {
    outcome,
    begun,
    get hasBegun() {
      return hasBegun;
    },
    end: () => end(),
  };
}
