import {
  type Curfew,
  type Device,
  type Grant,
  type Proof,
  type Scheduler,
  systemScheduler,
} from "@curfew/core";
import type { Context } from "hono";
import { createRefreshCookie } from "./cookie/refresh-cookie.js";
import { deviceOf } from "./device/device.js";
import { checkProof } from "./dpop/check-proof.js";
import { createNonces } from "./dpop/nonce.js";
import { createSeenProofs } from "./dpop/seen-proofs.js";
import { createOpenStreams, type OpenStreams } from "./event-stream.js";
import { corsHeaders } from "./headers/cors.js";
import { ownOrigins } from "./headers/origins.js";
import { securityHeaders } from "./headers/security.js";
import { type Cursors, createCursors } from "./paging.js";
import type { Answer } from "./route/define.js";
import { type Transport, wireGrant } from "./wire/grant.js";

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
  /** Runs the streams' keep-alive comments; this machine's timers unless told. */
  scheduler?: Scheduler;
  /** Told of an error that is no answer to the caller: it went out as 500 `internal_error`. */
  onError?: (error: unknown, c: Context) => void;
}

/** What the routes of one server share: cookies, proofs, cursors and open streams. */
export interface Http {
  readonly curfew: Curfew;
  readonly scheduler: Scheduler;
  /** The origins that are ours: the public one and the allowed ones, and for a loopback URL its other names. */
  readonly origins: ReadonlySet<string>;
  /** Where people reach this server. */
  readonly publicUrl: string;
  /** The refresh cookie's name. */
  readonly cookieName: string;
  readonly cursors: Cursors;
  /** The event streams that are open; close them on a graceful stop. */
  readonly streams: OpenStreams;
  /** The name of an account. */
  accountName(accountId: string): string | Promise<string>;
  /** The client's address. */
  clientIp(c: Context): string | null;
  /** Where a call comes from, for `sessions.start`: a label for people, the user agent and the address, cut to 512. */
  device(c: Context): Device;
  /**
   * Checks the call's `DPoP` header (RFC 9449 §4.3), which uses its `jti` up: call it once for a request.
   * Null where there is none. Never throws for what the client sent.
   */
  readProof(c: Context): Promise<Proof | null>;
  /** A fresh DPoP nonce (RFC 9449 §8). */
  nonce(): string;
  /** The refresh token in the call's cookie; null where there is none. */
  refreshCookie(c: Context): string | null;
  /** The `Set-Cookie` that takes the refresh token back. */
  clearedCookie(): string;
  /** The headers of a call that may have ended its own session: where it has, the cookie goes. */
  cookieAfter(callerHasEnded: boolean): Readonly<Record<string, string>>;
  /** The body of a sign-in and a refresh; with the refresh token where it travels in bodies. */
  grantBody(grant: Grant, transport: Transport): Promise<Readonly<Record<string, unknown>>>;
  /** Answers a sign-in or a refresh: the body, and the cookie where the token travels in one. */
  answerGrant(grant: Grant, transport: Transport, status?: 200 | 201): Promise<Answer>;
  /** The headers of every answer under `/api`, CORS included. */
  apiHeaders(c: Context): Readonly<Record<string, string>>;
  /** Tells the host of an error that is no answer to a caller. */
  reportError(error: unknown, c: Context): void;
}

/**
 * Makes what the routes of one server share.
 *
 * @example
 * const http = createHttp({ curfew, publicUrl, secrets, accountName: () => "Acme" });
 * mountRoutes(app, curfewRoutes(http), http);
 */
export function createHttp(options: HttpOptions): Http {
  const { curfew, publicUrl, secrets } = options;
  const allowed = new Set((options.allowedOrigins ?? []).map((origin) => new URL(origin).origin));
  const origins = ownOrigins(publicUrl, [...allowed]);
  const cookie = createRefreshCookie(publicUrl);
  const nonces = createNonces(secrets);
  const seen = createSeenProofs();
  const fixedHeaders = { "Cache-Control": "no-store", ...securityHeaders(publicUrl) };
  const clientIp = options.clientIp ?? peerAddress;
  const grantBody = async (grant: Grant, transport: Transport) =>
    wireGrant(grant, await options.accountName(grant.session.accountId), transport);

  return {
    curfew,
    publicUrl,
    cookieName: cookie.name,
    origins,
    clientIp,
    grantBody,
    scheduler: options.scheduler ?? systemScheduler,
    cursors: createCursors(secrets),
    streams: createOpenStreams(),
    accountName: options.accountName,
    device: (c) => deviceOf(c.req.header("user-agent"), clientIp(c)),
    async readProof(c) {
      const header = c.req.header("dpop");
      if (header === undefined) return null;
      const { method, path } = c.req;
      return checkProof(header, { method, path, origins, now: curfew.now(), nonces, seen });
    },
    nonce: () => nonces.make(curfew.now()),
    refreshCookie: cookie.read,
    clearedCookie: cookie.clear,
    cookieAfter: (callerHasEnded) => (callerHasEnded ? { "Set-Cookie": cookie.clear() } : {}),
    async answerGrant(grant, transport, status = 200) {
      const body = await grantBody(grant, transport);
      if (transport === "body") return { status, body };
      const lifetimeMs = grant.session.absoluteExpiresAt - grant.now;
      return { status, body, headers: { "Set-Cookie": cookie.set(grant.refreshToken, lifetimeMs) } };
    },
    apiHeaders: (c) => ({ ...fixedHeaders, ...corsHeaders(c.req.header("origin"), allowed) }),
    reportError: (error, c) => options.onError?.(error, c),
  };
}

/** The address at the other end of the connection, on Node. */
function peerAddress(c: Context): string | null {
  const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
  return incoming?.socket?.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, "") ?? null;
}
