import type { AuthContext, BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware, getSession } from "better-auth/api";
import { type Host, hostOf } from "./host.js";
import type { HostSession } from "./options.js";

/** What the credential of a request tells. */
export interface Credential {
  /** The token in the signed cookie; null if there is none. */
  readonly token: string | null;
  /** The session; null if better-auth knows none, or none any more. */
  readonly host: Host | null;
  /**
   * The session as the cookie cache has it, where it has another active organization or better-auth has deleted the session:
   * endpoints may act by either.
   */
  readonly cached: Host | null;
}

type Call = (input: unknown) => Promise<unknown>;
interface Found {
  readonly session: HostSession["session"];
  readonly user: HostSession["user"];
}

const readToken = createAuthMiddleware(
  async ({ context, getSignedCookie }) =>
    (await getSignedCookie(context.authCookies.sessionToken.name, context.secret)) || null,
) as unknown as Call;
const readSession = getSession() as unknown as Call;

/**
 * Reads the session of a request as better-auth's own endpoints would, from its store and from the cookie cache, without moving its
 * expiry. Throws what better-auth throws where its database is down.
 */
export async function readCredential(auth: AuthContext, given: Headers): Promise<Credential> {
  const headers = await withBearer(auth, given);
  const input = (query: object): Record<string, unknown> => ({
    headers,
    method: "GET",
    query: { disableRefresh: true, ...query },
    // A copy: the reader leaves what it found in its context.
    context: { ...auth, session: null },
  });
  const token = (await readToken(input({}))) as string | null;
  if (token === null) return { token, host: null, cached: null };
  const read = async (query: object): Promise<Found | null> =>
    (await readSession(input(query))) as Found | null;

  const hasCache = auth.options.session?.cookieCache?.enabled === true;
  const hasStore = auth.options.database !== undefined || auth.options.secondaryStorage !== undefined;
  const stored = hasStore ? await read({ disableCookieCache: true }) : null;
  const cached = hasCache ? await read({}) : null;
  const cachedHost = cached && hostOf(cached.session, cached.user, hasStore && stored === null);
  if (stored === null)
    return hasStore ? { token, host: null, cached: cachedHost } : { token, host: cachedHost, cached: null };
  const host = hostOf(stored.session, stored.user, false);
  return { token, host, cached: cachedHost && isElsewhere(cachedHost, host) ? cachedHost : null };
}

const isElsewhere = (a: Host, b: Host): boolean =>
  (a.session.activeOrganizationId ?? null) !== (b.session.activeOrganizationId ?? null);

/** The `bearer` plugin makes a cookie of the `Authorization` header. What it makes is hidden from other plugins' hooks. */
async function withBearer(auth: AuthContext, headers: Headers): Promise<Headers> {
  if (!headers.has("authorization")) return headers;
  for (const { handler } of bearerOf(auth)?.hooks?.before ?? []) {
    const answer = (await (handler as unknown as Call)({ headers, context: auth })) as
      | { context?: { headers?: Headers } }
      | undefined;
    if (answer?.context?.headers !== undefined) return answer.context.headers;
  }
  return headers;
}

const bearerOf = ({ options }: AuthContext): BetterAuthPlugin | undefined =>
  options.plugins?.find(({ id }) => id === "bearer");

/**
 * @throws TypeError if `bearer` comes after this plugin: it would bring back the sessions that this one takes away
 */
export function requireOrder({ options }: AuthContext, ownId: string): void {
  const ids = (options.plugins ?? []).map(({ id }) => id as string);
  if (ids.indexOf("bearer") > ids.indexOf(ownId))
    throw new TypeError("curfew() must come after bearer() in plugins");
}

/** Takes the session's cookies out of a request's headers. */
export function removeSession(headers: Headers, { authCookies }: Pick<AuthContext, "authCookies">): void {
  const { sessionToken, sessionData } = authCookies;
  const isOfSession = (name: string): boolean =>
    name === sessionToken.name || name === sessionData.name || name.startsWith(`${sessionData.name}.`);
  const others = (headers.get("cookie") ?? "")
    .split(";")
    .map((cookie) => cookie.trim())
    .filter((cookie) => !isOfSession(cookie.slice(0, Math.max(cookie.indexOf("="), 0))));
  // Stays, though empty: it replaces the cookie that the `bearer` plugin has made.
  headers.set("cookie", others.join("; "));
}
