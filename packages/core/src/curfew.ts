import type { Ending, Governed } from "./curfew-governed.js";
import type { SessionChange, WatchedSession } from "./curfew-watch.js";
import type { Actor, EventType, NewEvent } from "./events.js";
import type { PublicKey } from "./keys.js";
import type {
  EffectivePolicy,
  PolicyOverride,
  PolicyPatch,
  PolicySettings,
  PresetName,
} from "./policy/policy.js";
import type { Standard } from "./policy/standards.js";
import type { FeedHealth } from "./revocation/follow.js";
import type { Identity } from "./session/access-token.js";
import type { Proof } from "./session/refresh-decision.js";
import type { Device, RevocationReason, Role, Session, User } from "./session/session.js";
import type {
  ActiveUserPage,
  ActiveUserPosition,
  ActiveUsers,
  EventPage,
  ListEventsInput,
  ListSessionsInput,
  ListUsersInput,
  PolicyEffect,
  SessionPage,
  SignInSnapshot,
  SweepOutcome,
  UpdateUserInput,
  UserPage,
} from "./store.js";

export type { SessionChange, WatchedSession } from "./curfew-watch.js";

/**
 * The engine, as `createCurfew` returns it.
 *
 * @typeParam HostStatements the statements that the store runs in the transaction of a sign-in (`StartSession.alongside`)
 * @example
 * const curfew = createCurfew({ store, secret, issuer: "https://app.example" });
 * const grant = await curfew.sessions.start({ accountId, user });
 * const identity = await curfew.sessions.verify(grant.accessToken);
 */
export interface Curfew<HostStatements = never> {
  readonly sessions: Sessions<HostStatements>;
  readonly governed: Governed;
  readonly policy: Policies;
  readonly revoke: Revocations;
  readonly users: Users<HostStatements>;
  readonly accounts: Accounts<HostStatements>;
  readonly events: Events;
  /** The public keys that verify access tokens (RFC 7517). */
  readonly jwks: { readonly keys: readonly PublicKey[] };
  readonly settings: PolicySettings;
  /** Throws `reauthentication_required` if the sign-in is older than `reauthMinutes`. */
  requireRecentSignIn(authenticatedAt: number): void;
  /** The database's clock as of the last read of the feed, in milliseconds since the Unix epoch. */
  now(): number;
  feedHealth(): FeedHealth;
  /** Resolves once the feed has been read. Throws `unavailable`. */
  ready(): Promise<void>;
  /**
   * Calls `listener` once for each revocation that the feed brings, on every replica; none from before the process. Returns a
   * function that stops it.
   */
  onEnding(listener: (ending: Ending) => void): () => void;
  /** Runs one batch of housekeeping. The engine also does so every few seconds. */
  sweep(): Promise<SweepOutcome>;
  /** Stops timers and watchers. Does not close the store. */
  close(): void;
}

export interface Sessions<HostStatements = never> {
  /** Reads what a sign-in needs before the password check. Throws `unavailable`. */
  prepare(accountId: string, userId: string): Promise<SignInSnapshot>;
  /**
   * Starts a session under the current policy (NIST SP 800-63B-4 §5.1).
   * Throws `validation_failed`, `user_disabled`, `sign_in_superseded`, `session_revoked`, `unavailable`, and then has done
   * nothing.
   */
  start(input: StartSession<HostStatements>): Promise<Grant>;
  /**
   * Renews a session (RFC 9700 §4.14.2: rotation with reuse detection; RFC 9449 §5 for bound sessions).
   * Throws `validation_failed`, `unauthenticated`, `session_expired`, `session_revoked`, `invalid_proof`, `use_dpop_nonce`,
   * `unavailable`.
   */
  refresh(refreshToken: string, options?: RefreshOptions): Promise<Grant>;
  /**
   * Verifies an access token, without a database call while the revocation feed is fresh.
   * Throws `unauthenticated`, `token_expired`, `session_revoked`, `unavailable`.
   */
  verify(accessToken: string): Promise<Identity>;
  /**
   * Verifies an access token at once, for calls in which nothing else waits. Null where it is not good, or only the database can
   * tell: `verify` says which.
   */
  verifyNow(accessToken: string): Identity | null;
  /**
   * Throws if the session of an access token, expired or not, is over: for a client that has lost its refresh token.
   * Throws `session_expired`, `session_revoked`, `unavailable`.
   */
  refuseEnded(accessToken: string): Promise<void>;
  /**
   * Identifies the live session of a refresh token in one read, and moves nothing: for a page, which a browser requests with its
   * cookie alone. The token of an unbound session counts while `refresh` would take it; any of a bound one counts, without a proof.
   * Throws `unauthenticated`, `session_expired`, `session_revoked`, `unavailable`.
   */
  peek(refreshToken: string): Promise<IdentifiedSession>;
  /** Reads a live session. Throws `session_expired`, `session_revoked`, `not_found`, `unavailable`. */
  get(accountId: string, sessionId: string): Promise<{ session: Session; user: User; now: number }>;
  /** Lists live sessions, last activity first; with `search`, those of people who are found (`searchPage`). */
  list(input: ListSessionsInput & { search?: string }): Promise<SessionPage>;
  /** Ends a live session of the account (and of the user, if given). Throws `not_found` if there is none. */
  end(input: EndSession): Promise<void>;
  /**
   * Ends the session of a refresh token as `signed_out`. Returns false if the session continues because its proof is missing
   * or wrong, else true, also for a token that is not genuine.
   */
  signOut(refreshToken: string, options?: SignOutOptions): Promise<boolean>;
  /** Returns the account and session of a genuine refresh token, ended or not; null for any other text. */
  named(refreshToken: string): { accountId: string; sessionId: string } | null;
  /**
   * Calls `listener` for each change of a session, until it ends or `stop` is called. Listeners of one session share what is
   * known of it: with `issuedAt`, the time at which the caller's token was issued, that is not read again where it is newer.
   * Throws as `get`.
   */
  watch(
    identity: Pick<Identity, "accountId" | "sessionId"> & Partial<Pick<Identity, "issuedAt">>,
    listener: (change: SessionChange) => void,
  ): Promise<WatchedSession>;
}

export interface StartSession<HostStatements = never> {
  accountId: string;
  user: { id: string; name: string; email: string; role: Role };
  /** When the session began, in milliseconds since the Unix epoch (now). See `OpenGoverned`. */
  startedAt?: number;
  /** When the person last proved who they are (`startedAt`). */
  authenticatedAt?: number;
  /** A fixed end of the session. */
  notAfter?: number;
  device?: Partial<Device>;
  /** RFC 7638 thumbprint of the client's DPoP key; binds the session to it. */
  keyThumbprint?: string | null;
  /**
   * The result of `sessions.prepare` before the password check. With it, changes during the check count: after an account-wide
   * sign-out `start` throws `session_revoked` with its reason and moment, and after a password change, a new role or another end
   * of all of the user's sessions `sign_in_superseded`: check the password again. Without it, the session starts whatever ended
   * before.
   */
  prepared?: SignInSnapshot;
  /**
   * `alongside` checks again, in the transaction, what the password check relied on, and throws if that has changed. With it and
   * `prepared`, the session starts although other sessions were ended during the check, unless the user's name, e-mail or role
   * changed (`sign_in_superseded`) or the user was disabled.
   */
  rechecks?: boolean;
  /** The refresh token of the browser's previous session, which ends; a bound session ends only with its proof. */
  replaces?: { refreshToken: string; proof?: Proof | null };
  /** Ends all other sessions of the user for this reason. */
  endsOthers?: RevocationReason;
  /** The event to record instead of `user.signed_in`. */
  event?: { type: EventType; details: Readonly<Record<string, unknown>> };
  /** The host's own statements, run in the same transaction. */
  alongside?: HostStatements;
}

/** The result of a sign-in or a refresh. */
export interface Grant {
  readonly session: Session;
  readonly user: User;
  readonly accessToken: string;
  /** Whole seconds until the access token expires. */
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  /** The database's clock at the answer, for computing remaining times. */
  readonly now: number;
}

/** A live session, and the identity that the caller has by it. */
export interface IdentifiedSession {
  readonly identity: Identity;
  readonly session: Session;
  readonly user: User;
  /** The database's clock, in milliseconds since the Unix epoch. */
  readonly now: number;
}

export interface RefreshOptions {
  /** Null or absent: no proof was presented. */
  proof?: Proof | null;
  /** Seconds since the user was last active (0). */
  idleForSeconds?: number;
  /** The client's address, unless `device` has it. Without an address, no refresh counts as one from another network. */
  ip?: string | null;
  /** The client, which becomes the session's `lastSeen`. Another `label` than before is a `session.device_changed`. */
  device?: Partial<Device>;
}

export interface EndSession {
  accountId: string;
  sessionId: string;
  userId?: string;
  reason: Extract<RevocationReason, "signed_out" | "revoked_by_owner" | "revoked_by_user">;
  actor: Actor;
}

export interface SignOutOptions {
  /** Null or absent: no proof was presented. */
  proof?: Proof | null;
  ip?: string | null;
}

export interface Policies {
  get(accountId: string): Promise<PolicyView>;
  /**
   * Changes the override and, with `apply: "now"`, the open sessions, in one transaction, and returns all that an answer
   * needs, so that no read after the commit can fail.
   * Throws `validation_failed`, `reauthentication_required`, `precondition_failed`, `token_expired` (`ownerOnly`), `unavailable`.
   */
  update(accountId: string, patch: PolicyPatch, options: PolicyUpdateOptions): Promise<PolicyUpdate>;
  /** Returns what `update` with `apply: "now"` would do. Throws `validation_failed`, `unavailable`. */
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

/** The policy of an account. */
export interface PolicyView {
  readonly override: PolicyOverride;
  readonly effective: EffectivePolicy;
  readonly preset: PresetName;
  readonly version: number;
  readonly settings: PolicySettings;
}

/** The policy after `Policies.update`, and what the update did to open sessions. */
export interface PolicyUpdate extends PolicyView {
  readonly sessionsShortened: number;
  readonly sessionsEnded: number;
  /** The update ended the session of its actor. */
  readonly callerSessionEnded: boolean;
  /** The users with live sessions after the update, as `Users.active` lists them. */
  readonly activeUsers: ActiveUsers;
}

export interface PolicyUpdateOptions {
  actor: Actor;
  /**
   * The caller's sign-in, in milliseconds since the Unix epoch; a later one of the actor's session counts too. Absent: a looser
   * policy needs no recent sign-in.
   */
  authenticatedAt?: number;
  /** Refuses an actor whose session has been ended, or is no enabled owner's any more, when the policy is written (false). */
  ownerOnly?: boolean;
  /** The version that the caller read. `update` throws `precondition_failed` if it is not the current one. */
  version?: number;
  /** `now` also shortens open sessions (default: `next_login`). */
  apply?: "next_login" | "now";
}

export interface Revocations {
  /** Signs out a whole account. Returns how many live sessions ended. */
  account(accountId: string, options: RevokeOptions): Promise<number>;
  /** Ends the sessions of a user (default reason: `revoked_by_owner`). Returns how many. Throws `not_found`. */
  user(
    accountId: string,
    userId: string,
    options: RevokeOptions & { reason?: Extract<RevocationReason, "revoked_by_owner" | "revoked_by_user"> },
  ): Promise<number>;
}

export interface RevokeOptions {
  actor: Actor;
  /** The only session that continues. */
  spareSessionId?: string;
}

export interface Users<HostStatements = never> {
  get(accountId: string, userId: string): Promise<User | null>;
  /** Lists a page of the account's users as a person would sort them (`nameKeyOf`), then by name and id. Throws `unavailable`. */
  list(input: ListUsersInput): Promise<UserPage>;
  active(accountId: string, limit?: number): Promise<ActiveUsers>;
  /** Lists a page of the users with live sessions, newest sign-in first; with `search`, those who are found (`searchPage`). */
  listActive(input: ListActiveUsers): Promise<ActiveUserPage>;
  /**
   * Updates a user, with the host's own statements `alongside` in the same transaction. Disabling ends the user's sessions; a new role makes older access tokens stale. With `authenticatedAt`,
   * promoting to owner and enabling an owner require a recent sign-in.
   * Throws `not_found`, `last_owner`, `reauthentication_required`, `unavailable`.
   */
  update(input: UpdateUserInput & { authenticatedAt?: number; alongside?: HostStatements }): Promise<User>;
  /**
   * Deletes a user: ends the user's sessions (`user_deleted`), hides name, e-mail, addresses and user agents at once, and removes
   * them from every row within a minute. The host's own statements `alongside` run in the transaction of the first of these acts.
   * Throws `not_found`, `last_owner`, `unavailable`.
   */
  delete(input: DeleteUser<HostStatements>): Promise<void>;
}

export interface DeleteUser<HostStatements = never> {
  accountId: string;
  userId: string;
  actor: Actor;
  /** The host's own statements, run before the user is deleted. What they throw undoes the deletion. */
  alongside?: HostStatements;
}

export interface Accounts<HostStatements = never> {
  /**
   * Deletes an account: ends every session (`account_deleted`), and removes all rows in batches. A tombstone remains, which tells
   * why. The host's own statements run `alongside`, as for a user. Throws `unavailable`.
   */
  delete(input: { accountId: string; actor: Actor; alongside?: HostStatements }): Promise<void>;
}

export interface ListActiveUsers {
  accountId: string;
  limit: number;
  /** `next` of the previous page. */
  after: ActiveUserPosition | null;
  /** A part of a name or an e-mail. */
  search?: string;
}

export interface Events {
  /** Lists the audit trail, newest first. */
  list(input: ListEventsInput): Promise<EventPage>;
  /** Records an event of the host. Events with the same `foldKey` within one minute become one row with a count. */
  record(accountId: string, event: NewEvent, options?: { foldKey?: string }): Promise<void>;
}
