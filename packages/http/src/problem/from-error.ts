import { type CurfewError, type CurfewErrorCode, type EndReason, isCurfewError } from "@curfew/core";
import { wireTime } from "../wire/time.js";
import { type Fault, HttpProblem, isHttpProblem, type ProblemCode } from "./http-problem.js";

const END_DETAILS: Readonly<Record<EndReason, string>> = {
  idle: "The session was inactive for too long.",
  absolute: "The session reached its maximum lifetime.",
  signed_out: "The session was signed out.",
  revoked_by_owner: "An owner of the account ended this session.",
  revoked_by_user: "The user ended this session from another session.",
  token_reused: "The session was ended because a refresh token was used twice.",
  password_changed: "The session was ended because the password was changed.",
  user_disabled: "The session was ended because the user was disabled.",
  user_deleted: "The session was ended because the user was deleted.",
  account_deleted: "The session was ended because the account was deleted.",
  session_limit: "A newer sign-in replaced this session.",
};

type EndCode = "session_expired" | "session_revoked";
type PlainCode = Exclude<CurfewErrorCode, EndCode | "validation_failed" | "unavailable">;

/** The engine's codes whose details the client does not need. */
const PLAIN: Readonly<Record<PlainCode, ProblemCode>> = {
  unauthenticated: "unauthenticated",
  token_expired: "token_expired",
  invalid_proof: "invalid_proof",
  use_dpop_nonce: "use_dpop_nonce",
  reauthentication_required: "reauthentication_required",
  not_found: "not_found",
  precondition_failed: "precondition_failed",
  last_owner: "last_owner",
  // Sign-in must not reveal that an account exists, so a disabled user gets the answer of a wrong password.
  user_disabled: "invalid_credentials",
  sign_in_superseded: "unavailable",
};

/** Maps an error to the problem that answers it; null for an unexpected error. */
export function problemOf(error: unknown): HttpProblem | null {
  if (isHttpProblem(error)) return error;
  if (isCurfewError(error, "session_expired") || isCurfewError(error, "session_revoked"))
    return endProblem(error);
  if (isCurfewError(error, "validation_failed"))
    return new HttpProblem("validation_failed", { errors: error.details.faults.map(wireFault) });
  if (isCurfewError(error, "unavailable"))
    return new HttpProblem("unavailable", {
      retryAfterSeconds: error.details.retryAfterSeconds,
      cause: error,
    });
  return isCurfewError(error)
    ? new HttpProblem(PLAIN[error.code as PlainCode], { retryAfterSeconds: 1, cause: error })
    : null;
}

function endProblem({ code, details }: CurfewError<EndCode>): HttpProblem {
  return new HttpProblem(code, {
    detail: END_DETAILS[details.reason],
    extensions: { reason: details.reason, ended_at: wireTime(details.endedAt) },
  });
}

/** Converts the engine's camelCase argument name to the wire's snake_case. */
const wireFault = (fault: Fault): Fault => ({
  ...fault,
  field: fault.field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
});
