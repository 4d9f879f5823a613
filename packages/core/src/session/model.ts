/** Why a session expired: which of its two deadlines came first. */
export type ExpiryReason = "idle" | "absolute";

/** Everything that a session is revoked for. */
export const REVOCATION_REASONS = [
  "signed_out",
  "revoked_by_owner",
  "revoked_by_user",
  "token_reused",
  "password_changed",
  "user_disabled",
  "session_limit",
] as const;

/** Why a session was revoked. */
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

export type EndReason = ExpiryReason | RevocationReason;

/** What a session is. Both ends are final. */
export type SessionFate =
  | { readonly state: "live" }
  | { readonly state: "expired"; readonly reason: ExpiryReason; readonly endedAt: number }
  | { readonly state: "revoked"; readonly reason: RevocationReason; readonly endedAt: number };

export type EndedFate = Exclude<SessionFate, { state: "live" }>;

/** Where a session was signed in from, as far as its host knows. */
export interface Device {
  /** For people: "Firefox on Linux". */
  readonly label: string | null;
  readonly userAgent: string | null;
  readonly ip: string | null;
}

/** A role in an account. An owner sets the policy and ends other people's sessions. */
export type Role = "owner" | "member";

/** What the engine keeps of a host's user: no password and nothing else. */
export interface User {
  readonly accountId: string;
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly disabled: boolean;
  /** Milliseconds since the Unix epoch; null before the first sign-in. */
  readonly lastLoginAt: number | null;
  /** Goes up when all of the user's sessions end and when the role changes. */
  readonly epoch: number;
  /** The user's epoch at the last change of role: access tokens below it are stale. */
  readonly roleEpoch: number;
}

/** One sign-in on one device. Times are milliseconds since the Unix epoch. */
export interface Session {
  readonly accountId: string;
  readonly id: string;
  readonly userId: string;
  readonly startedAt: number;
  readonly lastActiveAt: number;
  /** The limits copied from the policy at sign-in, and made smaller by a policy applied since. */
  readonly idleMinutes: number;
  readonly absoluteMinutes: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  /** How often the refresh token has rotated. */
  readonly generation: number;
  /** The last rotation; null before the first. */
  readonly rotatedAt: number | null;
  /** RFC 7638 thumbprint of the client's DPoP key; null for an unbound session. */
  readonly keyThumbprint: string | null;
  /** The account's epoch when the password was checked. */
  readonly accountEpoch: number;
  readonly device: Device;
  /** Null while nothing has written its end. A session can be over without that: see `fateOf`. */
  readonly endedAt: number | null;
  readonly endReason: EndReason | null;
}

/** The numbers of an account that sessions and access tokens are held against. */
export interface AccountState {
  /** Goes up by one when everybody is signed out. */
  readonly epoch: number;
  /** Goes up by one at each change of the policy, and each time it is applied. */
  readonly policyVersion: number;
  /** The policy version that was last applied to open sessions: access tokens below it are stale. */
  readonly appliedPolicyVersion: number;
}

/** All that decides about one session, read at one moment. */
export interface SessionSnapshot {
  readonly session: Session;
  readonly user: User;
  readonly account: AccountState;
  /** The first sign-out of the whole account that covers this session; null where none does. */
  readonly epochEnd: { readonly at: number; readonly reason: RevocationReason } | null;
  /** The database's clock at the read. */
  readonly now: number;
}

export function isExpiryReason(reason: EndReason): reason is ExpiryReason {
  return reason === "idle" || reason === "absolute";
}
