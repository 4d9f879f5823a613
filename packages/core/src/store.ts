import type { Actor, EventDetails, EventType, NewEvent } from "./events.js";
import type { EffectivePolicy, PolicyOverride } from "./policy/policy.js";
import type { FeedPage, FeedRow } from "./revocation/feed.js";
import type {
  AccountState,
  Device,
  EndedFate,
  RevocationReason,
  Role,
  Session,
  SessionSnapshot,
  User,
} from "./session/session.js";
import type { DeletionStore } from "./store-deletion.js";
import type { GovernedStore, HostTimes, OverAtFirstSight } from "./store-governed.js";
import type {
  ActiveUserPosition,
  ActiveUsers,
  EventPage,
  ListEventsInput,
  ListSessionsInput,
  ListUsersInput,
  SessionPage,
  UserPage,
} from "./store-pages.js";
import type { NotedRefreshInput, RefreshedSession, RefreshInput } from "./store-refresh.js";
import type { SweepInput, SweepOutcome } from "./store-sweep.js";

export type {
  AccountTombstone,
  DeleteAccountInput,
  DeleteUserInput,
  DeleteUserOutcome,
  DeletionStore,
} from "./store-deletion.js";
export type {
  GovernedStore,
  HostTimes,
  HostUser,
  ImportedSession,
  ImportInput,
  ImportOutcome,
  ImportSnapshot,
  MeetInput,
  MeetOutcome,
  OverAtFirstSight,
  TouchInput,
} from "./store-governed.js";
export type {
  ActiveUser,
  ActiveUserPage,
  ActiveUserPosition,
  ActiveUsers,
  EventPage,
  ListEventsInput,
  ListSessionsInput,
  ListUsersInput,
  SessionPage,
  SessionPosition,
  UserPage,
  UserPosition,
} from "./store-pages.js";
export type { NotedRefreshInput, RefreshedSession, RefreshInput } from "./store-refresh.js";
export type { SweepInput, SweepOutcome } from "./store-sweep.js";

/**
 * The port to the database. Times are milliseconds since the Unix epoch.
 *
 * The contract, which the conformance suite in `@curfew/core/testing` checks for every method:
 * - A method is atomic: it takes effect completely or not at all, and two concurrent calls take effect in one of the two
 *   orders. A result is durable once the method has resolved.
 * - A method reads and writes only the rows of the given account. A row of another account is treated as missing.
 * - "Live" means: no stored end, the session's epoch equals its account's, and neither deadline has passed
 *   (`now >= deadline`). The only change to a session that is not live is that its end is stored.
 * - The time is the database's clock, read inside the transaction and returned as `now`.
 * - The given `event` and the feed row of every ended session are written in the same transaction. The method returns the
 *   feed rows, so that the caller can apply them at once.
 * - An event that the store itself adds has in its `details` the user (`user_id`), the reason if a session ended (`reason`),
 *   and the roles if a role changed (`before`, `after`).
 * - An account without any rows reads as epoch 0, policy version 1, no override.
 * - If the database can't answer (down, slow, full), the method throws `CurfewError` `unavailable` and writes nothing. The
 *   store retries conflicts itself.
 *
 * @typeParam HostStatements the host's own statements for the same transaction (see `StartInput.alongside`)
 */
export interface Store<HostStatements = never> extends GovernedStore, DeletionStore<HostStatements> {
  /** The database's clock. */
  now(): Promise<number>;

  /** Reads what a sign-in needs before the password check. */
  readSignIn(accountId: string, userId: string): Promise<SignInSnapshot>;
  /**
   * Starts a live session, unless the account, the user or the policy changed since the snapshot. One that is over already
   * (`over`) is stored with its end, and with its user if the account has no such user. Any other outcome has written nothing.
   */
  startSession(input: StartInput<HostStatements>): Promise<StartOutcome>;
  /**
   * Renews a session in one statement. Returns null if it found no row to update; `readSession` and `decideRefresh` tell why.
   *
   * It succeeds if the session is live and
   * - bound (it has a key thumbprint): `provenThumbprint` equals it, and the token's generation is the session's or older;
   * - unbound: the token's generation is the session's, or one older with the last rotation less than `graceMs` ago; and nothing
   *   is to be noted (`refreshAndNote`).
   *
   * The generation increases by one if the token has the session's current generation and the session was never rotated, or was
   * last rotated at least `graceMs` ago; then `network` becomes the first of `rotationNetworks`. `lastActiveAt` becomes
   * `max(lastActiveAt, now − idleForMs)`; the idle deadline follows. `device`, if given, becomes `lastSeen`.
   */
  refreshSession(input: RefreshInput): Promise<RefreshedSession | null>;
  /**
   * Renews an unbound session as `refreshSession` does and records what `decideRefresh` noted. Returns null if the
   * session can't be renewed, or has changed since `decidedOn`.
   */
  refreshAndNote(input: NotedRefreshInput): Promise<RefreshedSession | null>;
  /** Reads the state of a session, live or ended; null if the account has no such session. See `readAccountTombstone`. */
  readSession(accountId: string, sessionId: string): Promise<SessionSnapshot | null>;
  /** Reads sessions of one account in one statement, as `readSession` does each; leaves out those that the account has not. */
  readSessions(accountId: string, sessionIds: readonly string[]): Promise<readonly SessionSnapshot[]>;
  /** Ends one live session. */
  endSession(input: EndSessionInput): Promise<EndOutcome>;
  /**
   * Stores the end of a session whose deadline has passed, dated at the deadline, and its `session.expired` event. Judges after
   * every refresh that was dated before the deadline and holds the row, and answers how the session stands then.
   */
  closeExpired(accountId: string, sessionId: string): Promise<CloseOutcome>;
  /**
   * Ends all sessions of an account by raising its epoch. The spared session gets the new epoch. If it is the only live one,
   * only the moment is stored, for first sights (`GovernedStore`): no event, no epoch, no feed row. Without a live session to
   * spare the epoch always rises, so that a sign-in that is under way (`StartInput.expected.epochs`) does not survive, though no
   * session is live yet.
   */
  revokeAccount(input: RevokeAccountInput): Promise<RevokeOutcome>;
  /**
   * Ends the live sessions of one user and raises the user's epoch. If none would end, or the account has no such user, only the
   * moment is stored, for first sights; a sign-in that is under way then counts as a later one. Not even that if users end their
   * own other sessions and spare one that no host issued.
   */
  revokeUser(input: RevokeUserInput): Promise<RevokeOutcome>;

  readPolicy(accountId: string): Promise<StoredPolicy>;
  /** Stores a policy as the version after `expectedVersion` and, with `shorten`, shortens the live sessions. */
  writePolicy(input: WritePolicyInput): Promise<WritePolicyOutcome>;
  /** Computes what `writePolicy` with these limits would do to the live sessions. */
  previewPolicy(input: PreviewPolicyInput): Promise<PolicyEffect>;

  /**
   * Lists the users with at least one live session, newest `lastLoginAt` first, then by id; with total counts if it lists any.
   *
   * @param after the place of the user after whom the list begins; absent for the first page
   */
  listActiveUsers(accountId: string, limit: number, after?: ActiveUserPosition): Promise<ActiveUsers>;
  /**
   * Lists live sessions, newest `lastActiveAt` first, then newest id first. Use moves a session to a place that may have been
   * listed already, so the last pages have, by id, those that were used since the first page: each session that is live from the
   * first page to the last is on at least one.
   */
  listSessions(input: ListSessionsInput): Promise<SessionPage>;

  readUser(accountId: string, userId: string): Promise<User | null>;
  /** Lists a page of an account's users, by the first 200 characters of the name, compared byte by byte, then by id. */
  listUsers(input: ListUsersInput): Promise<UserPage>;
  /**
   * Updates a user; disabling ends the user's sessions, and for an unknown user stores the moment, for first sights. Refuses to
   * leave the account without an enabled owner.
   */
  updateUser(input: StoreUserUpdate<HostStatements>): Promise<UpdateUserOutcome>;

  /** Records an event. Events with the same `foldKey` within one minute become one row with a count. */
  recordEvent(accountId: string, event: NewEvent, foldKey?: string): Promise<void>;
  /** Lists the audit trail, newest `at` first, then newest id first. */
  listEvents(input: ListEventsInput): Promise<EventPage>;

  /**
   * Reads the feed's rows after `cursor`, or without one those of the last `sinceMs` milliseconds. Never skips a row, even
   * if it commits late; may return a row twice.
   */
  readFeed(input: { cursor: string | null; sinceMs: number }): Promise<FeedPage>;
  /** Calls `listener` when there may be new rows. Notifications may be lost. */
  watchFeed(listener: () => void): { stop(): void };

  /** Runs one batch of housekeeping: stores the ends of sessions that are over, and deletes rows past their retention. */
  sweep(input: SweepInput): Promise<SweepOutcome>;
  close(): Promise<void>;
}

export interface SignInSnapshot {
  readonly account: AccountState;
  readonly override: PolicyOverride;
  /** Null for a user without a sign-in so far. */
  readonly user: User | null;
}

export interface StartInput<HostStatements = never> {
  readonly accountId: string;
  readonly sessionId: string;
  /** The host's current data of the user, which replaces the stored data. */
  readonly user: { readonly id: string; readonly name: string; readonly email: string; readonly role: Role };
  readonly expected: {
    /** The version that `limits` come from. */
    readonly policyVersion: number;
    /**
     * The epochs from before the password check, the user's null if there was no such user. Null altogether: the session starts
     * under the epochs of its own transaction, because nothing was checked before or `alongside` checks it again.
     */
    readonly epochs: { readonly account: number; readonly user: number | null } | null;
    /** What is stored of the user, if the caller relies on it; null if it does not. */
    readonly user: Pick<User, "name" | "email" | "role"> | null;
  };
  readonly limits: EffectivePolicy;
  /** Null: the session starts now. */
  readonly times: HostTimes | null;
  /** For a session that a host issued: until when its row stays after its end, beyond `SweepInput.endedRetentionMs`. */
  readonly governed: { readonly keepUntil: number } | null;
  readonly keyThumbprint: string | null;
  readonly device: Device;
  /** The maximum number of live sessions; beyond it, the user's least recently used ones end (`session_limit`). Null: none. */
  readonly sessionsPerUser: number | null;
  /**
   * The browser's previous session, of any account, which ends as `signed_out` in the same transaction. A bound session ends
   * only if `provenThumbprint` is its key's.
   */
  readonly replaces: {
    readonly accountId: string;
    readonly sessionId: string;
    readonly provenThumbprint: string | null;
  } | null;
  /** If not null, first ends every live session of the user with this reason, and raises the user's epoch. */
  readonly endsOthers: RevocationReason | null;
  /** Recorded with the new session's id and the user as `actorId`. */
  readonly event: { readonly type: EventType; readonly details: EventDetails };
  /** The host's own statements, run in the same transaction after the user's row was written. */
  readonly alongside?: HostStatements;
}

export type StartOutcome =
  | {
      readonly kind: "started";
      readonly session: Session;
      readonly user: User;
      readonly account: AccountState;
      readonly feed: readonly FeedRow[];
      readonly endedCount: number;
      readonly now: number;
    }
  /** The policy changed: resolve it and retry. */
  | { readonly kind: "policy_moved" }
  /** The user's epoch or role changed: check the password again. */
  | { readonly kind: "user_moved" }
  /** The account was signed out since: the first such sign-out would have ended the session. */
  | { readonly kind: "account_moved"; readonly reason: RevocationReason; readonly at: number }
  | { readonly kind: "user_disabled" }
  /** There is a session of this id already. */
  | { readonly kind: "exists" }
  | OverAtFirstSight;

export interface EndSessionInput {
  readonly accountId: string;
  readonly sessionId: string;
  /** If given, ends only a session of this user. */
  readonly userId?: string;
  readonly reason: RevocationReason;
  readonly event: NewEvent;
}

export type EndOutcome =
  | { readonly kind: "ended"; readonly feed: readonly FeedRow[]; readonly now: number }
  | { readonly kind: "not_live" };

export type CloseOutcome =
  /** `closed`: by this call; otherwise the session had ended before. */
  | { readonly kind: "ended"; readonly fate: EndedFate; readonly closed: boolean }
  /** No deadline has passed: a refresh moved it, or the clock was set back. */
  | { readonly kind: "live" }
  | { readonly kind: "not_found" };

export interface RevokeAccountInput {
  readonly accountId: string;
  readonly reason: RevocationReason;
  /** The session to spare, if it is live; null ends all. */
  readonly spareSessionId: string | null;
  /** The store adds `count` to its `details`. */
  readonly event: NewEvent;
}

export interface RevokeUserInput extends RevokeAccountInput {
  readonly userId: string;
}

export type RevokeOutcome =
  | {
      readonly kind: "revoked";
      readonly count: number;
      readonly feed: readonly FeedRow[];
      readonly now: number;
    }
  /** Only `revokeUser`: the account has no such user. */
  | { readonly kind: "not_found" };

export interface StoredPolicy {
  readonly override: PolicyOverride;
  readonly version: number;
  readonly now: number;
}

export interface WritePolicyInput {
  readonly accountId: string;
  /** If it is not the current version, the outcome is `moved` and nothing is written. */
  readonly expectedVersion: number;
  readonly override: PolicyOverride;
  /**
   * Upper limits for the live sessions; null leaves them unchanged. A session whose new deadline has passed has ended as
   * expired, dated at the deadline. All sessions read as shortened or ended at once; the stored end and its
   * `session.expired` event may follow with a sweep.
   */
  readonly shorten: EffectivePolicy | null;
  /** The session that makes the change; null if none does. */
  readonly callerSessionId: string | null;
  /** If that session has been ended, or is no enabled owner's, the outcome is `not_owner` and nothing is written. */
  readonly ownerOnly?: boolean;
  /** The maximum length of the outcome's `activeUsers.users`. */
  readonly activeUsersLimit: number;
  /** Recorded before the `session.expired` events that it causes. */
  readonly event: NewEvent;
}

export type WritePolicyOutcome =
  | {
      readonly kind: "written";
      readonly version: number;
      readonly sessionsShortened: number;
      readonly sessionsEnded: number;
      /** The shorter limits ended the caller's session. */
      readonly callerSessionEnded: boolean;
      /** As `listActiveUsers` returns them after the change. */
      readonly activeUsers: ActiveUsers;
      /** The ends by a deadline that are stored with their events. The others hold all the same, and `sweep` stores them. */
      readonly endsStored: number;
      /** Whether `sweep` has nothing left to store of this change. */
      readonly isSettled: boolean;
      readonly feed: readonly FeedRow[];
      readonly now: number;
    }
  | { readonly kind: "moved" }
  | { readonly kind: "not_owner" };

export interface PreviewPolicyInput {
  readonly accountId: string;
  readonly shorten: EffectivePolicy;
  readonly callerSessionId: string | null;
  /** The maximum length of `PolicyEffect.usersEndedFirst`. */
  readonly namesLimit: number;
}

export interface PolicyEffect {
  /** All live sessions. */
  readonly sessions: number;
  /** Sessions that continue with smaller limits. */
  readonly sessionsShortened: number;
  readonly sessionsEnded: number;
  /** Users whose last session ends. */
  readonly usersEnded: number;
  /** Up to `namesLimit` of these users, in the order of `listUsers`. */
  readonly usersEndedFirst: readonly { readonly userId: string; readonly name: string }[];
  readonly callerSessionEnds: boolean;
}

export interface UpdateUserInput {
  readonly accountId: string;
  readonly userId: string;
  readonly changes: {
    readonly name?: string;
    readonly email?: string;
    readonly role?: Role;
    readonly disabled?: boolean;
  };
  /** Recorded with `member.role_changed`, `member.disabled` and `member.enabled`. */
  readonly actor: Actor;
}

export interface StoreUserUpdate<HostStatements = never> extends UpdateUserInput {
  /** The host's own statements, run in the same transaction before the user is written, if the user exists. */
  readonly alongside?: HostStatements;
  /** False: a change that promotes a user to owner or enables an owner is refused. Default: true. */
  readonly mayAddOwner?: boolean;
  /** False: the change may leave the account without an enabled owner. Default: true. */
  readonly mustKeepOwner?: boolean;
}

export type UpdateUserOutcome =
  | { readonly kind: "updated"; readonly user: User; readonly feed: readonly FeedRow[]; readonly now: number }
  | { readonly kind: "not_found" }
  /** The change adds an owner, and `mayAddOwner` is false. */
  | { readonly kind: "owner_not_allowed" }
  /** No enabled owner would be left, and `mustKeepOwner` is not false. */
  | { readonly kind: "last_owner" };
