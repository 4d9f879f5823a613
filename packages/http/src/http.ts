import { type Curfew, type Device, type Scheduler, systemScheduler } from "@curfew/core";
import type { Call } from "./call.js";
import { refuseFaultyOptions } from "./check-options.js";
import { deviceOf, peerAddress } from "./client.js";
import { createProofReader, type ProofReader } from "./dpop.js";
import { corsHeaders, readOrigins, type TrustedCallers, trustedOrigins } from "./headers/origins.js";
import type { CookieOptions } from "./headers/refresh-cookie.js";
import { securityHeaders } from "./headers/security.js";
import { createKeepAlive, type KeepAlive } from "./keep-alive.js";
import { createOpenStreams, type OpenStreams } from "./open-streams.js";
import { type Cursors, createCursors } from "./paging.js";
import { type Authenticate, byAccessToken } from "./route/authenticate.js";
import { createTokenTransport, type TokenTransport } from "./token-transport.js";
import { type ReadId, readHostId, readUuid } from "./wire/ids.js";

/** The options of `createHttp`. */
export interface HttpOptions {
  curfew: Curfew;
  /** The server's public origin: `https://app.example`, or `http://localhost:4000` in development. */
  publicUrl: string;
  /** Further exact origins whose pages may call with credentials. */
  allowedOrigins?: readonly string[];
  /** The engine's secrets. DPoP nonces and cursors are sealed under keys derived from the first one; all of them open. */
  secrets: readonly Uint8Array[];
  /** Looks up the name of an account, for the body of a sign-in. */
  accountName: (accountId: string) => string | Promise<string>;
  /**
   * What the ids of users are. `any`, the default: the host's own, as they are, of 1 to 255 characters. `uuid`: in any case
   * (RFC 9562 §4).
   */
  userIds?: "any" | "uuid";
  /** The refresh cookie's name and `SameSite`; defaults to `curfew_refresh` and `strict`. */
  cookie?: CookieOptions;
  /** Adds `includeSubDomains` to `Strict-Transport-Security`: every subdomain is https too. */
  hstsSubdomains?: boolean;
  /** Determines the client's address; defaults to the address of the connection's peer. */
  clientIp?: (c: Call) => string | null;
  /** Schedules the keep-alive comments of event streams; defaults to Node's timers. */
  scheduler?: Scheduler;
  /** Called for each unexpected error. The client got a 500 `internal_error`. */
  onError?: (error: unknown, c: Call) => void;
}

/** The state and services that the routes of one server share. */
export interface Http extends TokenTransport, ProofReader {
  readonly curfew: Curfew;
  readonly publicUrl: string;
  /** Whose pages may send credentials: those of the public origin and of the allowed ones. */
  readonly trusted: TrustedCallers;
  /** Identifies the caller of a route. */
  readonly authenticate: Authenticate;
  readonly cursors: Cursors;
  /** The open event streams. Close them on a graceful shutdown. */
  readonly streams: OpenStreams;
  readonly keepAlive: KeepAlive;
  accountName(accountId: string): string | Promise<string>;
  /** Reads the id of a user in a path or a query; null for text that can't be one. */
  readonly readUserId: ReadId;
  /** The client's address. */
  clientIp(c: Call): string | null;
  /** The client as the `device` of `sessions.start`: a label, the user agent (cut to 512 characters) and the address. */
  device(c: Call): Device;
  /** The headers of every answer under `/api`, including CORS. They are shared: add to a copy. */
  apiHeaders(c: Call): Readonly<Record<string, string>>;
  /** Passes an unexpected error to the host's `onError`. */
  reportError(error: unknown, c: Call): void;
  /** Passes the error of a database that can't answer to the host's `onError`, if the handler is one for hosts. */
  reportOutage(error: unknown, c: Call): void;
}

/** What differs between `createHttp` and the two ways of `createHandler`. */
type Kind = Pick<TrustedCallers, "byHand"> & Pick<Http, "authenticate" | "reportOutage">;

/**
 * Creates the state and services that the routes of one server share.
 *
 * @throws TypeError for options that make no sense
 * @example
 * const http = createHttp({ curfew, publicUrl, secrets, accountName: () => "Acme" });
 * mountRoutes(app, curfewRoutes(http), http);
 */
export function createHttp(options: HttpOptions): Http {
  refuseFaultyOptions(options);
  return assembleHttp(options, {
    byHand: false,
    authenticate: byAccessToken(options.curfew),
    reportOutage: () => undefined,
  });
}

/**
 * Creates what routes share, for one way to authenticate.
 *
 * @param byHand see `TrustedCallers`
 */
export function assembleHttp(options: HttpOptions, { byHand, authenticate, reportOutage }: Kind): Http {
  const { curfew, publicUrl, secrets, accountName, clientIp = peerAddress } = options;
  const allowedOrigins = readOrigins(options.allowedOrigins ?? []);
  const origins = trustedOrigins(publicUrl, allowedOrigins);
  const fixedHeaders = { "Cache-Control": "no-store", ...securityHeaders(publicUrl, options) };
  const headersFor = (origin?: string) => ({ ...fixedHeaders, ...corsHeaders(origin, allowedOrigins) });
  const headers = headersFor();
  const headersByOrigin = new Map([...allowedOrigins].map((origin) => [origin, headersFor(origin)]));
  return {
    ...createTokenTransport(publicUrl, accountName, options.cookie),
    ...createProofReader(secrets, origins, () => curfew.now()),
    curfew,
    publicUrl,
    trusted: { origins, byHand },
    authenticate,
    cursors: createCursors(secrets),
    streams: createOpenStreams(),
    keepAlive: createKeepAlive(options.scheduler ?? systemScheduler),
    accountName,
    readUserId: options.userIds === "uuid" ? readUuid : readHostId,
    clientIp,
    device: (c) => deviceOf(c.req.header("user-agent"), clientIp(c)),
    apiHeaders: (c) =>
      (headersByOrigin.size > 0 && headersByOrigin.get(c.req.header("origin") ?? "")) || headers,
    reportError: (error, c) => options.onError?.(error, c),
    reportOutage,
  };
}
