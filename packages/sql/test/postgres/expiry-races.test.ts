import { expect, test } from "vitest";
import { advisoryLockId } from "../../src/postgres/dialect.js";
import { createTestDatabase, queryServer } from "../support/databases.js";
import { HeldTransaction } from "../support/held-transaction.js";
import { outcomeOf } from "../support/outcomes.js";
import { openReplicas } from "../support/replicas.js";

const MINUTE = 60_000;
const user = { id: "ada", name: "Ada", email: "ada@example.test", role: "owner" as const };
const ACTOR = { userId: null, sessionId: null, ip: null };

/** Polls until this number of transactions in the database wait for a lock. */
async function untilWaiting(url: string, count: number): Promise<void> {
  const waiting = `SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await queryServer(waiting, url)).length < count);
}

/** Two replicas with a session that has not been used for an hour, less a millisecond. */
async function openNearDeadline() {
  const url = await createTestDatabase();
  const time = { now: Date.UTC(2026, 0, 5, 9) };
  const [one, two] = await openReplicas(2, { url, now: () => time.now });
  if (one === undefined || two === undefined) throw new Error("no replicas");
  const grant = await one.curfew.sessions.start({ accountId: "account", user });
  time.now += 60 * MINUTE - 1;
  return { url, time, one, two, grant, sessionId: grant.session.id };
}

test.each(["refreshed", "read", "watched", "signed out"] as const)(
  "a session that is %s past its deadline is not told expired while a refresh from before it waits",
  async (call) => {
    const { url, time, one, two, grant, sessionId } = await openNearDeadline();
    const holder = await HeldTransaction.begin(url);
    await holder.run("SELECT 1 FROM curfew_sessions FOR UPDATE");
    const refreshing = one.curfew.sessions.refresh(grant.refreshToken);
    await untilWaiting(url, 1);
    time.now += 1;
    const { sessions } = two.curfew;
    const told = outcomeOf(
      {
        refreshed: () => sessions.refresh(grant.refreshToken),
        read: () => sessions.get("account", sessionId),
        watched: () => sessions.watch({ accountId: "account", sessionId }, () => undefined),
        "signed out": () =>
          sessions.end({ accountId: "account", sessionId, reason: "signed_out", actor: ACTOR }),
      }[call](),
    );
    await untilWaiting(url, 2);
    await holder.commit();
    expect((await refreshing).session.idleExpiresAt).toBe(time.now - 1 + 60 * MINUTE);
    expect(await told).toBe("done");
    expect(await queryServer("SELECT 1 FROM curfew_events WHERE type = 'session.expired'", url)).toEqual([]);
  },
);

test("a session is told expired while another transaction holds its account, once its end is stored", async () => {
  const { url, time, one, two, grant, sessionId } = await openNearDeadline();
  time.now += 1;
  expect(await outcomeOf(one.curfew.sessions.refresh(grant.refreshToken))).toBe("session_expired");
  const holder = await HeldTransaction.begin(url);
  await holder.run(`SELECT pg_advisory_xact_lock(${advisoryLockId("'account'")})`);
  const { sessions } = two.curfew;
  expect(await outcomeOf(sessions.refresh(grant.refreshToken))).toBe("session_expired");
  expect(await outcomeOf(sessions.get("account", sessionId))).toBe("session_expired");
  expect(await sessions.signOut(grant.refreshToken)).toBe(true);
  expect(
    await outcomeOf(sessions.end({ accountId: "account", sessionId, reason: "signed_out", actor: ACTOR })),
  ).toBe("not_found");
  await holder.rollBack();
});

test("a sign-in in place of a session of another account that can't end does not wait for that account", async () => {
  const { url, one, two, grant } = await openNearDeadline();
  const bound = await one.curfew.sessions.start({ accountId: "account", user, keyThumbprint: "key" });
  await one.curfew.sessions.signOut(grant.refreshToken);
  const holder = await HeldTransaction.begin(url);
  await holder.run(`SELECT pg_advisory_xact_lock(${advisoryLockId("'account'")})`);
  for (const { refreshToken } of [grant, bound]) {
    const replaces = { refreshToken, proof: { thumbprint: "another key" } };
    const started = two.curfew.sessions.start({ accountId: "other account", user, replaces });
    expect(await outcomeOf(started)).toBe("done");
  }
  await holder.rollBack();
  await expect(two.curfew.sessions.get("account", bound.session.id)).resolves.toBeDefined();
});

test("revoking the other sessions ends one whose refresh from before its deadline still waits", async () => {
  const { url, time, one, two, grant, sessionId } = await openNearDeadline();
  const own = await two.curfew.sessions.start({ accountId: "account", user });
  const holder = await HeldTransaction.begin(url);
  await holder.run("SELECT 1 FROM curfew_sessions WHERE id = $1 FOR UPDATE", [sessionId]);
  const refreshing = one.curfew.sessions.refresh(grant.refreshToken);
  await untilWaiting(url, 1);
  time.now += 1;
  const revoking = two.curfew.revoke.user("account", user.id, {
    actor: ACTOR,
    reason: "revoked_by_user",
    spareSessionId: own.session.id,
  });
  await untilWaiting(url, 2);
  await holder.commit();
  await refreshing;
  expect(await revoking).toBe(1);
  await expect(two.curfew.sessions.get("account", sessionId)).rejects.toMatchObject({
    code: "session_revoked",
    details: { reason: "revoked_by_user" },
  });
});
