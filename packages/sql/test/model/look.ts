import { ACCOUNTS, idOf, nameOf, type Pockets, pick } from "./cast.js";
import type { Machine } from "./machine.js";
import type { Reference } from "./reference.js";
import type { Step } from "./steps.js";
import {
  identityView,
  outcomeOf,
  refIdentityView,
  refSessionView,
  refUserView,
  sessionView,
  userView,
} from "./views.js";

type Pair = [expected: unknown, actual: unknown];

/** The reference's and the engine's lists, counts, policies, and verdicts about every session there ever was. */
export async function expectSameLists(
  { curfew }: Machine,
  pockets: Pockets,
  reference: Reference,
): Promise<Pair> {
  const expected = [];
  const actual = [];
  for (const account of ACCOUNTS) {
    expected.push(refAccountView(account, pockets, reference));
    const accountId = idOf(account);
    const { items } = await curfew.sessions.list({ accountId, limit: 200, after: null });
    const active = await curfew.users.active(accountId);
    const policy = await curfew.policy.get(accountId);
    actual.push({
      sessions: items.map((item) => sessionView(pockets, item.session)),
      active: active.users.map(({ user, lastActiveAt, sessionCount }) => ({
        ...userView(user),
        lastActiveAt,
        sessionCount,
      })),
      userCount: active.userCount,
      sessionCount: active.sessionCount,
      users: (await curfew.users.list(accountId)).map(userView),
      policy: {
        idle: policy.override.idleMinutes,
        absolute: policy.override.absoluteMinutes,
        effective: { idle: policy.effective.idleMinutes, absolute: policy.effective.absoluteMinutes },
        version: policy.version,
      },
    });
  }
  for (const name of pockets.sessions) {
    const verdict = reference.get(name);
    expected.push("kind" in verdict ? verdict : refSessionView(reference, verdict));
    const accountId = idOf(reference.session(name).account);
    actual.push(
      await outcomeOf(curfew.sessions.get(accountId, pockets.idOf(name)), ({ session }) =>
        sessionView(pockets, session),
      ),
    );
  }
  return [expected, actual];
}

function refAccountView(account: string, pockets: Pockets, reference: Reference) {
  const live = reference.live(account);
  const newestFirst = live.toSorted(
    (one, other) =>
      other.lastActiveAt - one.lastActiveAt || (pockets.idOf(one.name) < pockets.idOf(other.name) ? 1 : -1),
  );
  const users = reference.users
    .filter((user) => user.account === account)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const active = users
    .map((user) => {
      const theirs = live.filter((session) => session.user === user.name);
      const lastActiveAt = Math.max(...theirs.map((session) => session.lastActiveAt));
      return { ...refUserView(user), lastActiveAt, sessionCount: theirs.length };
    })
    .filter((user) => user.sessionCount > 0)
    .sort((one, other) => other.lastLoginAt - one.lastLoginAt || (one.name < other.name ? -1 : 1));
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

/** The audit trails, in one order. Everything that is over must have been noticed. */
export async function expectSameTrail(
  { curfew }: Machine,
  pockets: Pockets,
  reference: Reference,
): Promise<Pair> {
  const actual: string[] = [];
  for (const account of ACCOUNTS) {
    const { items } = await curfew.events.list({ accountId: idOf(account), limit: 1000, after: null });
    for (const { at, type, sessionId } of items)
      actual.push(`${at} ${account} ${type} ${sessionId === null ? "-" : pockets.nameOf(sessionId)}`);
  }
  const expected = reference.trail.map(
    ({ at, account, type, session }) => `${at} ${account} ${type} ${session ?? "-"}`,
  );
  return [expected.sort(), actual.sort()];
}

/** What the two say of an access token. */
export async function verdictsOn(
  { known, given }: Pockets["access"][number],
  { curfew }: Machine,
  pockets: Pockets,
  reference: Reference,
): Promise<Pair> {
  const verdict = outcomeOf(curfew.sessions.verify(given), (identity) => identityView(pockets, identity));
  return [refIdentityView(reference.verify(known), known), await verdict];
}

/** What a policy would do, as the reference finds out by doing it to a copy, and as the engine says. */
export async function previewOf(
  { curfew }: Machine,
  reference: Reference,
  { account: which, idle, absolute }: Extract<Step, { do: "update policy" }>,
): Promise<Pair> {
  const account = pick(ACCOUNTS, which) ?? "North";
  const copy = reference.copy();
  const before = copy.live(account);
  const patch = { ...(idle === undefined ? {} : { idle }), ...(absolute === undefined ? {} : { absolute }) };
  const outcome = copy.updatePolicy(account, patch, "now", null);
  const usersOf = (sessions: { user: string }[]): Set<string> =>
    new Set(sessions.map((session) => session.user));
  const still = usersOf(copy.live(account));
  const gone = [...usersOf(before)].filter((user) => !still.has(user)).sort();
  const expected =
    "kind" in outcome
      ? outcome
      : {
          sessions: before.length,
          shortened: outcome.shortened,
          ended: outcome.ended,
          gone: gone.length,
          first: gone,
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
      gone: effect.usersEnded,
      first: effect.usersEndedFirst.map((user) => nameOf(user.userId)),
    }),
  );
  return [expected, actual];
}
