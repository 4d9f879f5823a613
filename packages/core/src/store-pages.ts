/** The lists that a store reads, in pages. Times are milliseconds since the Unix epoch. */
import type { AuditEvent, EventType } from "./events.js";
import type { Session, User } from "./session/session.js";

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

/** The place of a user in the list of active users. */
export interface ActiveUserPosition {
  readonly lastLoginAt: number;
  readonly id: string;
}

export interface ActiveUserPage {
  readonly items: readonly ActiveUser[];
  readonly next: ActiveUserPosition | null;
}

export interface ListSessionsInput {
  readonly accountId: string;
  readonly userId?: string;
  readonly limit: number;
  /** `next` of the previous page. */
  readonly after: SessionPosition | null;
}

/** Where a page of sessions ended. */
export interface SessionPosition {
  /** The last activity of its last item; null once only sessions are left that were used since the first page. */
  readonly lastActiveAt: number | null;
  readonly id: string;
  /** The moment of the first page, as the store tells which sessions were used since. */
  readonly mark: string;
}

export interface SessionPage {
  readonly items: readonly {
    readonly session: Session;
    readonly user: Pick<User, "id" | "name" | "email">;
  }[];
  readonly next: SessionPosition | null;
}

export interface ListUsersInput {
  readonly accountId: string;
  readonly limit: number;
  /** `next` of the previous page. */
  readonly after: UserPosition | null;
}

/** The place of a user in the list of users. */
export interface UserPosition {
  /** See `nameKeyOf`. */
  readonly key: string;
  /** The first 200 characters of the name. */
  readonly name: string;
  readonly id: string;
}

export interface UserPage {
  readonly items: readonly User[];
  readonly next: UserPosition | null;
}

export interface ListEventsInput {
  readonly accountId: string;
  readonly type?: EventType;
  /** Only events by this user, or about this user: `user_id` in their details. */
  readonly userId?: string;
  /** The first moment. */
  readonly from?: number;
  /** The moment before which they are. */
  readonly to?: number;
  readonly limit: number;
  readonly after: { readonly at: number; readonly id: string } | null;
}

export interface EventPage {
  readonly items: readonly AuditEvent[];
  readonly next: { readonly at: number; readonly id: string } | null;
}
