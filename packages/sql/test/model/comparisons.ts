import type { Ending } from "@curfew/core";
import { ACCOUNTS, type ClientState, idOf, nameOf, pick, UNNAMED } from "./client-state.js";
import type { Reference } from "./reference.js";
import { check } from "./reference-governed.js";
import type { RefEnding } from "./reference-types.js";
import type { Step } from "./steps.js";
import type { TestEngine } from "./test-engine.js";
import {
  identityView,
  outcomeOf,
  refIdentityView,
  refSessionView,
  refUserView,
  sessionView,
  userView,
} from "./views.js";

/** What the reference says and what the engine says. */
export type Comparison = [expected: unknown, actual: unknown];

/**
 * Returns the lists, counts and policies, and the state of sessions.
 *
 * @param sessions those that any reference has
 */
export async function compareState(
  { curfew }: TestEngine,
  clients: ClientState,
  sessions: readonly { readonly name: string; readonly account: string }[],
  reference: Reference,
): Promise<Comparison> {
  const expected = [];
  const actual = [];
  for (const account of ACCOUNTS) {
    expected.push(refAccountView(account, clients, reference));
    const accountId = idOf(account);
    const { items } = await curfew.sessions.list({ accountId, limit: 200, after: null });
    const active = await curfew.users.active(accountId);
    const policy = await curfew.policy.get(accountId);
    actual.push({
      sessions: items.map((item) => sessionView(clients, item.session)),
      active: active.users.map(({ user, lastActiveAt, sessionCount }) => ({
        ...userView(user),
        lastActiveAt,
        sessionCount,
      })),
      userCount: active.userCount,
      sessionCount: active.sessionCount,
      users: (await curfew.users.list({ accountId, limit: 1000, after: null })).items.map(userView),
      policy: {
        idle: policy.override.idleMinutes,
        absolute: policy.override.absoluteMinutes,
        effective: { idle: policy.effective.idleMinutes, absolute: policy.effective.absoluteMinutes },
        version: policy.version,
      },
    });
  }
  for (const { name, account } of sessions) {
    const found = check(reference, account, name);
    expected.push(found.kind === "refused" ? found : refSessionView(reference, found.session));
    actual.push(
      await outcomeOf(curfew.sessions.get(idOf(account), clients.idOf(name)), ({ session }) =>
        sessionView(clients, session),
      ),
    );
  }
  return [expected, actual];
}

function refAccountView(account: string, clients: ClientState, reference: Reference) {
  const live = reference.live(account);
  const newestFirst = live.toSorted(
    (a, b) => b.lastActiveAt - a.lastActiveAt || (clients.idOf(a.name) < clients.idOf(b.name) ? 1 : -1),
  );
  const users = reference.users
    .filter((user) => user.account === account)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const active = users
    .map((user) => {
      const sessions = live.filter((session) => session.user === user.name);
      const lastActiveAt = Math.max(...sessions.map((session) => session.lastActiveAt));
      return { ...refUserView(user), lastActiveAt, sessionCount: sessions.length };
    })
    .filter((user) => user.sessionCount > 0)
    .sort((a, b) => b.lastLoginAt - a.lastLoginAt || (a.name < b.name ? -1 : 1));
  const { policy, version } = reference.account(account);
  return {
    sessions: newestFirst.map((session) => refSessionView(reference, session)),
    active,
    userCount: active.length,
    sessionCount: live.length,
    users: users.map(refUserView),
    policy: { ...policy, effective: reference.effective(policy), version },
  };
}

/**
 * Returns the audit trails in a common order. Every end must have been recorded before, unless only events are compared that are
 * recorded with their act.
 */
export async function compareTrail(
  { curfew }: TestEngine,
  clients: ClientState,
  reference: Reference,
  isCompared: (event: { readonly type: string }) => boolean = () => true,
): Promise<Comparison> {
  const actual: string[] = [];
  for (const account of ACCOUNTS) {
    const { items } = await curfew.events.list({ accountId: idOf(account), limit: 1000, after: null });
    for (const { at, type, sessionId, details } of items.filter(isCompared)) {
      const name = sessionId === null ? "-" : clients.nameOf(sessionId);
      actual.push(`${at} ${account} ${type} ${name} ${JSON.stringify(saysOf(type, details))}`);
    }
  }
  const expected = reference.trail.filter(isCompared).map(({ at, account, type, session, says }) => {
    const name = session === null || clients.has(session) ? session : UNNAMED;
    return `${at} ${account} ${type} ${name ?? "-"} ${JSON.stringify(inOrder(says))}`;
  });
  return [expected.sort(), actual.sort()];
}

/** What no deletion of a user takes out of an event. */
const KEPT_DETAILS: ReadonlySet<string> = new Set([
  "reason",
  "count",
  "scope",
  "apply",
  "opened",
  "ended",
  "known",
]);

function saysOf(type: string, details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(details).filter(([field]) => KEPT_DETAILS.has(field));
  const { before, after } = details;
  const change =
    type === "policy.changed"
      ? { before: policyView(before), after: policyView(after) }
      : type === "member.role_changed"
        ? { before, after }
        : {};
  return inOrder({ ...Object.fromEntries(kept), ...change });
}

const policyView = (policy: unknown) => {
  const said = Object(policy) as Record<string, unknown>;
  const effective = { idle: said["effective_idle_minutes"], absolute: said["effective_absolute_minutes"] };
  return { idle: said["idle_minutes"], absolute: said["absolute_minutes"], effective };
};

const inOrder = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).sort(([left], [right]) => (left < right ? -1 : 1)));

/** Returns the results of verifying an access token. */
export async function compareVerification(
  { expected: token, issued }: ClientState["access"][number],
  { curfew }: TestEngine,
  clients: ClientState,
  reference: Reference,
): Promise<Comparison> {
  const actual = outcomeOf(curfew.sessions.verify(issued), (identity) => identityView(clients, identity));
  return [refIdentityView(reference.verify(token), token), await actual];
}

/** Returns the previews of a policy; the reference applies it to a copy of itself. */
export async function comparePreview(
  { curfew }: TestEngine,
  reference: Reference,
  { account: accountIndex, idle, absolute }: Extract<Step, { do: "update policy" }>,
): Promise<Comparison> {
  const account = pick(ACCOUNTS, accountIndex) ?? "North";
  const copy = reference.copy();
  const before = copy.live(account);
  const patch = { ...(idle === undefined ? {} : { idle }), ...(absolute === undefined ? {} : { absolute }) };
  const outcome = copy.updatePolicy(account, patch, "now", null);
  const usersOf = (sessions: { user: string }[]): Set<string> =>
    new Set(sessions.map((session) => session.user));
  const remaining = usersOf(copy.live(account));
  const endedUsers = [...usersOf(before)].filter((user) => !remaining.has(user)).sort();
  const expected =
    "kind" in outcome
      ? outcome
      : {
          sessions: before.length,
          shortened: outcome.shortened,
          ended: outcome.ended,
          usersEnded: endedUsers.length,
          firstUsers: endedUsers,
        };
  const actual = await outcomeOf(
    curfew.policy.preview(idOf(account), {
      ...(idle === undefined ? {} : { idleMinutes: idle }),
      ...(absolute === undefined ? {} : { absoluteMinutes: absolute }),
    }),
    ({ effect }) => ({
      sessions: effect.sessions,
      shortened: effect.sessionsShortened,
      ended: effect.sessionsEnded,
      usersEnded: effect.usersEnded,
      firstUsers: effect.usersEndedFirst.map((user) => nameOf(user.userId)),
    }),
  );
  return [expected, actual];
}

/** Returns the endings that the listeners of a process should have heard and have heard, in a common order. */
export function compareEndings(
  heard: readonly Ending[],
  clients: ClientState,
  reference: Reference,
): Comparison {
  const expected = reference.endings.map((ending) => JSON.stringify(ending));
  const actual = heard.map(({ accountId, scope, userId, sessionId, spares, reason, at }) =>
    JSON.stringify({
      account: nameOf(accountId),
      scope,
      user: userId === null ? null : nameOf(userId),
      session: sessionId === null ? null : clients.nameOf(sessionId),
      spares: spares === null ? null : clients.nameOf(spares),
      reason,
      at,
    } satisfies RefEnding),
  );
  return [expected.sort(), actual.sort()];
}
