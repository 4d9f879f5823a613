import type { FaultCode, ProblemCode } from "@curfew/http";

/** One invalid field of a 422 `validation_failed`. */
export interface FieldFault {
  field: string;
  code: FaultCode;
  message: string;
  min?: number;
  max?: number;
}

/** The members of a problem document that a client acts on (RFC 9457 §3). */
export interface ProblemDetails {
  /**
   * The server's code, or one of the client: `unreachable`, no answer of Curfew; `proof_unavailable`, this browser did not
   * provide the key that binds a session (RFC 9449).
   */
  code: ProblemCode | "unreachable" | "proof_unavailable";
  /** The HTTP status; 0 when there was no response. */
  status: number;
  detail: string;
  /** The invalid fields of a `validation_failed`; default: none. */
  errors?: readonly FieldFault[];
  /** Why the session ended; set for `session_expired` and `session_revoked`. */
  reason?: EndReason;
  ended_at?: string;
  /** `Retry-After` in milliseconds. */
  retryAfterMs?: number | undefined;
}

/** Why a session ended: the deadline that passed, or the cause of its revocation. */
export type EndReason =
  | "idle"
  | "absolute"
  | "signed_out"
  | "revoked_by_owner"
  | "revoked_by_user"
  | "token_reused"
  | "password_changed"
  | "user_disabled"
  | "user_deleted"
  | "account_deleted"
  | "session_limit";

/** How a session ended, as reported by the server. */
export interface SessionEnd {
  code: "session_expired" | "session_revoked";
  reason: EndReason;
  ended_at: string;
}

/**
 * The rejection of every API call: the server's problem, or the client's when there was no response.
 *
 * @example throw new CurfewProblem({ code: "invalid_credentials", status: 401, detail: "" });
 */
export class CurfewProblem extends Error {
  override readonly name = "CurfewProblem";
  declare readonly code: ProblemDetails["code"];
  declare readonly status: number;
  readonly errors: readonly FieldFault[] = [];
  declare readonly reason: EndReason | undefined;
  declare readonly ended_at: string | undefined;
  declare readonly retryAfterMs: number | undefined;

  constructor(details: ProblemDetails) {
    super(details.detail);
    Object.assign(this, details);
  }

  /** Whether the network, the server, its database or this browser's storage failed, so that a retry may succeed. */
  get isTrouble(): boolean {
    // `unreachable`, `unavailable`, `proof_unavailable`, `rate_limited` and `internal_error`.
    return /able$|rate|internal/.test(this.code);
  }
}

/**
 * Whether an error is a `CurfewProblem`. It is known by its shape, because a bundler may put two copies of this package, with a
 * class each, into one page.
 *
 * @example if (isCurfewProblem(error) && error.code === "email_taken") …
 */
export const isCurfewProblem = (error: unknown): error is CurfewProblem =>
  (error as Error | null)?.name === "CurfewProblem";

/** The problem of a call without an answer of Curfew's. A firewall's or a proxy's page is none, and never ends a session. */
const noAnswer = (code: ProblemDetails["code"], status: number, document?: object): CurfewProblem =>
  new CurfewProblem({ code, detail: "No answer from Curfew", ...document, status });

/** The problem of a call without a response, because there was none or because it could not be sent with a proof. */
export const withoutResponse = (code: "unreachable" | "proof_unavailable" = "unreachable"): CurfewProblem =>
  noAnswer(code, 0);

/** Converts an error response to a problem (RFC 9457). */
export async function readProblem(response: Response): Promise<CurfewProblem> {
  const { status, headers } = response;
  const document: unknown =
    /problem\+json/.test(headers.get("Content-Type") as string) &&
    (await response
      .clone()
      .json()
      .catch(() => null));
  // A `Retry-After` with a date (RFC 9110 §10.2.3) is ignored: Curfew sends seconds.
  const retryAfterMs = Number(headers.get("Retry-After")) * 1000 || undefined;
  const code = status === 429 ? "rate_limited" : status < 500 ? "unreachable" : "unavailable";
  return noAnswer(code, status, { ...(document as object | null), retryAfterMs });
}

/** How the session ended, if the problem says so. */
export const sessionEndOf = ({ code, reason, ended_at }: CurfewProblem): SessionEnd | null =>
  /^session_/.test(code) && reason && ended_at ? ({ code, reason, ended_at } as SessionEnd) : null;

/** Whether the access token was refused, for which a new one may help. */
export const isTokenRefused = ({ code }: CurfewProblem): boolean => /token_expired|unauthent/.test(code);

/** Whether the DPoP proof was refused, which implies nothing about the session. */
export const isProofRefused = ({ code }: CurfewProblem): boolean => /invalid_proof|nonce/.test(code);
