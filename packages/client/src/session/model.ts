import type {
  AcceptInvitation,
  ChangePassword,
  Register,
  ResetPassword,
  Session,
  SignIn,
  User,
} from "../api/contract.js";
import type { Api } from "../api/operations.js";
import type { SessionEnd } from "../api/problem.js";

/** The session's nearer deadline; if both are equal, the absolute one. */
export interface Expiry {
  /** `soon` within the warning time before the deadline (default 5 minutes, at most half of the limit), `now` once it has passed. */
  warning: "none" | "soon" | "now";
  /** Which deadline is nearer; null while `warning` is `none`. */
  reason: "idle" | "absolute" | null;
  /** Milliseconds until the deadline; never negative. */
  remaining_ms: number;
  /** The deadline in server time, RFC 3339. */
  expires_at: string;
  /** How long before the deadline the warning begins, in milliseconds. */
  warning_ms: number;
  /** Whether the user dismissed the warning, in any tab, and the deadline has not moved by half a minute or more since. */
  dismissed: boolean;
}

/** What keeps the server's answers away; it never ends a session. */
export interface Trouble {
  /** The server has been unreachable for a while, or has given no answer of Curfew's. */
  reconnecting: boolean;
  /** Set if the cause is this browser: its storage, which keeps the session's key, fails or does not answer. */
  storage_trouble?: true | undefined;
}

export type SessionState =
  /** The server has not answered yet. */
  | ({ status: "loading" } & Trouble)
  | ({
      status: "signed_in";
      user: User;
      session: Session;
      expiry: Expiry;
      /** The server refuses this browser's proofs, though the session may be live: ask for the password. */
      needs_sign_in: boolean;
    } & Trouble)
  | {
      status: "signed_out";
      /** How the session ended; null if unknown (`lost`), or if this browser ended it. */
      ended: SessionEnd | null;
      /** The user of the ended session; distinguishes the same user's return from another user's sign-in. */
      user_id: string | null;
      /**
       * Set if the session should still be live, but the server does not find it: this browser has refused or deleted its cookie
       * or key, or the server has lost it.
       */
      lost?: true | undefined;
    };

/** This browser's session, shared by all of its tabs. Calls reject with a `CurfewProblem`. */
export interface CurfewSession {
  /** Calls the HTTP API with the session's token, which is refreshed when necessary. */
  readonly api: Api;
  /**
   * Calls your own API as `fetch` does, with the session's token. A token that is about to expire is renewed first, and a call
   * whose token Curfew refused is repeated once, unless its body is a stream. A 401 with the session's end ends it. With the option
   * `host` nothing is added, renewed or repeated. A request to another origin than the page's and the service's goes as it stands.
   *
   * @throws CurfewProblem if the token can't be renewed
   * @example const response = await session.fetch("/reports", { method: "POST", body });
   */
  readonly fetch: typeof fetch;

  /** The current state; a new object only after a change (suits `useSyncExternalStore`). */
  getState(): SessionState;
  /** Calls `listener` after each change of state. Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void;
  /** Calls `listener` after a change of the account's policy (owners only). Returns a function that unsubscribes. */
  onPolicyChange(listener: () => void): () => void;

  /**
   * Asks the server for the session, then monitors deadlines, activity, other tabs and events. No effect if already started.
   *
   * @param options `quietly`: assume that no user is signed in unless this browser has stored one; for public pages
   */
  start(options?: { quietly?: boolean }): void;
  /** Stops monitoring; the session on the server is not ended. */
  stop(): void;

  /** The server's time in milliseconds since the Unix epoch; this machine's clock may be wrong. */
  now(): number;

  signIn(body: SignIn): Promise<User>;
  register(body: Register): Promise<User>;
  acceptInvitation(body: AcceptInvitation): Promise<User>;
  /** Chooses a new password by the link of an owner, and signs in. */
  resetPassword(body: ResetPassword): Promise<User>;
  changePassword(body: ChangePassword): Promise<User>;
  /**
   * Asks the server for the session now: somebody has signed in by other means, such as OIDC, a passkey, a link or a form.
   *
   * @throws CurfewProblem `unauthenticated` if nobody has; after trouble the server is asked again
   * @example if (await finishOidc()) await session.adopt();
   */
  adopt(): Promise<void>;
  /** Lets the user prove once more who they are, by the option of this name; undefined without it: ask for the password. */
  readonly reauthenticate?: (() => Promise<void>) | undefined;
  /** Ends the session and sets every tab to `signed_out`, without a reason. */
  signOut(): Promise<void>;

  /**
   * The person is at work in a way that no event of the page tells: an upload, a call, a long job, a frame of another origin.
   * Counts as a key that is pressed. It costs little, so call it as often as there is progress; the server hears of it once a
   * minute at most.
   */
  active(): void;
  /** Moves the idle deadline to now plus the idle timeout. */
  staySignedIn(): Promise<void>;
  /** Hides the warning of the current deadline in every tab, without extending the session. */
  dismissWarning(): void;

  /**
   * Makes a call that ends this session too. This browser's tabs stay signed in until `leave()` is called, for ten seconds at
   * most. A call that fails ends nothing.
   *
   * @example await session.deferEnd(() => session.api("POST /api/accounts/me/security/revoke-sessions"));
   */
  deferEnd<T>(call: () => Promise<T>): Promise<T>;
  /** Clears the session in every tab and in storage, without a reason and without a request. */
  leave(): void;
}
