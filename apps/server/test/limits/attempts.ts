import type { Scheduler } from "@curfew/core";
import { expect } from "vitest";
import {
  ATTEMPT_ALLOWANCE,
  type Attempt,
  type AttemptLimits,
  createAttemptLimits,
} from "../../src/sign-in/limits/attempt-limits.js";
import type { Allowance } from "../../src/sign-in/limits/attempt-store.js";
import type { Place } from "./kinds.js";

export const ada: Attempt = { emailKey: "ada@example.test", network: "192.0.2.1" };
export const wrong = async () => ({ passed: false, value: "wrong" });
export const right = async () => ({ passed: true, value: "right" });
export const checked = (value: string) => ({ kind: "checked", value });

/** Times that pass at once: who waits looks again in the next turn of the event loop. */
export const impatient: Scheduler = {
  after(_delayMs, task) {
    const immediate = setImmediate(task);
    return { cancel: () => clearImmediate(immediate) };
  },
};

/** The limits of one process at a place. */
export const limitsAt = (
  place: Place,
  { waiting = 1000, ...allowance }: Partial<Allowance> & { readonly waiting?: number } = {},
): AttemptLimits =>
  createAttemptLimits({
    store: place.book({ ...ATTEMPT_ALLOWANCE, ...allowance }),
    maxWaiting: waiting,
    scheduler: impatient,
  });

/** Fails that often, each of which must be let through. */
export async function fail(limits: AttemptLimits, times: number, who = ada): Promise<void> {
  for (let count = 0; count < times; count += 1)
    expect(await limits.attempt(who, wrong)).toEqual(checked("wrong"));
}
