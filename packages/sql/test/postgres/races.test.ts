import { CurfewError, type Grant } from "@curfew/core";
import { expect, test } from "vitest";
import { countedRows, keptCounts } from "../support/counts.js";
import { onServer, throwAwayDatabase } from "../support/databases.js";
import { FeedReader } from "../support/feed-reader.js";
import { openReplicas, type Replica } from "../support/replicas.js";

const ACTOR = { userId: null, sessionId: null, ip: null };
const KEY = "thumbprint";
const person = (id: string) => ({ id, name: id, email: `${id}@example.test`, role: "member" as const });

/** Of several replicas, the one whose turn it is. */
const turn = (replicas: readonly Replica[], nth: number): Replica["curfew"] =>
  (replicas[nth % replicas.length] as Replica).curfew;

const refusalOf = async (call: Promise<unknown>): Promise<CurfewError | null> =>
  call.then(
    () => null,
    (error: unknown) => {
      if (error instanceof CurfewError) return error;
      throw error;
    },
  );

test("200 times signing everyone out races all else on three replicas: who was signed out stays out, and the sums are right", async () => {
  const url = await throwAwayDatabase();
  const replicas = await openReplicas(3, { url }, { sessionsPerUser: 1000 });
  const accountId = "account";
  const grants: Grant[] = [];
  const refusals: { sessionId: string; refusal: CurfewError }[] = [];
  let bornDead = 0;
  let ended = 0;

  const signIn = async (nth: number): Promise<void> => {
    const { sessions } = turn(replicas, nth);
    const user = person(`user-${nth % 5}`);
    const outcome = await refusalOf(
      sessions.start({ accountId, user, keyThumbprint: KEY }).then((grant) => {
        if (grant.session.endedAt !== null) bornDead += 1;
        grants.push(grant);
      }),
    );
    expect(outcome).toBe(null);
  };
  const refresh = async (nth: number): Promise<void> => {
    const grant = grants[(nth * 7) % grants.length];
    if (grant === undefined) return;
    const proof = { thumbprint: KEY };
    const refusal = await refusalOf(turn(replicas, nth).sessions.refresh(grant.refreshToken, { proof }));
    if (refusal !== null) refusals.push({ sessionId: grant.session.id, refusal });
  };
  const end = async (nth: number): Promise<void> => {
    const grant = grants.at(-(1 + (nth % 4)));
    if (grant === undefined) return;
    const sessionId = grant.session.id;
    const reason = "revoked_by_owner" as const;
    const refusal = await refusalOf(
      turn(replicas, nth).sessions.end({ accountId, sessionId, reason, actor: ACTOR }),
    );
    if (refusal === null) ended += 1;
    else expect(refusal.code).toBe("not_found");
  };
  const revoke = async (nth: number): Promise<void> => {
    const spareSessionId = nth % 2 === 0 ? grants.at(-1)?.session.id : undefined;
    ended += await turn(replicas, nth).revoke.account(accountId, {
      actor: ACTOR,
      ...(spareSessionId === undefined ? {} : { spareSessionId }),
    });
  };
  const apply = async (nth: number): Promise<void> => {
    const patch = { idleMinutes: 30 + (nth % 60) };
    await turn(replicas, nth).policy.update(accountId, patch, { actor: ACTOR, apply: "now" });
  };

  for (let nth = 0; nth < 200; nth++)
    await Promise.all([
      signIn(nth),
      revoke(nth + 1),
      signIn(nth + 2),
      refresh(nth),
      refresh(nth + 1),
      end(nth + 1),
      nth % 4 === 0 ? apply(nth) : refresh(nth + 2),
      turn(replicas, nth + 2).sweep(),
    ]);

  const counts = await countedRows(replicas[0]?.database as Replica["database"], accountId, null);
  expect(await keptCounts(replicas[0]?.database as Replica["database"], accountId)).toEqual({
    ...counts,
    byUsers: counts.sessions,
  });
  expect(grants.length).toBe(400);
  expect(ended + counts.sessions).toBe(grants.length - bornDead);

  // A refusal tells of the end that the session came to.
  expect(refusals.length).toBeGreaterThan(0);
  for (const { sessionId, refusal } of refusals)
    expect(await refusalOf(turn(replicas, 0).sessions.get(accountId, sessionId))).toMatchObject({
      code: refusal.code,
      details: refusal.details,
    });

  // Of a session that is over no replica accepts a token, as soon as it has heard.
  for (const [nth, { session, accessToken }] of grants.entries()) {
    const { sessions } = turn(replicas, nth);
    if ((await refusalOf(sessions.get(accountId, session.id))) === null) continue;
    let verdict = await refusalOf(sessions.verify(accessToken));
    while (verdict === null) {
      await turn(replicas, nth).users.get(accountId, "user-0");
      verdict = await refusalOf(sessions.verify(accessToken));
    }
    expect(verdict.code).toBe("session_revoked");
  }

  const reader = new FeedReader((replicas[2] as Replica).store);
  await reader.read();
  const written = await onServer("SELECT CAST(sequence AS INT) FROM curfew_feed ORDER BY sequence", url);
  expect([...reader.heard.keys()].map((sequence) => ({ sequence }))).toEqual(written);
});

test("sign-ins that replace each other's sessions in two accounts all succeed, and leave one session each", async () => {
  const url = await throwAwayDatabase();
  const replicas = await openReplicas(3, { url });
  const signIn = (nth: number, accountId: string, old: Grant | null) =>
    turn(replicas, nth).sessions.start({
      accountId,
      user: person("ada"),
      ...(old && { replaces: { refreshToken: old.refreshToken } }),
    });
  let grants = [await signIn(0, "north", null), await signIn(1, "south", null)];
  for (let nth = 0; nth < 25; nth++)
    grants = await Promise.all([
      signIn(nth, "north", grants[1] as Grant),
      signIn(nth + 1, "south", grants[0] as Grant),
    ]);
  for (const [nth, accountId] of ["north", "south"].entries()) {
    const { items } = await turn(replicas, 2).sessions.list({ accountId, limit: 50, after: null });
    expect(items.map(({ session }) => session.id)).toEqual([grants[nth]?.session.id]);
  }
});

test("of twenty sign-ins at once of a user who may have five, five live and fifteen were pushed out", async () => {
  const url = await throwAwayDatabase();
  const replicas = await openReplicas(3, { url }, { sessionsPerUser: 5 });
  const accountId = "account";
  await turn(replicas, 0).sessions.start({ accountId, user: person("ada") });
  await Promise.all(
    Array.from({ length: 19 }, (_, nth) =>
      turn(replicas, nth).sessions.start({ accountId, user: person("ada") }),
    ),
  );
  expect((await turn(replicas, 1).users.active(accountId)).sessionCount).toBe(5);
  expect(
    await onServer(
      `SELECT end_reason, count(*)::int AS count FROM curfew_sessions
       WHERE ended_at IS NOT NULL GROUP BY end_reason`,
      url,
    ),
  ).toEqual([{ end_reason: "session_limit", count: 15 }]);
});

test("three replicas that sweep at once write each end once", async () => {
  const url = await throwAwayDatabase();
  const replicas = await openReplicas(3, { url });
  for (let nth = 0; nth < 60; nth++)
    await turn(replicas, nth).sessions.start({ accountId: `account-${nth % 6}`, user: person("ada") });
  await onServer("UPDATE curfew_sessions SET idle_expires_at = started_at - 1", url);
  const retention = { endedRetentionMs: 1e9, feedRetentionMs: 1e9, auditRetentionMs: 1e9 };
  const outcomes = [];
  const isOpen = async () =>
    (await onServer("SELECT 1 FROM curfew_sessions WHERE ended_at IS NULL LIMIT 1", url)).length > 0;
  while (await isOpen())
    outcomes.push(
      ...(await Promise.all(replicas.map(({ store }) => store.sweep({ batch: 7, ...retention })))),
    );
  expect(outcomes.reduce((sum, { expired }) => sum + expired, 0)).toBe(60);
  expect(
    await onServer(
      `SELECT count(*)::int AS events, count(DISTINCT session_id)::int AS sessions FROM curfew_events
       WHERE type = 'session.expired'`,
      url,
    ),
  ).toEqual([{ events: 60, sessions: 60 }]);
});
