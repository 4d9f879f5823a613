import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { all, raw, run, type SqlDatabase } from "../../src/index.js";
import type { DatabaseKind } from "./databases.js";
import { eventOf, LIMITS, openStore, refreshOf, type SqlStore, signIn } from "./sessions.js";

const MINUTE = 60_000;
const ACCOUNTS = ["account-a", "account-b"];
const NOBODY = { userId: null, sessionId: null, ip: null };
const RETENTION = {
  batch: 3,
  endedRetentionMs: 90 * MINUTE,
  feedRetentionMs: 90 * MINUTE,
  auditRetentionMs: 90 * MINUTE,
};

interface Counts {
  readonly sessions: number;
  readonly users: number;
}

/** Counts by going through every row, as nothing in the store does. */
export async function countedRows(
  database: SqlDatabase,
  accountId: string,
  now: number | null,
): Promise<Counts> {
  const queries = database.queries<Record<never, never>>();
  const alive =
    now === null ? sql`1 = 1` : sql`s.idle_expires_at > ${now} AND s.absolute_expires_at > ${now}`;
  const rows = await database.read(() =>
    all(
      raw(
        queries,
        sql<Counts>`
          SELECT count(*) AS sessions, count(DISTINCT s.user_id) AS users
          FROM curfew_sessions s LEFT JOIN curfew_accounts a ON a.id = s.account_id
          WHERE s.account_id = ${accountId} AND s.ended_at IS NULL AND s.account_epoch = a.epoch AND ${alive}`,
      ),
    ),
  );
  return rows[0] ?? { sessions: 0, users: 0 };
}

/** The counts that the triggers keep. */
export async function keptCounts(
  database: SqlDatabase,
  accountId: string,
): Promise<Counts & { byUsers: number }> {
  const queries = database.queries<Record<never, never>>();
  const rows = await database.read(() =>
    all(
      raw(
        queries,
        sql<Counts & { byUsers: number }>`
          SELECT a.open_sessions AS sessions, a.open_users AS users,
            (SELECT coalesce(sum(u.open_sessions), 0) FROM curfew_users u
              WHERE u.account_id = a.id AND u.open_epoch = a.epoch) AS "byUsers"
          FROM curfew_accounts a WHERE a.id = ${accountId}`,
      ),
    ),
  );
  return rows[0] ?? { sessions: 0, users: 0, byUsers: 0 };
}

type Act = {
  readonly user: number;
  readonly session: number;
  readonly account: number;
  readonly kind: string;
};

const KINDS = [
  "sign in",
  "sign in",
  "sign in late",
  "replace",
  "new password",
  "refresh",
  "sign out",
  "sign everyone out",
  "sign everyone else out",
  "revoke a user",
  "disable",
  "enable",
  "apply a policy",
  "wait a little",
  "wait long",
  "step back",
  "close",
  "sweep",
] as const;

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record({
    user: fc.nat(2),
    session: fc.nat(30),
    account: fc.nat(1),
    kind: fc.constantFrom(...KINDS),
  }),
  { minLength: 1, maxLength: 60 },
);

class Play {
  now = Date.UTC(2026, 0, 5, 9);
  readonly store: SqlStore;
  #sessions = 0;

  constructor(store: SqlStore) {
    this.store = store;
  }

  async perform({ kind, account, user, session }: Act): Promise<unknown> {
    const accountId = ACCOUNTS[account] ?? "";
    const userId = `user-${user}`;
    const named = { accountId, sessionId: `session-${session % (this.#sessions + 1)}` };
    const revocation = { accountId, reason: "revoked_by_owner", event: eventOf("sessions.revoked") } as const;
    switch (kind) {
      case "sign in":
        return this.#signIn(accountId, userId, {});
      case "sign in late":
        return this.#signIn(accountId, userId, await this.#behind(accountId));
      case "replace":
        return this.#signIn(accountId, userId, { replaces: { ...named, provenThumbprint: null } });
      case "new password":
        return this.#signIn(accountId, userId, { endsOthers: "password_changed" });
      case "refresh":
        return this.store.refreshSession(refreshOf(accountId, named.sessionId));
      case "sign out":
        return this.store.endSession({ ...named, reason: "signed_out", event: eventOf("user.signed_out") });
      case "sign everyone out":
        return this.store.revokeAccount({ ...revocation, spareSessionId: null });
      case "sign everyone else out":
        return this.store.revokeAccount({ ...revocation, spareSessionId: named.sessionId });
      case "revoke a user":
        return this.store.revokeUser({ ...revocation, userId, spareSessionId: named.sessionId });
      case "disable":
      case "enable":
        return this.store.updateUser({
          accountId,
          userId,
          changes: { disabled: kind === "disable" },
          actor: NOBODY,
        });
      case "apply a policy": {
        const { version } = await this.store.readPolicy(accountId);
        const limits = { idleMinutes: 10 + session, absoluteMinutes: 60 + session };
        const event = eventOf("policy.changed");
        return this.store.writePolicy({
          accountId,
          expectedVersion: version,
          override: limits,
          shorten: limits,
          event,
        });
      }
      case "close":
        return this.store.closeExpired(accountId, named.sessionId);
      case "sweep":
        return this.store.sweep(RETENTION);
      default:
        this.now += kind === "wait a little" ? 7 * MINUTE : kind === "wait long" ? 70 * MINUTE : -20 * MINUTE;
        return undefined;
    }
  }

  #signIn(accountId: string, userId: string, given: object): Promise<unknown> {
    this.#sessions += 1;
    const limits = { idleMinutes: LIMITS.idleMinutes - (this.#sessions % 3) * 20, absoluteMinutes: 120 };
    return signIn(this.store, accountId, userId, `session-${this.#sessions}`, {
      limits,
      sessionsPerUser: 3,
      ...given,
    });
  }

  /** A sign-in whose password was checked before everybody was signed out last. */
  async #behind(accountId: string): Promise<object> {
    const userId = "user-late";
    const { account, user } = await this.store.readSignIn(accountId, userId);
    return {
      user: { id: userId, name: "Late", email: "late@example.test", role: "member" },
      expected: {
        accountEpoch: Math.max(0, account.epoch - 1),
        policyVersion: account.policyVersion,
        userEpoch: user?.epoch ?? null,
      },
    };
  }
}

/**
 * Asks of the counts that triggers keep that they are those of the rows.
 *
 * @param runs how many random stories are told
 */
export function describeCounts(kind: DatabaseKind, runs: number): void {
  describe(`the counts: ${kind.name}`, () => {
    test("whatever is done, in whatever order, the counts kept and answered are those of the rows", async () => {
      await fc.assert(
        fc.asyncProperty(acts, async (story) => {
          let now = (): number => 0;
          const { database, store } = await openStore({ kind, now: () => now() });
          const play = new Play(store);
          now = () => play.now;
          for (const act of story) {
            await play.perform(act);
            for (const accountId of ACCOUNTS) {
              const open = await countedRows(database, accountId, null);
              expect(await keptCounts(database, accountId)).toEqual({ ...open, byUsers: open.sessions });
              const live = await countedRows(database, accountId, play.now);
              const answer = await store.listActiveUsers(accountId, 100);
              expect({ sessions: answer.sessionCount, users: answer.userCount }).toEqual(live);
              expect(answer.users.length).toBe(live.users);
              expect(answer.users.reduce((sum, user) => sum + user.sessionCount, 0)).toBe(live.sessions);
            }
          }
          await database.close();
        }),
        { numRuns: runs },
      );
    }, 120_000);

    test("signing everyone out answers the count of the rows, those past a deadline left out", async () => {
      let now = Date.UTC(2026, 0, 5, 9);
      const { store } = await openStore({ kind, now: () => now });
      const short = { limits: { idleMinutes: 10, absoluteMinutes: 30 } };
      for (const id of ["one", "two"]) await signIn(store, "account", "ada", id, short);
      for (const id of ["three", "four", "five"]) await signIn(store, "account", "ben", id);
      now += 10 * MINUTE;
      const event = eventOf("sessions.revoked");
      const reason = "revoked_by_owner";
      const revoked = await store.revokeAccount({
        accountId: "account",
        reason,
        spareSessionId: "four",
        event,
      });
      expect(revoked).toMatchObject({ kind: "revoked", count: 2 });
      expect(await store.listActiveUsers("account", 10)).toMatchObject({
        userCount: 1,
        sessionCount: 1,
        users: [{ sessionCount: 1, user: { id: "ben" } }],
      });
    });

    test("an end that was written can't be written over, by whatever statement", async () => {
      const { database, store } = await openStore({ kind });
      await signIn(store, "account", "ada", "one");
      await store.endSession({
        accountId: "account",
        sessionId: "one",
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      });
      const queries = database.queries<Record<never, never>>();
      for (const change of [
        "ended_at = NULL, end_reason = NULL",
        "end_reason = 'token_reused'",
        "ended_at = 1",
      ])
        await expect(
          database.write(() => run(raw(queries, sql`UPDATE curfew_sessions SET ${sql.raw(change)}`))),
        ).rejects.toThrow("an ended session stays ended");
      expect(await store.readSession("account", "one")).toMatchObject({
        session: { endReason: "signed_out" },
      });
    });
  });
}
