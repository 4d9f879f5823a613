import type {
  AcceptInvitation,
  ChangePassword,
  Register,
  Revoked,
  Session,
  SignIn,
  User,
} from "../api/contract.js";
import type { Api } from "../api/operations.js";
import type { EndReason } from "../api/problem.js";

/** How a session ended, as the server told it. */
export interface SessionEnd {
  code: "session_expired" | "session_revoked";
  reason: EndReason;
  ended_at: string;
}

/** How near the nearer deadline is; of equal ones it is the absolute one. */
export interface Expiry {
  /** `soon` within the warning time of the deadline (5 minutes), `now` once it has passed. */
  warning: "none" | "soon" | "now";
  /** Which deadline is nearer; null where `warning` is `none`. */
  reason: "idle" | "absolute" | null;
  /** Until the nearer deadline, in milliseconds; never negative. */
  remaining_ms: number;
  /** The nearer deadline, RFC 3339, on the server's clock. */
  expires_at: string;
  /** The person has put the warning of this very deadline away, in this tab or another. */
  dismissed: boolean;
}

export type SessionState =
  /** Nothing is known yet; `reconnecting` where the server can't be reached and that lasts. */
  | { status: "loading"; reconnecting: boolean }
  | {
      status: "signed_in";
      user: User;
      session: Session;
      expiry: Expiry;
      /** The server can't be reached, and that lasts: the session is kept. */
      reconnecting: boolean;
      /** The server holds no verdict against the session but takes no proof of this browser's: ask for the password. */
      needs_sign_in: boolean;
    }
  | {
      status: "signed_out";
      /** Why, where the server said so and it was not this browser's own doing. */
      ended: SessionEnd | null;
      /** Whose session this tab had: tells a return of the same person from somebody else's sign-in. */
      user_id: string | null;
    };

/** The session of this browser, one for all of its tabs. Every call that fails rejects with a `CurfewProblem`. */
export interface CurfewSession {
  /** The calls of the contract with this session's token: renewed where it is too old, and the call repeated. */
  readonly api: Api;

  /** The state as it stands: a new object only where something changed (fit for `useSyncExternalStore`). */
  getState(): SessionState;
  /** Calls `listener` after each change of state. Returns what stops it. */
  subscribe(listener: () => void): () => void;
  /** Calls `listener` when somebody has changed the account's policy (owners only). Returns what stops it. */
  onPolicyChange(listener: () => void): () => void;

  /**
   * Begins: asks the server who is signed in, watches deadlines, activity, tabs and events. Once begun, does nothing.
   *
   * @param options `quietly`: asks only where this browser remembers somebody, and takes nobody to be signed in
   * otherwise: for pages that are for everybody
   */
  start(options?: { quietly?: boolean }): void;
  /** Ends all of that; the session on the server goes on. */
  stop(): void;

  /** The server's clock, in milliseconds since the Unix epoch: this machine's may be wrong. */
  now(): number;

  signIn(body: SignIn): Promise<User>;
  register(body: Register): Promise<User>;
  acceptInvitation(body: AcceptInvitation): Promise<User>;
  changePassword(body: ChangePassword): Promise<User>;
  /** Ends the session and takes every tab to `signed_out`, with no reason. */
  signOut(): Promise<void>;

  /** Moves the idle deadline to now plus the idle timeout. */
  staySignedIn(): Promise<void>;
  /** Puts the warning of the nearer deadline away, in every tab, for that deadline alone; extends nothing. */
  dismissWarning(): void;

  /**
   * Ends every session of the account, this one among them. This browser's tabs stay as they are, and are not told of
   * the end, until `leave` is called (or ten seconds have passed).
   */
  endEverySession(): Promise<Revoked>;
  /** Forgets the session in every tab and in storage, with no reason and no call. */
  leave(): void;
}
