/** What the reference speaks of, in the words of the shared rules. Times are milliseconds since the Unix epoch. */

export type Expiry = "idle" | "absolute";
export type Revocation =
  | "signed_out"
  | "revoked_by_owner"
  | "revoked_by_user"
  | "token_reused"
  | "password_changed"
  | "user_disabled"
  | "session_limit";

export type End =
  | { kind: "expired"; reason: Expiry; at: number }
  | { kind: "revoked"; reason: Revocation; at: number };

export interface Policy {
  idle: number | null;
  absolute: number | null;
}

export interface RefUser {
  account: string;
  name: string;
  role: "owner" | "member";
  disabled: boolean;
  lastLoginAt: number;
  /** How often something happened after which a password check made before no longer counts. */
  moves: number;
  roleChanges: number;
}

export interface RefSession {
  name: string;
  account: string;
  user: string;
  key: string | null;
  startedAt: number;
  lastActiveAt: number;
  idle: number;
  absolute: number;
  generation: number;
  rotatedAt: number | null;
  end: End | null;
  /** The minutes in which a failed proof has been recorded. */
  proofFailures: number[];
}

export interface RefAccount {
  name: string;
  policy: Policy;
  version: number;
  /** How often a policy was applied to the open sessions. */
  applied: number;
  signOuts: { reason: Revocation; at: number }[];
}

export interface RefreshToken {
  session: string;
  generation: number;
}

export interface AccessToken {
  session: string;
  issuedAt: number;
  expiresAt: number;
  roleChanges: number;
  applied: number;
  role: "owner" | "member";
}

export interface Prepared {
  account: string;
  user: string;
  signOuts: number;
  /** Null where nobody knew the user. */
  moves: number | null;
}

export interface Granted {
  kind: "granted";
  session: RefSession;
  user: RefUser;
  refresh: RefreshToken;
  access: AccessToken;
}

export type Refused = { kind: "refused"; code: string; reason?: string; endedAt?: number };

export interface Recorded {
  account: string;
  type: string;
  session: string | null;
  at: number;
}

export interface Settings {
  idle: { default: number; min: number; max: number };
  absolute: { default: number; min: number; max: number };
  graceMs: number;
  sessionsPerUser: number;
  accessTokenMs: number;
}

export type Proof = "none" | "right" | "wrong" | "invalid_proof" | "use_dpop_nonce";
