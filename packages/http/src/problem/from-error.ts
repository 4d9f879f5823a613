import { type CurfewError, type CurfewErrorCode, type EndReason, isCurfewError } from "@curfew/core";
import { wireTime } from "../wire/time.js";
import type { ProblemCode } from "./codes.js";
import { type Fault, HttpProblem } from "./error.js";

const ENDINGS: Readonly<Record<EndReason, string>> = {
  idle: "Nobody used this session for too long.",
  absolute: "This session has lasted as long as it may.",
  signed_out: "This session was signed out.",
  revoked_by_owner: "An owner of the account ended this session.",
  revoked_by_user: "This session was ended from another one.",
  token_reused: "A refresh token was used twice, so this session was ended.",
  password_changed: "The password was changed, which ended this session.",
  user_disabled: "The user was disabled, which ended this session.",
  session_limit: "A newer sign-in took this session's place.",
};

type EndCode = "session_expired" | "session_revoked";
type PlainCode = Exclude<CurfewErrorCode, EndCode | "validation_failed" | "unavailable">;

/** The engine's codes that carry nothing a client needs. A disabled user is not told from a wrong password. */
const PLAIN: Readonly<Record<PlainCode, ProblemCode>> = {
  unauthenticated: "unauthenticated",
  token_expired: "token_expired",
  invalid_proof: "invalid_proof",
  use_dpop_nonce: "use_dpop_nonce",
  reauthentication_required: "reauthentication_required",
  not_found: "not_found",
  precondition_failed: "precondition_failed",
  last_owner: "last_owner",
  user_disabled: "invalid_credentials",
  sign_in_superseded: "unavailable",
};

/** What an error is on the wire; null for one that is no answer to a caller. */
export function problemOf(error: unknown): HttpProblem | null {
  if (error instanceof HttpProblem) return error;
  if (isCurfewError(error, "session_expired") || isCurfewError(error, "session_revoked"))
    return sessionOver(error);
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

function sessionOver({ code, details }: CurfewError<EndCode>): HttpProblem {
  return new HttpProblem(code, {
    detail: ENDINGS[details.reason],
    extensions: { reason: details.reason, ended_at: wireTime(details.endedAt) },
  });
}

/** Names the engine's argument as the wire does. */
const wireFault = (fault: Fault): Fault => ({
  ...fault,
  field: fault.field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
});
