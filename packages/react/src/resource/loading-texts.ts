import type { ProblemDetails } from "@curfew/client";

/** The words around whatever is loaded or sent. */
export interface LoadingTexts {
  readonly loading: string;
  readonly failed: string;
  readonly again: string;
  readonly showMore: string;
  /** Why a call failed, and what to do about it. */
  problem(code: ProblemDetails["code"]): string;
}
