import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { all, raw, run, type SqlDatabase } from "../../src/index.js";
import type { DatabaseKind } from "./databases.js";
import { eventOf, LIMITS, openStore, refreshOf, type SqlStore, signIn } from "./sessions.js";

const MINUTE = 60_000;
const ACCOUNTS = ["account-a", "account-b"];
const SYSTEM = { userId: null, sessionId: null, ip: null };
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

/**
 * Counts the open sessions in the rows, which no statement of the store does; only live ones if `now` is
 * given.
 */
export async function countRows(
  database: SqlDatabase,
  accountId: string,
  now: number | null,
): Promise<Counts> {
  const queries = database.queries<Record<never, never>>();
  const isLive =
    now === null ? sql`1 = 1` : sql`s.idle_expires_at > ${now} AND s.absolute_expires_at > ${now}`;
  const rows = await database.read(() =>
    all(
      raw(
        queries,
        sql<Counts>`
          SELECT count(*) AS sessions, count(DISTINCT s.user_id) AS users
          FROM curfew_sessions s LEFT JOIN curfew_accounts a ON a.id = s.account_id
          WHERE s.account_id = ${accountId} AND s.ended_at IS NULL AND s.account_epoch = a.epoch AND ${isLive}`,
      ),
    ),
  );
  return rows[0] ?? { sessions: 0, users: 0 };
}

/** Reads the counts that the triggers maintain. */
export async function storedCounts(
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

type Action = {
  readonly user: number;
  readonly session: number;
  readonly account: number;
  readonly kind: string;
};

const KINDS = [
  "sign in",
  "sign in",
  "sign in with an outdated snapshot",
  "replace",
  "change the password",
  "refresh",
  "sign out",
  "sign the account out",
  "sign out all but one",
  "revoke a user",
  "disable",
  "enable",
  "apply a policy",
  "wait briefly",
  "wait long",
  "set the clock back",
  "close",
  "sweep",
] as const;

const scenarios: fc.Arbitrary<Action[]> = fc.array(
  fc.record({
    user: fc.nat(2),
    session: fc.nat(30),
    account: fc.nat(1),
    kind: fc.constantFrom(...KINDS),
  }),
  { minLength: 1, maxLength: 60 },
);

class ScenarioRunner {
  now = Date.UTC(2026, 0, 5, 9);
  readonly store: SqlStore;
  #sessions = 0;

  constructor(store: SqlStore) {
    this.store = store;
  }

  async perform({ kind, account, user, session }: Action): Promise<unknown> {
    const accountId = ACCOUNTS[account] ?? "";
    const userId = `user-${user}`;
    const target = { accountId, sessionId: `session-${session % (this.#sessions + 1)}` };
    const revocation = { accountId, reason: "revoked_by_owner", event: eventOf("sessions.revoked") } as const;
    switch (kind) {
      case "sign in":
        return this.#signIn(accountId, userId, {});
      case "sign in with an outdated snapshot":
        return this.#signIn(accountId, userId, await this.#outdatedSnapshot(accountId));
      case "replace":
        return this.#signIn(accountId, userId, { replaces: { ...target, provenThumbprint: null } });
      case "change the password":
        return this.#signIn(accountId, userId, { endsOthers: "password_changed" });
      case "refresh":
        return this.store.refreshSession(refreshOf(accountId, target.sessionId));
      case "sign out":
        return this.store.endSession({ ...target, reason: "signed_out", event: eventOf("user.signed_out") });
      case "sign the account out":
        return this.store.revokeAccount({ ...revocation, spareSessionId: null });
      case "sign out all but one":
        return this.store.revokeAccount({ ...revocation, spareSessionId: target.sessionId });
      case "revoke a user":
        return this.store.revokeUser({ ...revocation, userId, spareSessionId: target.sessionId });
      case "disable":
      case "enable":
        return this.store.updateUser({
          accountId,
          userId,
          changes: { disabled: kind === "disable" },
          actor: SYSTEM,
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
          callerSessionId: null,
          activeUsersLimit: 100,
          event,
        });
      }
      case "close":
        return this.store.closeExpired(accountId, target.sessionId);
      case "sweep":
        return this.store.sweep(RETENTION);
      default:
        this.now += kind === "wait briefly" ? 7 * MINUTE : kind === "wait long" ? 70 * MINUTE : -20 * MINUTE;
        return undefined;
    }
  }

  #signIn(accountId: string, userId: string, overrides: object): Promise<unknown> {
    this.#sessions += 1;
    const limits = { idleMinutes: LIMITS.idleMinutes - (this.#sessions % 3) * 20, absoluteMinutes: 120 };
    return signIn(this.store, accountId, userId, `session-${this.#sessions}`, {
      limits,
      sessionsPerUser: 3,
      ...overrides,
    });
  }

  /** The input of a sign-in whose password check began before the last sign-out of the account. */
  async #outdatedSnapshot(accountId: string): Promise<object> {
    const userId = "user-late";
    const { account, user } = await this.store.readSignIn(accountId, userId);
    return {
      user: { id: userId, name: "Late", email: "late@example.test", role: "member" },
      expected: {
        policyVersion: account.policyVersion,
        epochs: { account: Math.max(0, account.epoch - 1), user: user?.epoch ?? null },
        user: null,
      },
    };
  }
}

/**
 * Tests that the counts that triggers maintain are those of the rows.
 *
 * @param runs the number of random scenarios
 */
export function describeCounts(kind: DatabaseKind, runs: number): void {
  describe(`counts: ${kind.name}`, () => {
    test("after any sequence of actions, the stored and the returned counts are those of the rows", async () => {
      await fc.assert(
        fc.asyncProperty(scenarios, async (actions) => {
          let now = (): number => 0;
          const { database, store } = await openStore({ kind, now: () => now() });
          const runner = new ScenarioRunner(store);
          now = () => runner.now;
          for (const action of actions) {
            await runner.perform(action);
            for (const accountId of ACCOUNTS) {
              const open = await countRows(database, accountId, null);
              expect(await storedCounts(database, accountId)).toEqual({ ...open, byUsers: open.sessions });
              const live = await countRows(database, accountId, runner.now);
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

    test("signing an account out returns the number of live sessions, without overdue ones", async () => {
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

    test("no statement can overwrite a recorded end", async () => {
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
