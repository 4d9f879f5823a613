import type { SessionChange, WatchedSession } from "./curfew-watch.js";
import type { Actor } from "./events.js";
import type { Identity } from "./session/access-token.js";
import type { Device, RevocationReason, Session, User } from "./session/session.js";
import type { HostUser } from "./store-governed.js";

/** Names a session that a host issued, in one account. */
export interface GovernedKey {
  accountId: string;
  /** The host's own id of the session, 1 to 1,024 characters. A secret; it is stored and logged nowhere. */
  hostSessionId: string;
}

export interface OpenGoverned extends GovernedKey {
  user: HostUser;
  /** When the host issued the session, in milliseconds since the Unix epoch. */
  startedAt: number;
  /** When the person last proved who they are (`startedAt`). */
  authenticatedAt?: number;
  /** The last use (now). */
  lastActiveAt?: number;
  /** A fixed end, such as an identity provider's. Never a host's sliding expiry. */
  notAfter?: number;
  device?: Partial<Device>;
  /** Ends the user's other sessions for this reason, if this call begins the session. */
  endsOthers?: RevocationReason;
}

/** A live governed session. */
export interface GovernedSession {
  session: Session;
  user: User;
  /** The database's clock, in milliseconds since the Unix epoch. */
  now: number;
}

/** A live governed session, with the identity that the caller has by it. */
export interface AdmittedSession extends GovernedSession {
  identity: Identity;
}

export interface TouchOptions {
  /** How long ago the person was last active, in seconds (0). */
  idleForSeconds?: number;
  /** The person's own client tells it: writes wherever that moves the idle deadline by ten seconds or more (false). */
  isReported?: boolean;
}

export interface EndGovernedOptions {
  /** Default: `signed_out`. */
  reason?: Extract<
    RevocationReason,
    "signed_out" | "revoked_by_user" | "revoked_by_owner" | "password_changed"
  >;
  /** Default: the user of the session. */
  actor?: Actor;
  ip?: string | null;
}

/** Rules over sessions that a host issued. They have no token: the host's own cookie is the credential. */
export interface Governed {
  /**
   * Begins a session at first sight, under the policy of that moment, or returns it as it stands. Takes the host's data of the
   * user, and a later `authenticatedAt`.
   * Throws `validation_failed`, `user_disabled`, `session_expired`, `session_revoked`, `unavailable`.
   */
  open(input: OpenGoverned): Promise<GovernedSession>;
  /**
   * Returns the identity of a live session, without a database call if this process has read it within the lifetime of an access
   * token, at most five minutes. Moves no deadline.
   * Throws `validation_failed`, `not_found`, `session_expired`, `session_revoked`, `unavailable`.
   */
  check(key: GovernedKey): Promise<Identity>;
  /**
   * Admits a request of a host session: as `check` where the host says what it said when this process last opened the session, and
   * else as `open`. From memory, session and user are as of the last read.
   * Throws as `open`.
   *
   * @param deviceOf tells the client's device. Called only to open the session; what `input.device` has counts before it
   */
  admit(input: OpenGoverned, deviceOf?: () => Partial<Device>): Promise<AdmittedSession>;
  /**
   * Admits a request at once where nothing has to be read or written. Null where the session is not live, or only `admit` can tell.
   * Throws `validation_failed`.
   */
  admitNow(input: OpenGoverned): AdmittedSession | null;
  /**
   * Moves the idle deadline, as a refresh does. Writes at most once a minute for a session in each process, and always where less
   * than a minute would be left.
   * Throws as `check`.
   */
  touch(key: GovernedKey, options?: TouchOptions): Promise<GovernedSession>;
  /**
   * Ends a session, unless it is over or was never seen. One that was never seen begins and ends with this call if the key is the
   * whole of what `open` takes, so that no first sight that is under way, and no copy of a cookie, begins it later.
   * Throws `validation_failed`, `unavailable`.
   */
  end(key: GovernedKey | OpenGoverned, options?: EndGovernedOptions): Promise<void>;
  /** As `Sessions.watch`. Throws as `check`. */
  watch(key: GovernedKey, listener: (change: SessionChange) => void): Promise<WatchedSession>;
  /**
   * Opens up to 1,000 sessions, in one transaction for each account. The first fault refuses the whole call; its field is
   * `rows.N.field`.
   * Throws `validation_failed`, `unavailable`.
   */
  import(rows: readonly OpenGoverned[]): Promise<{ opened: number; ended: number; known: number }>;
}

/** A revocation, as `Curfew.onEnding` tells it. Expiries are none: `watch` tells them. */
export interface Ending {
  readonly accountId: string;
  readonly scope: "account" | "user" | "session";
  readonly userId: string | null;
  readonly sessionId: string | null;
  /** The only session that goes on; null if all end. */
  readonly spares: string | null;
  readonly reason: RevocationReason;
  /** In milliseconds since the Unix epoch. */
  readonly at: number;
}
