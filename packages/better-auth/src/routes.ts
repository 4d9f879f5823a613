import type { OpenGoverned } from "@curfew/core";
import { type CurfewHandler, createHandler, type HandlerOptions } from "@curfew/http";
import type { AuthContext } from "better-auth";
import { signOut } from "better-auth/api";
import { nameOfAccount, placeOf } from "./accounts.js";
import type { Host } from "./host.js";
import { closeHost, judgeLost, type Service } from "./judge.js";
import type { CurfewPluginOptions } from "./options.js";
import { readCredential } from "./read-session.js";
import type { SeenSessions } from "./seen-sessions.js";

/** What accompanies a request to Curfew's handler. */
interface Native {
  /** A session that was read already. */
  readonly input?: OpenGoverned;
  /** Of a call of Curfew's own routes. */
  readonly auth?: AuthContext;
  /** The session that was found. */
  host?: Host;
}

export interface Routes {
  readonly sessions: CurfewHandler;
  /** Answers a call of Curfew's routes; null for any other. */
  answer(request: Request, auth: AuthContext, service: Service): Promise<Response | null>;
}

/** Creates Curfew's routes below better-auth's base path. */
export function createRoutes(base: AuthContext, options: CurfewPluginOptions, seen: SeenSessions): Routes {
  const basePath = `${pathOf(base)}/curfew`;

  const hostSession = async (request: Request, native: Native): Promise<OpenGoverned | null> => {
    if (native.input !== undefined) return native.input;
    const auth = native.auth ?? base;
    const { token, host } = await readCredential(auth, request.headers);
    if (host === null) return token === null ? null : seen.endOf(token);
    native.host = host;
    const placed = await placeOf(auth, options, host, request);
    if (placed === null) return null;
    const { input, lost } = placed;
    if (lost !== null) return (await judgeLost(options.curfew, input, lost)) === null ? null : input;
    seen.note(input);
    return input;
  };

  const { curfew, publicUrl, secrets, activity, allowedOrigins, hstsSubdomains, scheduler, onError } =
    options;
  const sessions = createHandler<Native>({
    curfew,
    publicUrl,
    secrets,
    activity,
    basePath,
    hostSession,
    accountName: (accountId) => options.accountName?.(accountId) ?? nameOfAccount(base, accountId),
    clientIp: (request) => options.clientIp?.(request) ?? null,
    onSignOut: (request, native) => signOutHost(request, native.auth ?? base),
    onError: (error, request, native) =>
      onError === undefined ? base.logger.error("Curfew", error) : onError(error, request, native),
    ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
    ...(hstsSubdomains === undefined ? {} : { hstsSubdomains }),
    ...(scheduler === undefined ? {} : { scheduler }),
  } satisfies HandlerOptions<Native>);

  return {
    sessions,
    async answer(request, auth, service) {
      if (!new URL(request.url).pathname.startsWith(`${basePath}/`)) return null;
      const native: Native = { auth };
      const response = await sessions.handler(request, native);
      if (native.host !== undefined && (await tellsEnd(response))) {
        await noteEnd(service, auth, native.host, request);
        await closeHost(service, auth, native.host);
      }
      return response;
    },
  };
}

/** Better-auth's base path: the path of its base URL where that is known already. */
const pathOf = ({ baseURL, options }: AuthContext): string =>
  (baseURL ? new URL(baseURL).pathname : (options.basePath ?? "/api/auth")).replace(/\/+$/, "");

async function signOutHost(request: Request, auth: AuthContext): Promise<Response> {
  const call = signOut as unknown as (input: unknown) => Promise<Response>;
  return call({ headers: request.headers, context: { ...auth, session: null }, body: {}, asResponse: true });
}

async function noteEnd(
  { options, seen }: Service,
  auth: AuthContext,
  host: Host,
  request: Request,
): Promise<void> {
  const placed = await placeOf(auth, options, host, request);
  if (placed !== null) seen.noteEnd(placed.input);
}

async function tellsEnd(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const { code } = (await response.clone().json()) as { code?: unknown };
  return code === "session_expired" || code === "session_revoked";
}
