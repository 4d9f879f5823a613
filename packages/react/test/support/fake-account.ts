import {
  type ActiveUser,
  type AppliedSecurityPolicy,
  type AuditEvent,
  type ChangePolicy,
  CurfewProblem,
  type EventFilter,
  type EventType,
  type Member,
  type OptionsOf,
  type Page,
  type PolicyPreview,
  type PreviewPolicy,
  type ProblemDetails,
  type Revoked,
  type RevokeScope,
  type SecurityPolicy,
  type SessionItem,
  type Versioned,
} from "@curfew/client";
import { type PolicyOverride, presetOf, resolvePolicy } from "@curfew/core/policy";
import { settingsOf } from "../../src/policy/policy-draft.js";
import { FAKE_NOW_MS } from "../../testing/index.js";
import { securityPolicy } from "./security-policy.js";

/** The API calls of the components for owners. */
export interface AccountApi {
  policy(): Promise<Versioned<SecurityPolicy>>;
  previewPolicy(body: PreviewPolicy): Promise<PolicyPreview>;
  changePolicy(body: ChangePolicy, etag?: string): Promise<Versioned<AppliedSecurityPolicy>>;
  accountSessions(
    query?: OptionsOf<"GET /api/accounts/me/security/sessions">["query"],
  ): Promise<Page<SessionItem>>;
  activeUsers(
    query?: OptionsOf<"GET /api/accounts/me/security/active-users">["query"],
  ): Promise<Page<ActiveUser>>;
  endAccountSession(id: string): Promise<undefined>;
  endUserSessions(userId: string): Promise<Revoked>;
  endAccountSessions(scope: RevokeScope): Promise<Revoked>;
  endOwnOtherSessions(): Promise<Revoked>;
  members(query?: OptionsOf<"GET /api/accounts/me/members">["query"]): Promise<Page<Member>>;
  auditEvents(query?: OptionsOf<"GET /api/accounts/me/security/events">["query"]): Promise<Page<AuditEvent>>;
  auditCsv(query?: EventFilter): Promise<Blob>;
}

/** An account on a fake server. */
export interface FakeAccount {
  readonly api: AccountApi;
  /** All API calls in order: the name and the arguments. */
  readonly calls: [name: string, ...values: unknown[]][];
  sessions: SessionItem[];
  events: AuditEvent[];
  preview: PolicyPreview;
  /** The audit trail as a file. */
  csv: string;
  /** Changes the policy as another owner; null clears a limit. */
  saveElsewhere(override: PolicyOverride): void;
  /** Lets the next call of this name fail. */
  failNext(name: keyof AccountApi, code: ProblemDetails["code"]): void;
  /** Lets the next call of this name wait for `release`; `answered` resolves once it has its answer. */
  holdNext(name: keyof AccountApi): { release(): void; readonly answered: Promise<void> };
}

const STATUS: Partial<Record<ProblemDetails["code"], number>> = {
  unavailable: 503,
  precondition_failed: 412,
};

const problem = (code: ProblemDetails["code"]) =>
  new CurfewProblem({ code, status: STATUS[code] ?? 403, detail: code, errors: [] });

const minutesAgo = (minutes: number): string => new Date(FAKE_NOW_MS - minutes * 60_000).toISOString();

const DEVICE: SessionItem["device"] = {
  label: "Firefox on Linux",
  user_agent: "Mozilla/5.0 (X11; Linux)",
  ip: "203.0.113.7",
};

/**
 * Creates a live session.
 *
 * @param minutes minutes since the last activity
 */
export const sessionItem = (
  id: string,
  name: string,
  minutes = 5,
  changes: Partial<SessionItem> = {},
): SessionItem => ({
  id,
  user: { id: name.toLowerCase(), name, email: `${name.toLowerCase()}@example.com` },
  device: DEVICE,
  last_seen: changes.device ?? DEVICE,
  started_at: minutesAgo(minutes + 2880),
  last_active_at: minutesAgo(minutes),
  idle_expires_at: minutesAgo(minutes - 60),
  absolute_expires_at: minutesAgo(minutes - 1440),
  current: false,
  ...changes,
});

/** Creates an event of 5 minutes ago. */
export const auditEvent = (
  id: string,
  type: EventType,
  details: AuditEvent["details"] = {},
  actor: AuditEvent["actor"] = { id: "ada", name: "Ada", email: "ada@example.com" },
): AuditEvent => ({ id, at: minutesAgo(5), type, actor, session_id: null, ip: null, details });

/** Creates an account whose owner Ada is signed in on this device. */
export function fakeAccount(): FakeAccount {
  let override: PolicyOverride = { idleMinutes: null, absoluteMinutes: null };
  let version = 1;
  const failures = new Map<string, ProblemDetails["code"]>();
  const holds = new Map<string, Hold>();

  /** Sessions are listed newest first: each user is represented by their first one. */
  const activeUsers = (): ActiveUser[] =>
    [...new Map(account.sessions.map((item) => [item.user.id, item] as const).reverse()).values()]
      .reverse()
      .map(({ user, started_at, last_active_at }) => ({
        user_id: user.id,
        name: user.name,
        email: user.email,
        last_login_at: started_at,
        last_active_at,
        session_count: account.sessions.filter((item) => item.user.id === user.id).length,
      }));
  const policy = (): Versioned<SecurityPolicy> => {
    const effective = resolvePolicy(override, settingsOf(securityPolicy()));
    return securityPolicy({
      etag: `"${version}"`,
      version,
      idle_minutes: override.idleMinutes,
      absolute_minutes: override.absoluteMinutes,
      effective_idle_minutes: effective.idleMinutes,
      effective_absolute_minutes: effective.absoluteMinutes,
      preset: presetOf(override),
      active_users: activeUsers().slice(0, 100),
      active_user_count: activeUsers().length,
      active_session_count: account.sessions.length,
    });
  };
  const save = (next: PolicyOverride) => {
    override = next;
    version += 1;
  };
  const endWhere = (matches: (item: SessionItem) => boolean) => {
    const countBefore = account.sessions.length;
    account.sessions = account.sessions.filter((item) => !matches(item));
    return { revoked_count: countBefore - account.sessions.length };
  };

  const api: AccountApi = {
    policy: async () => policy(),
    previewPolicy: async () => account.preview,
    async changePolicy(body, etag) {
      if (etag !== undefined && etag !== `"${version}"`) throw problem("precondition_failed");
      save({ idleMinutes: body.idle_minutes ?? null, absoluteMinutes: body.absolute_minutes ?? null });
      return { ...policy(), applied: { sessions_shortened: 0, sessions_ended: 0 } };
    },
    accountSessions: async (query) =>
      pageOf(
        account.sessions.filter((item) => query?.user_id === undefined || item.user.id === query.user_id),
        query,
      ),
    activeUsers: async (query) => searchedPageOf(activeUsers(), query),
    async endAccountSession(id) {
      if (endWhere((item) => item.id === id).revoked_count === 0) throw problem("not_found");
    },
    endUserSessions: async (userId) => endWhere((item) => item.user.id === userId),
    endAccountSessions: async (scope) => endWhere((item) => scope === "all" || !item.current),
    endOwnOtherSessions: async () => endWhere((item) => item.user.id === "ada" && !item.current),
    members: async (query) =>
      searchedPageOf(
        account.sessions.map(({ user }) => ({
          ...user,
          role: "member",
          status: "active",
          last_login_at: null,
        })),
        query,
      ),
    auditEvents: async (query) =>
      pageOf(
        account.events.filter(
          ({ type, actor }) =>
            [undefined, type].includes(query?.type) && [undefined, actor?.id].includes(query?.user_id),
        ),
        query,
      ),
    auditCsv: async () => new Blob([account.csv], { type: "text/csv" }),
  };

  const account: FakeAccount = {
    calls: [],
    api: intercepted(api, async (name, values, call) => {
      account.calls.push([name, ...values]);
      const hold = holds.get(name);
      holds.delete(name);
      await hold?.released;
      const code = failures.get(name);
      failures.delete(name);
      if (code !== undefined) throw problem(code);
      return call().finally(hold?.settle);
    }),
    sessions: [sessionItem("s1", "Ada", 1, { current: true })],
    events: [],
    preview: {
      effective_idle_minutes: 60,
      effective_absolute_minutes: 1440,
      preset: "standard",
      sessions: 1,
      sessions_shortened: 0,
      sessions_ended: 0,
      users_ended: 0,
      users_ended_first: [],
      caller_session_ends: false,
      standards: [],
    },
    csv: 'id,at\r\n,,export.completed,,,,,,"{""rows"":0}"\r\n',
    saveElsewhere: save,
    failNext: (name, code) => failures.set(name, code),
    holdNext(name) {
      let release = () => {};
      let settle = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const answered = new Promise<void>((resolve) => {
        settle = resolve;
      });
      holds.set(name, { released, settle });
      return { release, answered };
    },
  };
  return account;
}

/** Paginates by position: a cursor is the index of the next item. */
function pageOf<Item>(items: readonly Item[], query?: { limit?: number; cursor?: string }): Page<Item> {
  const start = Number(query?.cursor ?? 0);
  const end = start + (query?.limit ?? 50);
  return { items: items.slice(start, end), next_cursor: end < items.length ? String(end) : null };
}

/** A call that waits. */
interface Hold {
  readonly released: Promise<void>;
  /** Called with the answer. */
  settle(): void;
}

/** Wraps each call in `around`, which makes it. */
function intercepted(
  api: AccountApi,
  around: (name: string, values: unknown[], call: () => Promise<unknown>) => Promise<unknown>,
): AccountApi {
  const calls = Object.fromEntries(
    Object.entries(api).map(([name, call]) => [
      name,
      (...values: unknown[]) =>
        around(name, values, () => (call as (...all: unknown[]) => Promise<unknown>)(...values)),
    ]),
  );
  return calls as unknown as AccountApi;
}

/** How many people a page of a search looks at. */
const SEARCHED_MAX = 150;

/** A page of people, or of those that a search finds among a few: it may be empty before the last. */
function searchedPageOf<Item extends { readonly name: string; readonly email: string }>(
  items: readonly Item[],
  query: { limit?: number; cursor?: string; q?: string } = {},
): Page<Item> {
  const { q, limit = 50 } = query;
  if (q === undefined) return pageOf(items, query);
  const start = Number(query.cursor ?? 0);
  const found = items
    .map((item, index) => ({ item, end: index + 1 }))
    .slice(start, start + SEARCHED_MAX)
    .filter(({ item }) => `${item.name} ${item.email}`.toLowerCase().includes(q.toLowerCase()))
    .slice(0, limit);
  const end = found.length === limit ? (found.at(-1)?.end ?? 0) : start + SEARCHED_MAX;
  return { items: found.map(({ item }) => item), next_cursor: end < items.length ? String(end) : null };
}
