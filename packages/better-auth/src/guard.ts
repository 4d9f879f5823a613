import type { AuthContext, BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { endSignedOut } from "./endings.js";
import type { Host } from "./host.js";
import { canBeGoverned, closeHost, judge, type Service } from "./judge.js";
import { hostsOf, isMove } from "./named-organizations.js";
import { type Credential, readCredential, removeSession } from "./read-session.js";
import { type Ended, endIn, refusalOf, toApiError } from "./refusal.js";
import { filterList, findHost, usedTokens } from "./used-sessions.js";

type Hooks = NonNullable<BetterAuthPlugin["hooks"]>;
interface Call {
  readonly path?: string;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly request?: Request | undefined;
  readonly headers?: Headers | undefined;
  readonly context: AuthContext & { returned?: unknown };
}

/** What was found before the endpoint. */
interface Found {
  /** The token in the call's credential, and its session. */
  readonly token: string | null;
  readonly host: Host | null;
  readonly ended: Ended | null;
}

const NOTHING: Found = { token: null, host: null, ended: null };

/**
 * The hooks that every endpoint runs through, by HTTP and by `auth.api`. For an endpoint, a session that is over is none: its cookie is
 * taken away, so that what needs a session refuses by itself, and what needs none goes on. The refusal is then given the reason.
 */
export function createGuard(service: () => Service): Hooks {
  /** By the call's own copy of the headers, which is the same for all hooks. */
  const calls = new WeakMap<Headers, Found>();

  const before = createAuthMiddleware(async (ctx) => {
    const call = ctx as unknown as Call;
    const { headers, context } = call;
    if (headers === undefined || !hasCredential(headers)) return;
    try {
      if (call.path === "/sign-out") return await signOut(service(), call, headers);
      const credential = await readCredential(context, headers);
      const verdict = await verdictOn(service(), call, headers, credential);
      const ended = verdict === "passes" || verdict === "deleted" ? null : verdict;
      const { token, host } = credential;
      calls.set(headers, { token, host, ended });
      if (verdict === "passes") return;
      removeSession(headers, context);
      // What a hook of the host's has found there already.
      (context as { session: unknown }).session = null;
      return { context: { headers } };
    } catch (error) {
      throw await toApiError(service().sessions, error);
    }
  });

  const after = createAuthMiddleware(async (ctx) => {
    const call = ctx as unknown as Call;
    const { headers, path = "", context } = call;
    if (headers === undefined) return;
    const { token, host, ended } = calls.get(headers) ?? NOTHING;
    if (ended !== null && lacksSession(path, context.returned))
      throw await refusalOf(service().sessions, ended);
    if (hasFailed(context.returned)) return;
    try {
      for (const used of usedTokens(context)) {
        const verdict = used === token ? ended : await verdictOnUsed(service(), call, headers, used);
        if (verdict === null) continue;
        if (path === "/get-session") return null;
        throw await refusalOf(service().sessions, verdict);
      }
      const request = requestOf(service(), call, headers);
      const isOpen = async (listed: Host) => (await judge(service(), context, listed, request)) === null;
      return await filterList(path, context.returned, host, isOpen);
    } catch (error) {
      throw await toApiError(service().sessions, error);
    }
  });

  const always = (): boolean => true;
  return {
    before: [{ matcher: always, handler: before }],
    after: [{ matcher: always, handler: after }],
  };
}

const hasCredential = (headers: Headers): boolean => headers.has("cookie") || headers.has("authorization");

/** Better-auth goes on where a session can't be deleted, so it ends here. */
async function signOut(service: Service, { context }: Call, headers: Headers): Promise<void> {
  const { host } = await readCredential(context, headers);
  if (host !== null) await endSignedOut(service, context, host.session);
}

/** `deleted`: better-auth has deleted the session, and no account tells why. */
type Verdict = "passes" | "deleted" | Ended;

/** Judges the session of a call in each of the accounts that the call is about. */
async function verdictOn(
  service: Service,
  call: Call,
  headers: Headers,
  { token, host, cached }: Credential,
): Promise<Verdict> {
  const { context: auth } = call;
  const request = requestOf(service, call, headers);
  if (host === null) {
    if (token === null) return "passes";
    const ended =
      (await endOfDeleted(service, token)) ?? (cached && (await judge(service, auth, cached, request)));
    return ended ?? (cached === null ? "passes" : "deleted");
  }
  const present: readonly [Host, ...Host[]] = cached === null ? [host] : [host, cached];
  const hosts = await hostsOf(auth, call, present);
  for (const placed of hosts) {
    const ended = await judgeAndClose(service, call, headers, placed);
    if (ended !== null) return ended;
  }
  // Better-auth would go on with the session in no organization, where nothing governs it.
  if (!isMove(call) || (await canBeGoverned(service, auth, hosts, request))) return "passes";
  for (const left of present) {
    const ended = await judge(service, auth, left, request);
    if (ended !== null && (await closeHost(service, auth, left))) return ended;
  }
  return "passes";
}

async function judgeAndClose(
  service: Service,
  call: Call,
  headers: Headers,
  host: Host,
): Promise<Ended | null> {
  const ended = await judge(service, call.context, host, requestOf(service, call, headers));
  if (ended !== null) await closeHost(service, call.context, host);
  return ended;
}

async function verdictOnUsed(
  service: Service,
  call: Call,
  headers: Headers,
  token: string,
): Promise<Ended | null> {
  const host = await findHost(call.context, token);
  return host && judgeAndClose(service, call, headers, host);
}

const requestOf = ({ options }: Service, { request }: Call, headers: Headers): Request =>
  request ?? new Request(options.publicUrl, { headers });

/** A session that was deleted because it is over is told why, as long as this process remembers it. */
async function endOfDeleted({ seen, curfew }: Service, token: string): Promise<Ended | null> {
  const input = seen.endOf(token);
  return input === null ? null : curfew.governed.check(input).then(() => null, endIn);
}

/** Whether an endpoint answers an error, or redirects. */
const hasFailed = (returned: unknown): boolean => returned instanceof Error && "statusCode" in returned;

/** Whether an endpoint refused because there was no session. */
function lacksSession(path: string, returned: unknown): boolean {
  if (!hasFailed(returned) || path.startsWith("/sign-")) return false;
  const { statusCode, body } = returned as { statusCode?: unknown; body?: { code?: unknown } };
  return statusCode === 401 && !String(body?.code).startsWith("INVALID");
}
