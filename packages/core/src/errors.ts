import type { PolicyFault } from "./policy/validate.js";
import type { ExpiryReason } from "./session/deadlines.js";
import type { EndedFate, RevocationReason } from "./session/session.js";

/** The error codes of the engine, a closed set, and the details of each. */
export interface CurfewErrorDetails {
  /** No token, a token that these secrets did not issue, or one newer than the database. */
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
  /** The given version is not the current one. */
  precondition_failed: { version: number };
  last_owner: Record<never, never>;
  validation_failed: { faults: readonly (PolicyFault | FieldFault)[] };
  /** The user is disabled and can't sign in. */
  user_disabled: Record<never, never>;
  /** The user changed during the sign-in: check the password again. */
  sign_in_superseded: Record<never, never>;
  /** The database can't answer now. Says nothing about the session. */
  unavailable: { retryAfterSeconds: number };
}

export type CurfewErrorCode = keyof CurfewErrorDetails;

/** A fault of one argument; `field` is the argument's name. */
export interface FieldFault {
  field: string;
  code: "required" | "wrong_type" | "out_of_range" | "invalid_value";
  message: string;
  min?: number;
  max?: number;
}

/** Codes that tell of a fault, where the stack helps. All others are answers, whose stacks would cost more than the rest of them. */
const FAULTS: ReadonlySet<CurfewErrorCode> = new Set(["validation_failed", "unavailable"]);

/** Faults are named, since a log may show the message alone. */
function messageOf<Code extends CurfewErrorCode>(code: Code, details: CurfewErrorDetails[Code]): string {
  const faults = "faults" in details ? details.faults : [];
  const told = faults.map(({ field, message }) => `${field}: ${message}`).join(" ");
  return told === "" ? code : `${code}: ${told}`;
}

/**
 * The only error that the engine throws.
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
    const { stackTraceLimit } = Error;
    // Not an assignment, which throws where a host has frozen the built-in objects.
    if (!FAULTS.has(code)) Reflect.set(Error, "stackTraceLimit", 0);
    super(
      options?.message ?? messageOf(code, details),
      options?.cause === undefined ? undefined : { cause: options.cause },
    );
    Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
    this.name = "CurfewError";
    this.code = code;
    this.details = details;
  }
}

/** The codes, and what the details of each have at least. */
const DETAILS: { readonly [Code in CurfewErrorCode]: readonly (keyof CurfewErrorDetails[Code])[] } = {
  unauthenticated: [],
  token_expired: [],
  session_expired: ["endedAt", "reason"],
  session_revoked: ["endedAt", "reason"],
  invalid_proof: [],
  use_dpop_nonce: [],
  reauthentication_required: [],
  not_found: [],
  precondition_failed: ["version"],
  last_owner: [],
  validation_failed: ["faults"],
  user_disabled: [],
  sign_in_superseded: [],
  unavailable: ["retryAfterSeconds"],
};

/**
 * Returns whether `error` is a `CurfewError`, of the given code if there is one. It is known by its shape, because a bundler may put
 * two copies of this package, with a class each, into one process.
 */
export function isCurfewError<Code extends CurfewErrorCode = CurfewErrorCode>(
  error: unknown,
  code?: Code,
): error is CurfewError<Code> {
  if (typeof error !== "object" || error === null) return false;
  const { name, code: itsCode, details } = error as Record<string, unknown>;
  if (name !== "CurfewError" || typeof itsCode !== "string" || !Object.hasOwn(DETAILS, itsCode)) return false;
  if (typeof details !== "object" || details === null) return false;
  const isWhole = DETAILS[itsCode as CurfewErrorCode].every((detail) => detail in details);
  return isWhole && (code === undefined || itsCode === code);
}

export const unauthenticated = (): CurfewError<"unauthenticated"> => new CurfewError("unauthenticated", {});
export const notFound = (): CurfewError<"not_found"> => new CurfewError("not_found", {});

/** The error for a request of an ended session. */
export function endedError(fate: EndedFate): CurfewError<"session_expired"> | CurfewError<"session_revoked"> {
  return fate.state === "expired"
    ? new CurfewError("session_expired", { endedAt: fate.endedAt, reason: fate.reason })
    : new CurfewError("session_revoked", { endedAt: fate.endedAt, reason: fate.reason });
}

/** The error of an operation whose last attempt lost a race. The caller may retry. */
export const contended = (): CurfewError<"unavailable"> =>
  new CurfewError("unavailable", { retryAfterSeconds: 1 }, { message: "too much contention" });
