import type { AuthContext, BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { namedOrganizations } from "./accounts.js";
import { endSession } from "./endings.js";
import type { EndingPaths } from "./followers.js";
import type { Host } from "./host.js";
import { closeHost, judge, type Service } from "./judge.js";
import { type Credential, readCredential, removeSession } from "./read-session.js";
import { type Ended, endIn, refusalOf, toApiError } from "./refusal.js";

type Hooks = NonNullable<BetterAuthPlugin["hooks"]>;
interface Call {
  readonly path?: string;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly request?: Request | undefined;
  readonly headers?: Headers | undefined;
  readonly context: AuthContext & { returned?: unknown };
}

/**
 * The hooks that every endpoint runs through, by HTTP and by `auth.api`. For an endpoint, a session that is over is none: its cookie is
 * taken away, so that what needs a session refuses by itself, and what needs none goes on. The refusal is then given the reason.
 */
export function createGuard(service: () => Service, paths: Pick<EndingPaths, "note" | "forget">): Hooks {
  const endedCalls = new WeakMap<Headers, Ended>();
  const callers = new WeakMap<Headers, string>();

  const before = createAuthMiddleware(async (ctx) => {
    const call = ctx as unknown as Call;
    const { headers, context } = call;
    if (headers === undefined || !hasCredential(headers)) return;
    try {
      if (call.path === "/sign-out") return await signOut(service(), call, headers);
      const credential = await readCredential(context, headers);
      const verdict = await verdictOn(service(), call, headers, credential);
      if (verdict === "passes") {
        if (credential.host === null) return;
        const { userId } = credential.host.session;
        callers.set(headers, userId);
        paths.note(userId, call.path ?? "");
        return;
      }
      removeSession(headers, context);
      if (verdict !== "deleted") endedCalls.set(headers, verdict);
      return { context: { headers } };
    } catch (error) {
      throw await toApiError(service().sessions, error);
    }
  });

  const after = createAuthMiddleware(async (ctx) => {
    const { headers, path = "", context } = ctx as unknown as Call;
    if (headers === undefined) return;
    const caller = callers.get(headers);
    if (caller !== undefined) paths.forget(caller);
    const ended = endedCalls.get(headers);
    if (ended !== undefined && lacksSession(path, context.returned))
      throw await refusalOf(service().sessions, ended);
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
  if (host !== null) await endSession(service, context, host.session, { reason: "signed_out" });
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
  const request = call.request ?? new Request(service.options.publicUrl, { headers });
  if (host === null) {
    if (token === null) return "passes";
    const ended =
      (await endOfDeleted(service, token)) ?? (cached && (await judge(service, auth, cached, request)));
    return ended ?? (cached === null ? "passes" : "deleted");
  }
  for (const placed of await hostsOf(call, host, cached)) {
    const ended = await judge(service, auth, placed, request);
    if (ended === null) continue;
    await closeHost(service, auth, host);
    return ended;
  }
  return "passes";
}

/** A session that was deleted because it is over is told why, as long as this process remembers it. */
async function endOfDeleted({ seen, curfew }: Service, token: string): Promise<Ended | null> {
  const input = seen.endOf(token);
  return input === null ? null : curfew.governed.check(input).then(() => null, endIn);
}

/** The session as it is, and in each organization that the call names. Leaving an organization is only about the next one. */
async function hostsOf(
  { context, path, query, body }: Call,
  host: Host,
  cached: Host | null,
): Promise<readonly Host[]> {
  const present = cached === null ? [host] : [host, cached];
  const named = await namedOrganizations(context, host, { query, body });
  if (path !== "/organization/set-active") return [...present, ...named];
  if ((body as { organizationId?: unknown } | undefined)?.organizationId === null) return [];
  return named.length > 0 ? named : present;
}

/** Whether an endpoint refused because there was no session. */
function lacksSession(path: string, returned: unknown): boolean {
  if (typeof returned !== "object" || returned === null || path.startsWith("/sign-")) return false;
  const { statusCode, body } = returned as { statusCode?: unknown; body?: { code?: unknown } };
  return statusCode === 401 && !String(body?.code).startsWith("INVALID");
}
