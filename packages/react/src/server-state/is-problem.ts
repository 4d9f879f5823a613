import type { CurfewProblem } from "@curfew/client";

/**
 * Returns whether a call of the API failed with a problem. It is known by its shape, because a bundler may put two copies of
 * `@curfew/client`, with a class each, into one page.
 */
export const isProblem = (error: unknown): error is CurfewProblem =>
  (error as Error | null)?.name === "CurfewProblem";
