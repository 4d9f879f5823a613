import type {
  Curfew,
  EndReason,
  Identity,
  OpenGoverned,
  Scheduler,
  Session,
  StartSession,
  User,
} from "@curfew/core";
import type { CookieOptions } from "../headers/refresh-cookie.js";
import type { Transport } from "../wire/transport.js";

/** The options of `createHandler` for both ways to authenticate. */
interface CommonOptions<Native> {
  curfew: Curfew;
  /** The server's public origin: `https://app.example`, or `http://localhost:3000` in development. */
  publicUrl: string;
  /** The engine's secrets. Cursors and DPoP nonces are sealed under keys derived from the first one; all of them open. */
  secrets: readonly Uint8Array[];
  /** Where Curfew's routes stand, without a slash at the end; `""` for the root (`/api`). */
  basePath?: string;
  /** Looks up the name of an account, for the browser. */
  accountName(accountId: string): string | Promise<string>;
  /** Further exact origins whose pages may call with credentials. */
  allowedOrigins?: readonly string[];
  /** Determines the client's address; defaults to the address of the connection's peer, where `native` has it. */
  clientIp?(request: Request, native: Native): string | null;
  /** The refresh cookie's name and `SameSite`; defaults to `curfew_refresh` and `strict`. Pages that are reached from mail need `lax`. */
  cookie?: CookieOptions;
  /** Adds `includeSubDomains` to `Strict-Transport-Security`: every subdomain is https too. */
  hstsSubdomains?: boolean;
  /** Schedules the keep-alive comments of event streams; defaults to Node's timers. */
  scheduler?: Scheduler;
  /**
   * Called for each unexpected error, also for what `hostSession` and `onSignOut` throw, and at most once a second for a database that
   * can't answer (`console.error`).
   */
  onError?(error: unknown, request: Request, native: Native): void;
}

/** Curfew issues the sessions: `sessions.signIn` begins one. */
interface TokenOptions<Native> extends CommonOptions<Native> {
  hostSession?: undefined;
  activity?: undefined;
  onSignOut?: undefined;
}

/** The host issues the sessions, and Curfew governs them. */
export interface HostOptions<Native> extends CommonOptions<Native> {
  /** Names the host's session of a request, and its person; null for nobody. What it throws is a 503 `unavailable`. */
  hostSession(request: Request, native: Native): OpenGoverned | null | Promise<OpenGoverned | null>;
  /**
   * What counts as use. `reported`: only what the browser part reports. `requests`: each call of `current` and of a required
   * session, unless it is a prefetch or has `X-Curfew-Background: 1`.
   */
  activity: "reported" | "requests";
  /** Ends the host's session where the person signs out through Curfew's routes. The answer's cookies go out with theirs. */
  onSignOut?(request: Request, native: Native): Response | null | Promise<Response | null>;
}

/** @typeParam Native the framework's own request, which adapters pass on */
export type HandlerOptions<Native = unknown> = TokenOptions<Native> | HostOptions<Native>;

/** What is known of the person of a request. */
export type Current =
  | {
      state: "signed_in";
      identity: Identity;
      session: Session;
      user: User;
      /** False where only the refresh cookie tells who it is: enough to show a page, too little to change anything. */
      proven: boolean;
    }
  | {
      state: "ended";
      code: "session_expired" | "session_revoked";
      reason: EndReason;
      /** Milliseconds since the Unix epoch. */
      endedAt: number;
    }
  | { state: "signed_out" };

/** The session that `signIn` begins. The handler sees to `keyThumbprint` and `replaces`. */
export type SignIn = Omit<StartSession, "keyThumbprint" | "replaces">;

export interface SignInOptions {
  /** How the client gets its refresh token; browsers use the cookie (default). */
  transport?: Transport;
  /** The framework's own request. */
  native?: unknown;
}
