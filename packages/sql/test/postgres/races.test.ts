import { CurfewError, type Grant } from "@curfew/core";
import { expect, test } from "vitest";
import { rounds } from "../../../../scripts/checks/rounds.js";
import { countRows, storedCounts } from "../support/counts.js";
import { createTestDatabase, queryServer } from "../support/databases.js";
import { FeedReader } from "../support/feed-reader.js";
import { openReplicas, type Replica } from "../support/replicas.js";

const ACTOR = { userId: null, sessionId: null, ip: null };
const KEY = "thumbprint";
const userOf = (id: string) => ({ id, name: id, email: `${id}@example.test`, role: "member" as const });

/** The engine of one of the replicas, in turn. */
const replicaFor = (replicas: readonly Replica[], nth: number): Replica["curfew"] =>
  (replicas[nth % replicas.length] as Replica).curfew;

const SIGN_OUTS = rounds(100, 200);

const refusalOf = async (call: Promise<unknown>): Promise<CurfewError | null> =>
  call.then(
    () => null,
    (error: unknown) => {
      if (error instanceof CurfewError) return error;
      throw error;
    },
  );

test(`${SIGN_OUTS} account sign-outs race all other calls on three replicas: ended sessions stay ended, and the counts are exact`, async () => {
  const url = await createTestDatabase();
  const replicas = await openReplicas(3, { url }, { sessionsPerUser: 1000 });
  const accountId = "account";
  const grants: Grant[] = [];
  const refusals: { sessionId: string; refusal: CurfewError }[] = [];
  let ended = 0;

  const signIn = async (nth: number): Promise<void> => {
    const { sessions } = replicaFor(replicas, nth);
    const user = userOf(`user-${nth % 5}`);
    const outcome = await refusalOf(
      sessions.start({ accountId, user, keyThumbprint: KEY }).then((grant) => {
        grants.push(grant);
      }),
    );
    expect(outcome).toBe(null);
  };
  const refresh = async (nth: number): Promise<void> => {
    const grant = grants[(nth * 7) % grants.length];
    if (grant === undefined) return;
    const proof = { thumbprint: KEY };
    const refusal = await refusalOf(
      replicaFor(replicas, nth).sessions.refresh(grant.refreshToken, { proof }),
    );
    if (refusal !== null) refusals.push({ sessionId: grant.session.id, refusal });
  };
  const end = async (nth: number): Promise<void> => {
    const grant = grants.at(-(1 + (nth % 4)));
    if (grant === undefined) return;
    const sessionId = grant.session.id;
    const reason = "revoked_by_owner" as const;
    const refusal = await refusalOf(
      replicaFor(replicas, nth).sessions.end({ accountId, sessionId, reason, actor: ACTOR }),
    );
    if (refusal === null) ended += 1;
    else expect(refusal.code).toBe("not_found");
  };
  const revoke = async (nth: number): Promise<void> => {
    const spareSessionId = nth % 2 === 0 ? grants.at(-1)?.session.id : undefined;
    // Not `ended += await …`, which would lose what `end` counts meanwhile.
    const count = await replicaFor(replicas, nth).revoke.account(accountId, {
      actor: ACTOR,
      ...(spareSessionId === undefined ? {} : { spareSessionId }),
    });
    ended += count;
  };
  const apply = async (nth: number): Promise<void> => {
    const patch = { idleMinutes: 30 + (nth % 60) };
    await replicaFor(replicas, nth).policy.update(accountId, patch, { actor: ACTOR, apply: "now" });
  };

  for (let nth = 0; nth < SIGN_OUTS; nth++)
    await Promise.all([
      signIn(nth),
      revoke(nth + 1),
      signIn(nth + 2),
      refresh(nth),
      refresh(nth + 1),
      end(nth + 1),
      nth % 4 === 0 ? apply(nth) : refresh(nth + 2),
      replicaFor(replicas, nth + 2).sweep(),
    ]);

  const counts = await countRows(replicas[0]?.database as Replica["database"], accountId, null);
  expect(await storedCounts(replicas[0]?.database as Replica["database"], accountId)).toEqual({
    ...counts,
    byUsers: counts.sessions,
  });
  expect(grants.length).toBe(2 * SIGN_OUTS);
  expect(ended + counts.sessions).toBe(grants.length);

  // Each refusal reported the final end of its session.
  expect(refusals.length).toBeGreaterThan(0);
  for (const { sessionId, refusal } of refusals)
    expect(await refusalOf(replicaFor(replicas, 0).sessions.get(accountId, sessionId))).toMatchObject({
      code: refusal.code,
      details: refusal.details,
    });

  // Once a replica has read the feed, it accepts no access token of an ended session.
  for (const [nth, { session, accessToken }] of grants.entries()) {
    const { sessions } = replicaFor(replicas, nth);
    if ((await refusalOf(sessions.get(accountId, session.id))) === null) continue;
    let verdict = await refusalOf(sessions.verify(accessToken));
    while (verdict === null) {
      await replicaFor(replicas, nth).users.get(accountId, "user-0");
      verdict = await refusalOf(sessions.verify(accessToken));
    }
    expect(verdict.code).toBe("session_revoked");
  }

  const reader = new FeedReader((replicas[2] as Replica).store);
  await reader.read();
  const written = await queryServer("SELECT CAST(sequence AS INT) FROM curfew_feed ORDER BY sequence", url);
  expect([...reader.rows.keys()].map((sequence) => ({ sequence }))).toEqual(written);
});

test("concurrent sign-ins that replace each other's sessions in two accounts all succeed and leave one session each", async () => {
  const url = await createTestDatabase();
  const replicas = await openReplicas(3, { url });
  const signIn = (nth: number, accountId: string, old: Grant | null) =>
    replicaFor(replicas, nth).sessions.start({
      accountId,
      user: userOf("ada"),
      ...(old && { replaces: { refreshToken: old.refreshToken } }),
    });
  let grants = [await signIn(0, "north", null), await signIn(1, "south", null)];
  for (let nth = 0; nth < 25; nth++)
    grants = await Promise.all([
      signIn(nth, "north", grants[1] as Grant),
      signIn(nth + 1, "south", grants[0] as Grant),
    ]);
  for (const [nth, accountId] of ["north", "south"].entries()) {
    const { items } = await replicaFor(replicas, 2).sessions.list({ accountId, limit: 50, after: null });
    expect(items.map(({ session }) => session.id)).toEqual([grants[nth]?.session.id]);
  }
});

test("after twenty concurrent sign-ins of a user with a limit of five, five sessions are live and fifteen are ended", async () => {
  const url = await createTestDatabase();
  const replicas = await openReplicas(3, { url }, { sessionsPerUser: 5 });
  const accountId = "account";
  await replicaFor(replicas, 0).sessions.start({ accountId, user: userOf("ada") });
  await Promise.all(
    Array.from({ length: 19 }, (_, nth) =>
      replicaFor(replicas, nth).sessions.start({ accountId, user: userOf("ada") }),
    ),
  );
  expect((await replicaFor(replicas, 1).users.active(accountId)).sessionCount).toBe(5);
  expect(
    await queryServer(
      `SELECT end_reason, count(*)::int AS count FROM curfew_sessions
       WHERE ended_at IS NOT NULL GROUP BY end_reason`,
      url,
    ),
  ).toEqual([{ end_reason: "session_limit", count: 15 }]);
});

test("three replicas that sweep concurrently record each end once", async () => {
  const url = await createTestDatabase();
  const replicas = await openReplicas(3, { url });
  for (let nth = 0; nth < 60; nth++)
    await replicaFor(replicas, nth).sessions.start({ accountId: `account-${nth % 6}`, user: userOf("ada") });
  await queryServer("UPDATE curfew_sessions SET idle_expires_at = started_at - 1", url);
  const retention = { endedRetentionMs: 1e9, feedRetentionMs: 1e9, auditRetentionMs: 1e9 };
  const outcomes = [];
  const hasOpenSessions = async () =>
    (await queryServer("SELECT 1 FROM curfew_sessions WHERE ended_at IS NULL LIMIT 1", url)).length > 0;
  while (await hasOpenSessions())
    outcomes.push(
      ...(await Promise.all(replicas.map(({ store }) => store.sweep({ batch: 7, ...retention })))),
    );
  expect(outcomes.reduce((sum, { expired }) => sum + expired, 0)).toBe(60);
  expect(
    await queryServer(
      `SELECT count(*)::int AS events, count(DISTINCT session_id)::int AS sessions FROM curfew_events
       WHERE type = 'session.expired'`,
      url,
    ),
  ).toEqual([{ events: 60, sessions: 60 }]);
});
