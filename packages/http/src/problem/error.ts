import { PROBLEMS, type ProblemCode } from "./codes.js";

/** The codes of one field's fault in a 422. */
export type FaultCode =
  | "required"
  | "unknown_field"
  | "wrong_type"
  | "out_of_range"
  | "idle_exceeds_absolute"
  | "weak_password"
  | "invalid_email"
  | "invalid_value";

/** One fault of one field, named as on the wire (`idle_minutes`, dotted where it lies deeper). */
export interface Fault {
  readonly field: string;
  readonly code: FaultCode;
  readonly message: string;
  readonly min?: number;
  readonly max?: number;
}

export interface ProblemOptions {
  /** A sentence for people; the code's title where there is nothing to add. */
  readonly detail?: string;
  /** The faults of a `validation_failed`. */
  readonly errors?: readonly Fault[];
  /** `Retry-After`, in whole seconds. */
  readonly retryAfterSeconds?: number;
  /** Further members of the problem (RFC 9457 §3.2), snake_case. */
  readonly extensions?: Readonly<Record<string, string | number>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * What a handler or a hook throws to refuse a call: the pipeline answers it as a problem (RFC 9457).
 *
 * @example throw new HttpProblem("email_taken");
 * @example throw new HttpProblem("rate_limited", { retryAfterSeconds: 30 });
 */
export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(
      options.detail ?? PROBLEMS[code].title,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.name = "HttpProblem";
    this.code = code;
    this.options = options;
  }
}

/**
 * The 422 of one field.
 *
 * @param field as on the wire
 * @example throw fieldProblem("current_password", "invalid_value", "This is not your password.");
 */
export function fieldProblem(field: string, code: FaultCode, message: string): HttpProblem {
  return new HttpProblem("validation_failed", { errors: [{ field, code, message }] });
}
