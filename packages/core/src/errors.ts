import type { PolicyFault } from "./policy/validate.js";
import type { ExpiryReason, RevocationReason } from "./session/model.js";

/** What each code carries. The keys are the closed union of everything that the engine refuses. */
export interface CurfewErrorDetails {
  /** No token, or one that this secret did not issue, or one from the database's future. */
  unauthenticated: Record<never, never>;
  /** The access token is past its `exp`, or older than a change of role or an applied policy: refresh. */
  token_expired: Record<never, never>;
  session_expired: { endedAt: number; reason: ExpiryReason };
  session_revoked: { endedAt: number; reason: RevocationReason };
  invalid_proof: Record<never, never>;
  use_dpop_nonce: Record<never, never>;
  /** The call loosens security and the sign-in is too old. */
  reauthentication_required: Record<never, never>;
  not_found: Record<never, never>;
  /** The version named is not the current one. */
  precondition_failed: { version: number };
  last_owner: Record<never, never>;
  validation_failed: { faults: readonly (PolicyFault | FieldFault)[] };
  /** The user is disabled, so no session begins. */
  user_disabled: Record<never, never>;
  /** The user changed while the sign-in was under way: check the password again. */
  sign_in_superseded: Record<never, never>;
  /** The database can't answer now. Never a verdict about a session. */
  unavailable: { retryAfterSeconds: number };
}

export type CurfewErrorCode = keyof CurfewErrorDetails;

/** A fault of one argument, named as the engine's caller named it. */
export interface FieldFault {
  field: string;
  code: "required" | "wrong_type" | "out_of_range" | "invalid_value";
  message: string;
  min?: number;
  max?: number;
}

/**
 * The one error that the engine throws.
 *
 * @example
 * try { await curfew.sessions.refresh(token); }
 * catch (error) { if (isCurfewError(error, "session_expired")) show(error.details.reason); }
 */
export class CurfewError<Code extends CurfewErrorCode = CurfewErrorCode> extends Error {
  readonly code: Code;
  readonly details: CurfewErrorDetails[Code];

  constructor(
    code: Code,
    details: CurfewErrorDetails[Code],
    options?: { message?: string; cause?: unknown },
  ) {
    super(options?.message ?? code, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CurfewError";
    this.code = code;
    this.details = details;
  }
}

/** Tells whether `error` is a `CurfewError`, and of that code where one is given. */
export function isCurfewError<Code extends CurfewErrorCode = CurfewErrorCode>(
  error: unknown,
  code?: Code,
): error is CurfewError<Code> {
  return error instanceof CurfewError && (code === undefined || error.code === code);
}
