import type { EventDetails, EventType } from "./events.js";
import type { EffectivePolicy, PolicyOverride } from "./policy/policy.js";
import type { FeedRow } from "./revocation/feed.js";
import type {
  AccountState,
  Device,
  EndedFate,
  Role,
  Session,
  SessionSnapshot,
  User,
} from "./session/session.js";

/**
 * When a session began, as its host says it, in milliseconds since the Unix epoch. The store brings the moments into an order
 * that its clock allows: `startedAt` is at most now, and `lastActiveAt` from then to now.
 */
export interface HostTimes {
  readonly startedAt: number;
  readonly authenticatedAt: number;
  /** Null: now. */
  readonly lastActiveAt: number | null;
  /** The absolute lifetime counts from here, if it is after `startedAt`. Null: from `startedAt`. */
  readonly absoluteFrom: number | null;
  /** The latest absolute deadline; null for none. */
  readonly notAfter: number | null;
}

/** The host's current data of a user. */
export interface HostUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

export interface TouchInput {
  readonly accountId: string;
  readonly sessionId: string;
  readonly idleForMs: number;
}

export interface MeetInput {
  readonly accountId: string;
  readonly sessionId: string;
  readonly user: HostUser;
  /** Moves the session's `authenticatedAt` forward; null leaves it. */
  readonly authenticatedAt: number | null;
}

export type MeetOutcome =
  | {
      readonly kind: "met";
      readonly session: Session;
      readonly user: User;
      readonly account: AccountState;
      readonly feed: readonly FeedRow[];
      readonly now: number;
    }
  | { readonly kind: "not_live" }
  /** The session is live and of another user. */
  | { readonly kind: "another_user" };

/** One session of `importSessions`. */
export interface ImportedSession {
  readonly sessionId: string;
  readonly user: HostUser;
  readonly times: HostTimes;
  /** See `Governed.open`. */
  readonly keepUntil: number;
  readonly device: Device;
}

export interface ImportInput {
  readonly accountId: string;
  readonly sessions: readonly ImportedSession[];
  readonly expectedPolicyVersion: number;
  readonly limits: EffectivePolicy;
  /** Recorded once, with `opened`, `ended` and `known` in its details. */
  readonly event: { readonly type: EventType; readonly details: EventDetails };
}

/** What decides about an import, in one snapshot. */
export interface ImportSnapshot {
  readonly override: PolicyOverride;
  /** Of the policy. */
  readonly version: number;
  /** Those that are there, live or ended. */
  readonly sessions: readonly SessionSnapshot[];
  /** Those whom the account knows. */
  readonly users: readonly User[];
  readonly now: number;
}

export type ImportOutcome =
  | {
      readonly kind: "imported";
      readonly opened: number;
      /** Over at first sight. */
      readonly ended: number;
      /** There already, live or ended. */
      readonly known: number;
      readonly feed: readonly FeedRow[];
      readonly now: number;
    }
  | { readonly kind: "policy_moved" }
  /** Refused as a whole: the session at `index` is of a disabled user, or of another user than the one that is there. */
  | { readonly kind: "user_disabled" | "another_user"; readonly index: number };

/** The outcome of a start whose session was over already; its end is stored. */
export interface OverAtFirstSight {
  readonly kind: "over";
  readonly fate: EndedFate;
  readonly now: number;
}

/**
 * The part of the port for sessions that hosts issued. They are sessions like all others, without tokens.
 *
 * First sight: a session with `HostTimes` is over if its account was last signed out as a whole (except for the one spared), or
 * its user's sessions last ended as a whole, at `startedAt` or later, or if a deadline has passed. The earliest of these moments
 * ended it. The store remembers the last sign-out of an account and of a user as long as they are there.
 */
export interface GovernedStore {
  /**
   * Moves `lastActiveAt` of a live session to `max(lastActiveAt, now − idleForMs)`, and the idle deadline with it, in one
   * statement. Null if it found no row to update.
   */
  touchSession(
    input: TouchInput,
  ): Promise<{ session: Session; user: User; account: AccountState; now: number } | null>;
  /** Takes what the host says now of the user of a live session. Writes nothing where nothing is new. */
  meetUser(input: MeetInput): Promise<MeetOutcome>;
  /** Reads the policy of an account with some of its sessions and users, in one round trip. */
  readImport(input: {
    readonly accountId: string;
    readonly sessionIds: readonly string[];
    readonly userIds: readonly string[];
  }): Promise<ImportSnapshot>;
  /** Starts sessions of one account in one transaction. Those that are there already stay as they are. */
  importSessions(input: ImportInput): Promise<ImportOutcome>;
}
