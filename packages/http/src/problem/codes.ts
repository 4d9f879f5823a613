interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Every code that an answer can carry, with its status: the only place that knows one from the other. */
export const PROBLEMS = {
  bad_request: { status: 400, title: "The request can't be read" },
  invalid_credentials: { status: 401, title: "Wrong e-mail or password" },
  unauthenticated: { status: 401, title: "Sign in first" },
  token_expired: { status: 401, title: "The access token is too old" },
  invalid_proof: { status: 401, title: "The proof of the client's key does not hold" },
  use_dpop_nonce: { status: 401, title: "The proof needs a nonce" },
  session_expired: { status: 401, title: "The session has expired" },
  session_revoked: { status: 401, title: "The session was ended" },
  forbidden: { status: 403, title: "Your role does not allow this" },
  reauthentication_required: { status: 403, title: "Sign in again first" },
  cross_origin: { status: 403, title: "Not from this origin" },
  not_found: { status: 404, title: "There is no such thing" },
  method_not_allowed: { status: 405, title: "Not with this method" },
  email_taken: { status: 409, title: "The e-mail address is taken" },
  last_owner: { status: 409, title: "The account needs an owner" },
  precondition_failed: { status: 412, title: "Somebody else changed it first" },
  too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The body must be JSON" },
  validation_failed: { status: 422, title: "Some fields are not right" },
  rate_limited: { status: 429, title: "Too many attempts" },
  internal_error: { status: 500, title: "Something went wrong here" },
  unavailable: { status: 503, title: "Not available for the moment" },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;
