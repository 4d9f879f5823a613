import type { FaultCode, ProblemCode } from "@curfew/http";

/** One fault of one field in a 422, named as on the wire. */
export interface FieldFault {
  field: string;
  code: FaultCode;
  message: string;
  min?: number;
  max?: number;
}

/** The members of a problem that a client acts on (RFC 9457 §3). */
export interface ProblemDetails {
  code: ProblemCode | "unreachable";
  /** The HTTP status; 0 where no answer came. */
  status: number;
  detail: string;
  /** The faults of a `validation_failed`. */
  errors: readonly FieldFault[];
  /** How an ended session ended, with `session_expired` and `session_revoked`. */
  reason?: EndReason;
  ended_at?: string;
  /** What `Retry-After` asked for, in milliseconds. */
  retryAfterMs?: number | undefined;
}

/** Why a session is over: its deadline, or who or what ended it. */
export type EndReason =
  | "idle"
  | "absolute"
  | "signed_out"
  | "revoked_by_owner"
  | "revoked_by_user"
  | "token_reused"
  | "password_changed"
  | "user_disabled"
  | "session_limit";

/**
 * What every call of the client rejects with: the server's problem, or `unreachable` where no answer came.
 *
 * @example if (error instanceof CurfewProblem && error.code === "email_taken") …
 */
export class CurfewProblem extends Error {
  declare readonly code: ProblemDetails["code"];
  declare readonly status: number;
  declare readonly errors: readonly FieldFault[];
  declare readonly reason: EndReason | undefined;
  declare readonly ended_at: string | undefined;
  declare readonly retryAfterMs: number | undefined;

  constructor(details: ProblemDetails) {
    super(details.detail);
    Object.assign(this, details, { name: "CurfewProblem" });
  }

  /** No verdict on anything: the network, the server or its database is in trouble, and a retry may succeed. */
  get isTrouble(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}
