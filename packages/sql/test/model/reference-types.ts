/** The types of the reference model. Times are milliseconds since the Unix epoch, limits are minutes. */

export type Expiry = "idle" | "absolute";
export type Revocation =
  | "signed_out"
  | "revoked_by_owner"
  | "revoked_by_user"
  | "token_reused"
  | "password_changed"
  | "user_disabled"
  | "user_deleted"
  | "account_deleted"
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
  /** Number of changes that invalidate a sign-in whose password check began before. */
  invalidations: number;
  roleChanges: number;
}

export interface RefSession {
  name: string;
  account: string;
  user: string;
  key: string | null;
  isGoverned: boolean;
  startedAt: number;
  authenticatedAt: number;
  lastActiveAt: number;
  /** The absolute lifetime counts from here. */
  absoluteFrom: number;
  /** A fixed end; null for none. */
  notAfter: number | null;
  idle: number;
  absolute: number;
  generation: number;
  rotatedAt: number | null;
  /** Every rotation; the network is null if it was unknown. */
  rotations: { at: number; network: string | null }[];
  /** How many rotations there were at each presentation of the previous token that counts as shared. */
  shared: number[];
  /** The kind and the address of the client at the sign-in and at each refresh since. */
  seen: Client[];
  deviceChanges: number[];
  end: End | null;
}

export interface RefAccount {
  name: string;
  policy: Policy;
  version: number;
  /** Number of policies that were applied to the live sessions. */
  applied: number;
  signOuts: { reason: Revocation; at: number }[];
  /** Whether it was deleted, and none of the same name has begun since. */
  isGone: boolean;
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

/** What was known when the password check began. */
export interface Prepared {
  account: string;
  user: string;
  signOuts: number;
  /** Null if the user did not exist. */
  invalidations: number | null;
}

export interface SignIn {
  session: string;
  account: string;
  user: string;
  role: "owner" | "member";
  key: string | null;
  client: Client;
  /** What was known when the password check began; null if it took no time. */
  prepared: Prepared | null;
  replaces: { session: string; proof: Proof } | null;
  endsOthers: boolean;
  /** What a host says; null if the session begins now. */
  times: Times | null;
}

/** When a session began, as its host says it. */
export interface Times {
  startedAt: number;
  authenticatedAt: number | null;
  lastActiveAt: number | null;
  notAfter: number | null;
}

/** The first sight of a host session, or a later one. */
export interface Opening {
  session: string;
  account: string;
  user: string;
  role: "owner" | "member";
  client: Client;
  times: Times;
  endsOthers: boolean;
}

/** The last time that all sessions of an account ended, or all of a user. */
export interface SignOutMoment {
  account: string;
  /** Null: of the whole account. */
  user: string | null;
  reason: Revocation;
  at: number;
}

/** What a host hears of a revocation. */
export interface RefEnding {
  account: string;
  scope: "account" | "user" | "session";
  user: string | null;
  session: string | null;
  spares: string | null;
  reason: Revocation;
  at: number;
}

/** The last writes of `touch` in a process. */
export interface Touches {
  session: string;
  process: number;
  /** The last write that moved a deadline. */
  movedAt: number | null;
  /** The last call that may have written, although nothing shows it. */
  mayHaveWrittenAt: number;
}

export interface Granted {
  kind: "granted";
  session: RefSession;
  user: RefUser;
  refresh: RefreshToken;
  access: AccessToken;
}

export type Refused = { kind: "refused"; code: string; reason?: string; endedAt?: number };

/** What an event says beside whom it is about. */
export type EventSays = Readonly<Record<string, unknown>>;

export interface RecordedEvent {
  account: string;
  type: string;
  session: string | null;
  at: number;
  says: EventSays;
}

export interface Settings {
  idle: { default: number; min: number; max: number };
  absolute: { default: number; min: number; max: number };
  graceMs: number;
  shadowLimit: number;
  sessionsPerUser: number;
  accessTokenMs: number;
  governedSince: number | null;
  hostDecidesOwners: boolean;
  /** The id of a session by its name: of sessions used last at the same moment, the limit ends the one with the lower id. */
  idOf(name: string): string;
}

export interface Opened {
  kind: "opened";
  session: RefSession;
  user: RefUser;
}

/** A client as it appears to the server; null for what is unknown. */
export interface Client {
  label: string | null;
  ip: string | null;
}

export type Proof = "none" | "right" | "wrong" | "invalid_proof" | "use_dpop_nonce";

export const refused = (code: string): Refused => ({ kind: "refused", code });

/** The refusal that the holder of an ended session gets. */
export const refusedAsEnded = (end: End): Refused => ({
  kind: "refused",
  code: end.kind === "expired" ? "session_expired" : "session_revoked",
  reason: end.reason,
  endedAt: end.at,
});
