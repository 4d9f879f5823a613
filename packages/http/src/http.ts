import type { Curfew, Device, Grant, Proof, Scheduler } from "@curfew/core";
import type { Context } from "hono";
import type { Answer } from "./route/define.js";

/** What `createHttp` is given. */
export interface HttpOptions {
  curfew: Curfew;
  /** Where people reach this server, an origin: `https://app.example`, or `http://localhost:4000` in development. */
  publicUrl: string;
  /** Further origins whose pages may call with credentials, exactly. */
  allowedOrigins?: readonly string[];
  /** The engine's secrets: DPoP nonces and cursors are sealed under keys derived from them. The first seals, all open. */
  secrets: readonly Uint8Array[];
  /** The name of an account, for the body of a sign-in. */
  accountName: (accountId: string) => string | Promise<string>;
  /** The client's address; the peer's unless told. */
  clientIp?: (c: Context) => string | null;
  /** Runs the stream's keep-alive comments; this machine's timers unless told. */
  scheduler?: Scheduler;
  /** Told of an error that is no answer to the caller: it went out as 500 `internal_error`. */
  onError?: (error: unknown, c: Context) => void;
}

/** How a refresh token travels. */
export type Transport = "cookie" | "body";

/** What the routes of one server share: cookies, proofs, cursors and open streams. */
export interface Http {
  readonly curfew: Curfew;
  readonly scheduler: Scheduler;
  /** The origins that are ours: the public one and the allowed ones, and for a loopback URL its other spellings. */
  readonly origins: ReadonlySet<string>;
  /** The client's address. */
  clientIp(c: Context): string | null;
  /** Where a call comes from, for `sessions.start`: a label for people, the user agent and the address, cut to 512. */
  device(c: Context): Device;
  /**
   * Checks the call's `DPoP` header (RFC 9449 §4.3), which uses its `jti` up: call it once for a request.
   * Null where there is none. Never throws for what the client sent.
   */
  readProof(c: Context): Promise<Proof | null>;
  /** The refresh token in the call's cookie; null where there is none. */
  refreshCookie(c: Context): string | null;
  /** The `Set-Cookie` that takes the refresh token back. */
  clearedCookie(): string;
  /** The body of a sign-in and a refresh; with the refresh token where it travels in bodies. */
  grantBody(grant: Grant, transport: Transport): Promise<Readonly<Record<string, unknown>>>;
  /** Answers a sign-in or a refresh: the body, and the cookie where the token travels in one. */
  answerGrant(grant: Grant, transport: Transport, status?: 200 | 201): Promise<Answer>;
}
