interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every problem code with its status and title. No other file maps a code to a status. */
export const PROBLEMS = {
  bad_request: { status: 400, title: "Malformed request" },
  invalid_credentials: { status: 401, title: "Wrong e-mail or password" },
  unauthenticated: { status: 401, title: "Authentication required" },
  token_expired: { status: 401, title: "The access token has expired" },
  invalid_proof: { status: 401, title: "Invalid DPoP proof" },
  use_dpop_nonce: { status: 401, title: "The DPoP proof needs a nonce" },
  session_expired: { status: 401, title: "The session has expired" },
  session_revoked: { status: 401, title: "The session was revoked" },
  forbidden: { status: 403, title: "Your role does not allow this" },
  reauthentication_required: { status: 403, title: "Recent sign-in required" },
  cross_origin: { status: 403, title: "Origin not allowed" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  email_taken: { status: 409, title: "The e-mail address is already in use" },
  last_owner: { status: 409, title: "The account must keep an owner" },
  too_many: { status: 409, title: "There are too many of these" },
  precondition_failed: { status: 412, title: "The resource has changed since it was read" },
  too_large: { status: 413, title: "The request body is too large" },
  unsupported_media_type: { status: 415, title: "The request body must be JSON" },
  validation_failed: { status: 422, title: "Some fields are invalid" },
  rate_limited: { status: 429, title: "Too many attempts" },
  internal_error: { status: 500, title: "Internal server error" },
  unavailable: { status: 503, title: "Temporarily unavailable" },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

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

/** One fault of one field. `field` is the wire's name, dotted for nested fields (`idle_minutes`, `list[1].name`). */
export interface Fault {
  readonly field: string;
  readonly code: FaultCode;
  readonly message: string;
  readonly min?: number;
  readonly max?: number;
}

export interface ProblemOptions {
  /** A sentence for the caller; defaults to the code's title. */
  readonly detail?: string;
  /** The faults of a `validation_failed`. */
  readonly errors?: readonly Fault[];
  /** `Retry-After`, in whole seconds. */
  readonly retryAfterSeconds?: number;
  /** Extension members of the problem (RFC 9457 §3.2), in snake_case. */
  readonly extensions?: Readonly<Record<string, string | number>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** The options of a problem that its code alone determines. */
export const NO_OPTIONS: ProblemOptions = Object.freeze({});

/**
 * Refuses a call: a handler or a hook throws it, and the pipeline answers it as a problem (RFC 9457).
 *
 * @example throw new HttpProblem("email_taken");
 * @example throw new HttpProblem("rate_limited", { retryAfterSeconds: 30 });
 */
export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = NO_OPTIONS) {
    // A refusal is an answer. Its stack would cost as much as a tenth of the call.
    const { stackTraceLimit } = Error;
    // Not an assignment, which throws where a host has frozen the built-in objects.
    if (code !== "internal_error") Reflect.set(Error, "stackTraceLimit", 0);
    super(
      options.detail ?? PROBLEMS[code].title,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
    this.name = "HttpProblem";
    this.code = code;
    this.options = options;
  }
}

/**
 * Returns whether `error` is an `HttpProblem`. It is known by its shape, because a bundler may put two copies of this package, with
 * a class each, into one process.
 */
export function isHttpProblem(error: unknown): error is HttpProblem {
  if (typeof error !== "object" || error === null) return false;
  const { name, code, options } = error as Record<string, unknown>;
  return (
    name === "HttpProblem" &&
    typeof code === "string" &&
    Object.hasOwn(PROBLEMS, code) &&
    typeof options === "object" &&
    options !== null
  );
}

/**
 * Creates a `validation_failed` about one field.
 *
 * @param field the field's name on the wire
 * @example throw fieldProblem("current_password", "invalid_value", "This is not your password.");
 */
export function fieldProblem(field: string, code: FaultCode, message: string): HttpProblem {
  return new HttpProblem("validation_failed", { errors: [{ field, code, message }] });
}
