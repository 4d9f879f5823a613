import type { Actor, AuditEvent, EventDetails, EventType, NewEvent } from "./events.js";
import type { EffectivePolicy, PolicyOverride } from "./policy/policy.js";
import type { FeedPage, FeedRow } from "./revocation/model.js";
import type {
  AccountState,
  Device,
  RevocationReason,
  Role,
  Session,
  SessionSnapshot,
  User,
} from "./session/model.js";

/**
 * Where sessions are kept: the port that a database is joined by.
 *
 * The contract, which `@curfew/core/testing` asks of every method:
 * - Every method is one atomic step: it takes effect whole or not at all, and two callers at once see one of the
 *   two orders. What has been answered is durable.
 * - Every method touches the rows of the account that it is given and no other. An id of another account is
 *   an id that does not exist.
 * - "Live" means: no end written, the session's epoch equal to its account's, and neither deadline passed
 *   (`now >= deadline` has passed). A session that is not live is never changed, but for its end being written.
 * - The time is the store's own clock (the database's), read inside the step and answered as `now`.
 * - What a method is told to record (`event`) is written in the same step, and so is the feed row of every ending.
 *   The feed rows written are answered, so that the caller can hold to them at once.
 * - What a store records by itself names in its `details` the user (`user_id`), the reason where a session ended (`reason`), and
 *   the roles where one changed (`before`, `after`).
 * - An account that nobody has written yet reads as epoch 0, policy version 1, no override.
 * - A database that can't answer (down, slow, full) is a `CurfewError` `unavailable`, with nothing written;
 *   conflicts that a retry cures are retried inside. Times are milliseconds since the Unix epoch.
 *
 * @typeParam Extra what a host may hand in to be written in the same step (see `StartInput.alongside`)
 */
export interface Store<Extra = never> {
  /** The database's clock. */
  now(): Promise<number>;

  /** What a sign-in must know before the password is checked. */
  readSignIn(accountId: string, userId: string): Promise<SignInSnapshot>;
  /** Begins a session, unless the user or the policy moved since the snapshot. */
  startSession(input: StartInput<Extra>): Promise<StartOutcome>;
  /**
   * Renews a session in one statement: null is no verdict, whatever the cause; ask `readSession` why.
   *
   * It succeeds where the session is live and
   * - bound (it has a key thumbprint): `provenThumbprint` is that, and the token's generation is the session's or older;
   * - unbound: the token's generation is the session's, or one older with the last rotation less than `graceMs` ago.
   *
   * The generation goes up by one where the token's is the session's and the last rotation is `graceMs` ago or more,
   * or there was none. `lastActiveAt` becomes `max(lastActiveAt, now − idleForMs)`; the idle deadline follows.
   */
  refreshSession(input: RefreshInput): Promise<RefreshedSession | null>;
  /** All that decides about a session, ended ones too; null where there is none in this account. */
  readSession(accountId: string, sessionId: string): Promise<SessionSnapshot | null>;
  /** Ends one live session. */
  endSession(input: EndSessionInput): Promise<EndOutcome>;
  /** Writes the end of a session that a deadline has passed, dated at the deadline, and its `session.expired`. */
  closeExpired(accountId: string, sessionId: string): Promise<void>;
  /** Ends all sessions of an account by raising its epoch, however many; the spared one is given the new epoch. */
  revokeAccount(input: RevokeAccountInput): Promise<RevokeOutcome>;
  /** Ends the live sessions of one user, and raises the user's epoch. */
  revokeUser(input: RevokeUserInput): Promise<RevokeOutcome>;

  readPolicy(accountId: string): Promise<StoredPolicy>;
  /** Writes a policy as the version after `expectedVersion`, and shortens the live sessions where told so. */
  writePolicy(input: WritePolicyInput): Promise<WritePolicyOutcome>;
  /** What `writePolicy` with these limits would do to the live sessions. Changes nothing. */
  previewPolicy(input: PreviewPolicyInput): Promise<PolicyEffect>;

  /** The users with at least one live session, newest `lastLoginAt` first, ties by id; and the counts of all. */
  listActiveUsers(accountId: string, limit: number): Promise<ActiveUsers>;
  /** Live sessions, newest `lastActiveAt` first, ties by id, newest id first. */
  listSessions(input: ListSessionsInput): Promise<SessionPage>;

  readUser(accountId: string, userId: string): Promise<User | null>;
  /** All users of an account, by name, ties by id. */
  listUsers(accountId: string): Promise<readonly User[]>;
  /** Changes a user; disabling ends the user's sessions. Leaves the account an enabled owner, or changes nothing. */
  updateUser(input: UpdateUserInput): Promise<UpdateUserOutcome>;

  /** Writes an event that stands by itself. With `foldKey`, those of one key in one minute are one row, counted. */
  recordEvent(accountId: string, event: NewEvent, foldKey?: string): Promise<void>;
  /** The audit trail, newest `at` first, ties by id, newest id first. */
  listEvents(input: ListEventsInput): Promise<EventPage>;

  /**
   * The feed's rows since `cursor`, or those no older than `sinceMs` milliseconds without one. No row is ever skipped,
   * also where it commits late; one may come twice.
   */
  readFeed(input: { cursor: string | null; sinceMs: number }): Promise<FeedPage>;
  /** Calls `wake` when there may be new rows; a hint, which may be lost. */
  watchFeed(wake: () => void): { stop(): void };

  /** Does a bounded piece of housekeeping: ends that nobody noticed, closed epochs, what is too old to keep. */
  sweep(input: SweepInput): Promise<SweepOutcome>;
  close(): Promise<void>;
}

export interface SignInSnapshot {
  readonly account: AccountState;
  readonly override: PolicyOverride;
  /** Null for a user that the store has not met. */
  readonly user: User | null;
}

export interface StartInput<Extra = never> {
  readonly accountId: string;
  readonly sessionId: string;
  /** What the host says of the user now; written over what the store had. */
  readonly user: { readonly id: string; readonly name: string; readonly email: string; readonly role: Role };
  /** As read before the password check. The session carries `accountEpoch`: behind the account's, it is born dead. */
  readonly expected: {
    readonly accountEpoch: number;
    readonly policyVersion: number;
    readonly userEpoch: number | null;
  };
  readonly limits: EffectivePolicy;
  readonly keyThumbprint: string | null;
  readonly device: Device;
  /** More live sessions than this and the user's longest unused one ends (`session_limit`). */
  readonly sessionsPerUser: number;
  /**
   * The browser's old session, of whichever account: ends as `signed_out` in the same step. A bound one only
   * where `provenThumbprint` is its key's.
   */
  readonly replaces: {
    readonly accountId: string;
    readonly sessionId: string;
    readonly provenThumbprint: string | null;
  } | null;
  /** Ends every open session of the user first, and raises the user's epoch. */
  readonly endsOthers: RevocationReason | null;
  /** Recorded with the new session's id; `actorId` is the user. */
  readonly event: { readonly type: EventType; readonly details: EventDetails };
  /** The host's own statements, in the same transaction, after the user's row was written. */
  readonly alongside?: Extra;
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
  /** The policy moved: resolve it again and repeat. */
  | { readonly kind: "policy_moved" }
  /** The user's epoch moved: the password must be checked again. */
  | { readonly kind: "user_moved" }
  | { readonly kind: "user_disabled" };

export interface RefreshInput {
  readonly accountId: string;
  readonly sessionId: string;
  /** The generation of the token presented. */
  readonly generation: number;
  readonly provenThumbprint: string | null;
  readonly idleForMs: number;
  readonly graceMs: number;
}

export interface RefreshedSession {
  readonly session: Session;
  readonly user: User;
  readonly account: AccountState;
  readonly now: number;
}

export interface EndSessionInput {
  readonly accountId: string;
  readonly sessionId: string;
  /** Only a session of this user, where given. */
  readonly userId?: string;
  readonly reason: RevocationReason;
  readonly event: NewEvent;
}

export type EndOutcome =
  | { readonly kind: "ended"; readonly feed: readonly FeedRow[]; readonly now: number }
  | { readonly kind: "not_live" };

export interface RevokeAccountInput {
  readonly accountId: string;
  readonly reason: RevocationReason;
  /** Spared and given the new epoch where it is live; null spares nobody. */
  readonly spareSessionId: string | null;
  /** `details` are filled up with `count`. */
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
  /** Only `revokeUser`: there is no such user in this account. */
  | { readonly kind: "not_found" };

export interface StoredPolicy {
  readonly override: PolicyOverride;
  readonly version: number;
  readonly now: number;
}

export interface WritePolicyInput {
  readonly accountId: string;
  /** Another version by now: `moved`, and nothing is written. */
  readonly expectedVersion: number;
  readonly override: PolicyOverride;
  /**
   * The limits that each live session takes where they are smaller than its own; null leaves open sessions alone. Those whose
   * new deadline has passed end as expired, dated at it, each with its `session.expired`.
   */
  readonly shorten: EffectivePolicy | null;
  /** Written before the expiries that it brings about. */
  readonly event: NewEvent;
}

export type WritePolicyOutcome =
  | {
      readonly kind: "written";
      readonly version: number;
      readonly sessionsShortened: number;
      readonly sessionsEnded: number;
      readonly feed: readonly FeedRow[];
      readonly now: number;
    }
  | { readonly kind: "moved" };

export interface PreviewPolicyInput {
  readonly accountId: string;
  readonly shorten: EffectivePolicy;
  readonly callerSessionId: string | null;
  /** How many of the users left with no session to name. */
  readonly namesLimit: number;
}

export interface PolicyEffect {
  /** Live sessions in all. */
  readonly sessions: number;
  /** Sessions whose limits get smaller and that live on. */
  readonly sessionsShortened: number;
  readonly sessionsEnded: number;
  /** Users left with no session. */
  readonly usersEnded: number;
  /** The first of them by name, ties by id. */
  readonly usersEndedFirst: readonly { readonly userId: string; readonly name: string }[];
  readonly callerSessionEnds: boolean;
}

export interface ActiveUsers {
  readonly users: readonly ActiveUser[];
  readonly userCount: number;
  readonly sessionCount: number;
}

export interface ActiveUser {
  readonly user: User;
  /** The newest `lastActiveAt` of the user's live sessions. */
  readonly lastActiveAt: number;
  readonly sessionCount: number;
}

export interface ListSessionsInput {
  readonly accountId: string;
  readonly userId?: string;
  readonly limit: number;
  /** The last item of the page before. */
  readonly after: { readonly lastActiveAt: number; readonly id: string } | null;
}

export interface SessionPage {
  readonly items: readonly {
    readonly session: Session;
    readonly user: Pick<User, "id" | "name" | "email">;
  }[];
  readonly next: { readonly lastActiveAt: number; readonly id: string } | null;
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
  /** Who acts: recorded with `member.role_changed`, `member.disabled` and `member.enabled`, where that happens. */
  readonly actor: Actor;
}

export type UpdateUserOutcome =
  | { readonly kind: "updated"; readonly user: User; readonly feed: readonly FeedRow[]; readonly now: number }
  | { readonly kind: "not_found" }
  | { readonly kind: "last_owner" };

export interface ListEventsInput {
  readonly accountId: string;
  readonly type?: EventType;
  readonly limit: number;
  readonly after: { readonly at: number; readonly id: string } | null;
}

export interface EventPage {
  readonly items: readonly AuditEvent[];
  readonly next: { readonly at: number; readonly id: string } | null;
}

export interface SweepInput {
  /** The most rows that one call touches of each kind. */
  readonly batch: number;
  /** How long ended sessions and account epochs keep their reason. */
  readonly endedRetentionMs: number;
  readonly feedRetentionMs: number;
  readonly auditRetentionMs: number;
}

export interface SweepOutcome {
  readonly expired: number;
  readonly closed: number;
  readonly deleted: number;
  /** There was more to do than one batch. */
  readonly more: boolean;
}
