import type { Clock, RandomBytes, Scheduler } from "./clock.js";
import type { Actor, EventType, NewEvent } from "./events.js";
import type {
  EffectivePolicy,
  PolicyOverride,
  PolicyPatch,
  PolicySettings,
  PresetName,
} from "./policy/policy.js";
import type { Standard } from "./policy/standards.js";
import type { TokenStanding } from "./revocation/model.js";
import type { Device, EndedFate, RevocationReason, Role, Session, User } from "./session/model.js";
import type {
  ActiveUsers,
  EventPage,
  ListEventsInput,
  ListSessionsInput,
  PolicyEffect,
  SessionPage,
  SignInSnapshot,
  Store,
  SweepOutcome,
  UpdateUserInput,
} from "./store.js";

/** What `createCurfew` is given. */
export interface CurfewOptions<Extra = never> {
  store: Store<Extra>;
  /** One secret of 32 bytes or more, or several: the first signs, all verify. Roll `old,new`, `new,old`, `new`. */
  secret: Uint8Array | readonly Uint8Array[];
  /** `iss` of access tokens, a URL (RFC 9068 §2.2). */
  issuer: string;
  /** `aud` of access tokens; the issuer unless told. */
  audience?: string;
  /**
   * Tells which other issuers' tokens hold here, where replicas that share the secret go by several names. Such tokens name
   * their issuer as the audience. None unless told.
   */
  acceptsIssuer?: (issuer: string) => boolean;
  /** Defaults and bounds for all accounts, in minutes. */
  policy?: PolicySettings;
  /** How long an access token lives, in seconds (300); never past a deadline of its session. */
  accessTokenSeconds?: number;
  /** How long an unbound client may still present the token before, in seconds (10; 0 to 60). */
  rotationGraceSeconds?: number;
  /** How many live sessions a user may have (100). */
  sessionsPerUser?: number;
  /** How old a sign-in may be for a call that loosens security, in minutes (15; 0 never asks). */
  reauthMinutes?: number;
  /** How long the audit trail is kept, in days (365). */
  auditDays?: number;
  clock?: Clock;
  scheduler?: Scheduler;
  randomBytes?: RandomBytes;
  /** Told of what is wrong and not the caller's fault: a failed read of the feed, a database from the past. */
  onTrouble?: (trouble: Trouble) => void;
  /**
   * Told of each act that another process recorded in the revocation feed, as it is read here for the first time: how long after
   * its moment, in milliseconds by the database's clock.
   */
  onFeedRow?: (lagMs: number) => void;
}

export interface Trouble {
  readonly kind: "feed_read_failed" | "sweep_failed" | "database_went_back";
  readonly cause?: unknown;
  readonly accountId?: string;
  readonly sessionId?: string;
}

/** A DPoP proof as the host checked it (RFC 9449): whose key it is of, or what is wrong with it. */
export type Proof = { readonly thumbprint: string } | { readonly fault: "invalid_proof" | "use_dpop_nonce" };

/** Who an access token speaks for. */
export interface Identity extends TokenStanding {
  readonly role: Role;
  /** When the person signed in, in milliseconds since the Unix epoch. */
  readonly authenticatedAt: number;
  /** When the access token was issued, in milliseconds since the Unix epoch. */
  readonly issuedAt: number;
  /** When the access token expires, in milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** What a sign-in and a refresh answer. */
export interface Grant {
  readonly session: Session;
  readonly user: User;
  readonly accessToken: string;
  /** Whole seconds until the access token expires. */
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  /** The database's clock at the answer: remaining times count from here. */
  readonly now: number;
}

export interface StartSession<Extra = never> {
  accountId: string;
  user: { id: string; name: string; email: string; role: Role };
  device?: Partial<Device>;
  /** RFC 7638 thumbprint of the client's DPoP key; binds the session to it. */
  keyThumbprint?: string | null;
  /**
   * `sessions.prepare` as answered before the password check. With it, what happened meanwhile counts: a sign-out of
   * everybody makes the session dead at birth, a new password or a disabled user throws.
   */
  prepared?: SignInSnapshot;
  /** The refresh token of the browser's old session, which ends; a bound one only with its proof. */
  replaces?: { refreshToken: string; proof?: Proof | null };
  /** Ends every session of the user that is open, for this reason. */
  endsOthers?: RevocationReason;
  /** What to record instead of `user.signed_in`. */
  event?: { type: EventType; details: Readonly<Record<string, unknown>> };
  /** The host's own statements, in the same transaction. */
  alongside?: Extra;
}

export interface RefreshOptions {
  /** Null or absent: no proof was presented. */
  proof?: Proof | null;
  /** How long ago the person last touched the page, in seconds (0). */
  idleForSeconds?: number;
  /** Recorded with a refusal. */
  ip?: string | null;
}

/** What becomes of one session while it is watched. */
export type SessionChange =
  | { readonly kind: "shortened"; readonly session: Session; readonly now: number }
  | { readonly kind: "ended"; readonly fate: EndedFate }
  /** Owners only: the account's policy is another one now. */
  | { readonly kind: "policy_changed" };

export interface Sessions<Extra = never> {
  /** Reads what a sign-in must know before the password is checked. Throws `unavailable`. */
  prepare(accountId: string, userId: string): Promise<SignInSnapshot>;
  /**
   * Begins a session under the policy of this moment (NIST SP 800-63B-4 §5.1).
   * Throws `user_disabled`, `sign_in_superseded`, `unavailable`.
   */
  start(input: StartSession<Extra>): Promise<Grant>;
  /**
   * Renews a session (RFC 9700 §4.14.2: rotation with reuse detection; RFC 9449 §5 for bound ones).
   * Throws `unauthenticated`, `session_expired`, `session_revoked`, `invalid_proof`, `use_dpop_nonce`, `unavailable`.
   */
  refresh(refreshToken: string, options?: RefreshOptions): Promise<Grant>;
  /**
   * Tells whose access token it is, with no database call while the revocation feed is fresh.
   * Throws `unauthenticated`, `token_expired`, `session_revoked`, `unavailable`.
   */
  verify(accessToken: string): Promise<Identity>;
  /**
   * Refuses an access token, however old it is, whose session is over: for a client that has no refresh token to ask with any more.
   * Throws `session_expired`, `session_revoked`, `unavailable`.
   */
  refuseEnded(accessToken: string): Promise<void>;
  /** The session as it stands. Throws `session_expired`, `session_revoked`, `not_found`, `unavailable`. */
  get(accountId: string, sessionId: string): Promise<{ session: Session; user: User; now: number }>;
  /** Live sessions, newest activity first. */
  list(input: ListSessionsInput): Promise<SessionPage>;
  /**
   * Ends one live session; throws `not_found` where it is none of this account (and user, if given), or over already.
   */
  end(input: EndSession): Promise<void>;
  /**
   * Ends the session that a refresh token names, as `signed_out`; answers whether it is over now. False: it lives on, for
   * want of its proof. A token that is not ours names nothing, which is over.
   */
  signOut(refreshToken: string, options?: { proof?: Proof | null; ip?: string | null }): Promise<boolean>;
  /** The account and session that a genuine refresh token names, whatever became of them; null for any other text. */
  named(refreshToken: string): { accountId: string; sessionId: string } | null;
  /** Tells of what becomes of a session, until it ends or `stop` is called. Throws as `get`. */
  watch(
    identity: Pick<Identity, "accountId" | "sessionId">,
    listener: (change: SessionChange) => void,
  ): Promise<{ session: Session; user: User; now: number; stop(): void }>;
}

export interface EndSession {
  accountId: string;
  sessionId: string;
  userId?: string;
  reason: Extract<RevocationReason, "signed_out" | "revoked_by_owner" | "revoked_by_user">;
  actor: Actor;
}

/** A policy as its account sees it. */
export interface PolicyView {
  readonly override: PolicyOverride;
  readonly effective: EffectivePolicy;
  readonly preset: PresetName;
  readonly version: number;
  readonly settings: PolicySettings;
}

export interface PolicyUpdateOptions {
  actor: Actor;
  /** When the caller signed in, in milliseconds since the Unix epoch; absent: a loosening is never asked about. */
  authenticatedAt?: number;
  /** The version that the caller saw; another one by now throws `precondition_failed`. */
  version?: number;
  /** `now` also shortens the sessions that are open (`next_login`). */
  apply?: "next_login" | "now";
}

export interface Policies {
  get(accountId: string): Promise<PolicyView>;
  /**
   * Changes the override, and the open sessions where told so, in one transaction.
   * Throws `validation_failed`, `reauthentication_required`, `precondition_failed`, `unavailable`.
   */
  update(
    accountId: string,
    patch: PolicyPatch,
    options: PolicyUpdateOptions,
  ): Promise<PolicyView & { sessionsShortened: number; sessionsEnded: number }>;
  /** What `update` with `apply: "now"` would do. Throws `validation_failed`, `unavailable`. */
  preview(
    accountId: string,
    patch: PolicyPatch,
    options?: { callerSessionId?: string },
  ): Promise<{
    effective: EffectivePolicy;
    preset: PresetName;
    effect: PolicyEffect;
    standards: readonly (Standard & { supported: boolean })[];
  }>;
}

export interface RevokeOptions {
  actor: Actor;
  /** The one session that goes on. */
  spareSessionId?: string;
}

export interface Revocations {
  /** Signs a whole account out; answers how many live sessions ended. */
  account(accountId: string, options: RevokeOptions): Promise<number>;
  /** Ends one user's sessions (`revoked_by_owner` unless told). Throws `not_found`. */
  user(
    accountId: string,
    userId: string,
    options: RevokeOptions & { reason?: Extract<RevocationReason, "revoked_by_owner" | "revoked_by_user"> },
  ): Promise<number>;
}

export interface Users {
  get(accountId: string, userId: string): Promise<User | null>;
  list(accountId: string): Promise<readonly User[]>;
  active(accountId: string, limit?: number): Promise<ActiveUsers>;
  /**
   * Tells the engine of a change to a user; disabling ends the sessions, a new role makes older access tokens stale.
   * With `authenticatedAt`, making an owner asks for a recent sign-in.
   * Throws `not_found`, `last_owner`, `reauthentication_required`, `unavailable`.
   */
  update(input: UpdateUserInput & { authenticatedAt?: number }): Promise<User>;
}

export interface Events {
  /** The audit trail, newest first. */
  list(input: ListEventsInput): Promise<EventPage>;
  /** Records what the host did; with `foldKey`, those of one key in one minute are one row, counted. */
  record(accountId: string, event: NewEvent, options?: { foldKey?: string }): Promise<void>;
}

/** How fresh the revocation feed is: for readiness and metrics. */
export interface FeedHealth {
  /** The last successful read began no longer ago than two seconds. */
  readonly fresh: boolean;
  /** Milliseconds since the last successful read began; null before the first. */
  readonly ageMs: number | null;
}

/**
 * The engine: the one object that a host holds.
 *
 * @example
 * const curfew = createCurfew({ store, secret, issuer: "https://app.example" });
 * const grant = await curfew.sessions.start({ accountId, user });
 * const identity = await curfew.sessions.verify(grant.accessToken);
 */
export interface Curfew<Extra = never> {
  readonly sessions: Sessions<Extra>;
  readonly policy: Policies;
  readonly revoke: Revocations;
  readonly users: Users;
  readonly events: Events;
  /** The public keys that access tokens verify with (RFC 7517). */
  readonly jwks: { readonly keys: readonly PublicKey[] };
  readonly settings: PolicySettings;
  /** Throws `reauthentication_required` where the sign-in is older than `reauthMinutes`. */
  requireRecentSignIn(authenticatedAt: number): void;
  /** The database's clock as last heard, in milliseconds since the Unix epoch. */
  now(): number;
  feedHealth(): FeedHealth;
  /** Resolves once the feed has been read. Throws `unavailable`. */
  ready(): Promise<void>;
  /** Does one batch of housekeeping; the engine calls it by itself every few seconds. */
  sweep(): Promise<SweepOutcome>;
  /** Stops timers and watchers. The store stays open: it is its opener's to close. */
  close(): void;
}

export interface PublicKey {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly alg: "EdDSA";
  readonly use: "sig";
}
