import { type ExpiryReason, hasPassed, nearestDeadline } from "./deadlines.js";

/** A role in an account. An owner sets the policy and ends other users' sessions. */
export type Role = "owner" | "member";

/** What the engine stores of a host's user. It stores no credentials. */
export interface User {
  readonly accountId: string;
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly disabled: boolean;
  /** Milliseconds since the Unix epoch; null before the first sign-in. */
  readonly lastLoginAt: number | null;
  /** Increases when all of the user's sessions end, and when the role changes. */
  readonly epoch: number;
  /** The user's epoch at the last change of role: access tokens with a lower one are stale. */
  readonly roleEpoch: number;
}

/** The device of a sign-in or a refresh, as far as the host knows it. */
export interface Device {
  /** For display: "Firefox on Linux". */
  readonly label: string | null;
  readonly userAgent: string | null;
  readonly ip: string | null;
}

/** A device of which some is known. */
export const deviceOf = ({ label, userAgent, ip }: Partial<Device> = {}): Device => ({
  label: label ?? null,
  userAgent: userAgent ?? null,
  ip: ip ?? null,
});

/** A network from which refresh tokens were rotated. */
export interface RotationNetwork {
  /** See `networkDigestOf`. */
  readonly network: string;
  /** Its last rotation. */
  readonly at: number;
}

/** One sign-in on one device. Times are milliseconds since the Unix epoch. */
export interface Session {
  readonly accountId: string;
  readonly id: string;
  readonly userId: string;
  readonly startedAt: number;
  /** When the user last proved who they are: at the sign-in, or later. */
  readonly authenticatedAt: number;
  /** Whether a host issued the session (`Curfew.governed`). */
  readonly isGoverned: boolean;
  readonly lastActiveAt: number;
  /** The limits, copied from the policy at sign-in; a policy applied later can only lower them. */
  readonly idleMinutes: number;
  readonly absoluteMinutes: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
  /** How often the refresh token has rotated. */
  readonly generation: number;
  /** The last rotation; null before the first. */
  readonly rotatedAt: number | null;
  /** The networks that rotated the token, the last one first. A rotation from an unknown address is left out. */
  readonly rotationNetworks: readonly RotationNetwork[];
  /**
   * The generation of the last rotation whose previous token another network presented, and the number of such rotations in a
   * row up to it. Null if there was none.
   */
  readonly sharing: { readonly generation: number; readonly rotations: number } | null;
  /** RFC 7638 thumbprint of the client's DPoP key; null for an unbound session. */
  readonly keyThumbprint: string | null;
  /** The account's epoch before the password check. */
  readonly accountEpoch: number;
  readonly device: Device;
  /** The device of the newest refresh; before the first one, that of the sign-in. */
  readonly lastSeen: Device;
  /** The last `session.device_changed`; null if there was none. */
  readonly deviceChangedAt: number | null;
  /** Null until the end is stored. A session can be over before that: see `fateOf`. */
  readonly endedAt: number | null;
  readonly endReason: EndReason | null;
}

/** The numbers of an account that sessions and access tokens are compared with. */
export interface AccountState {
  /** Increases by one when the whole account is signed out. */
  readonly epoch: number;
  /** Increases by one at each change of the policy, and each time it is applied. */
  readonly policyVersion: number;
  /** The last policy version applied to open sessions: access tokens with a lower one are stale. */
  readonly appliedPolicyVersion: number;
}

/** Everything that decides about one session, read at one moment. */
export interface SessionSnapshot {
  readonly session: Session;
  readonly user: User;
  readonly account: AccountState;
  /** The first sign-out of the whole account that covers this session; null if there is none. */
  readonly epochEnd: { readonly at: number; readonly reason: RevocationReason } | null;
  /** The database's clock at the read. */
  readonly now: number;
}

export const REVOCATION_REASONS = [
  "signed_out",
  "revoked_by_owner",
  "revoked_by_user",
  "token_reused",
  "password_changed",
  "user_disabled",
  "user_deleted",
  "account_deleted",
  "session_limit",
] as const;

export type RevocationReason = (typeof REVOCATION_REASONS)[number];

export type EndReason = ExpiryReason | RevocationReason;

export function isExpiryReason(reason: EndReason): reason is ExpiryReason {
  return reason === "idle" || reason === "absolute";
}

/** The state of a session. Both ends are final. */
export type SessionFate =
  | { readonly state: "live" }
  | { readonly state: "expired"; readonly reason: ExpiryReason; readonly endedAt: number }
  | { readonly state: "revoked"; readonly reason: RevocationReason; readonly endedAt: number };

export type EndedFate = Exclude<SessionFate, { state: "live" }>;

/**
 * Returns the state of a session. A stored end is final. Otherwise the earliest of deadline and account-wide sign-out
 * ended it.
 *
 * @example fateOf(snapshot).state // "live"
 */
export function fateOf(snapshot: Pick<SessionSnapshot, "session" | "epochEnd" | "now">): SessionFate {
  const { session, epochEnd, now } = snapshot;
  if (session.endedAt !== null && session.endReason !== null)
    return isExpiryReason(session.endReason)
      ? { state: "expired", reason: session.endReason, endedAt: session.endedAt }
      : { state: "revoked", reason: session.endReason, endedAt: session.endedAt };
  const deadline = nearestDeadline(session);
  if (epochEnd !== null && !hasPassed(deadline.at, epochEnd.at))
    return { state: "revoked", reason: epochEnd.reason, endedAt: epochEnd.at };
  if (epochEnd !== null || hasPassed(deadline.at, now))
    return { state: "expired", reason: deadline.reason, endedAt: deadline.at };
  return { state: "live" };
}
