import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { all, migrateStore, openSqlite, raw, type SqlDatabase } from "../src/index.js";
import { StatementCache } from "../src/sqlite/statement-cache.js";
import { eventOf, LIMITS, openStore, refreshOf, type SqlStore, signIn } from "./support/sessions.js";

const RETENTION = { batch: 10, endedRetentionMs: 1, feedRetentionMs: 1, auditRetentionMs: 1 };

const TIMES = {
  startedAt: Date.now(),
  authenticatedAt: Date.now(),
  lastActiveAt: null,
  absoluteFrom: null,
  notAfter: null,
};

/** Returns the query plan of each statement that `act` runs, one step per line. */
async function plansOf(act: (store: SqlStore) => Promise<unknown>): Promise<string[]> {
  const { database, store } = await openStore();
  await signIn(store, "account", "ada", "one");
  const texts: string[] = [];
  const prototype = StatementCache.prototype;
  const original = prototype.run;
  prototype.run = function (statement, access) {
    texts.push(statement.sql);
    return original.call(this, statement, access);
  };
  try {
    await act(store);
  } finally {
    prototype.run = original;
  }
  const plans: string[] = [];
  for (const text of texts)
    if (/^\s*(select|with|update|delete|insert)/i.test(text)) plans.push(await explain(database, text));
  return plans;
}

async function explain(database: SqlDatabase, text: string): Promise<string> {
  const queries = database.queries<Record<never, never>>();
  // A literal could change the plan, so the parameters stay parameters.
  const pieces = text.split("?");
  const statement = pieces.reduce<ReturnType<typeof sql>>(
    (built, piece, index) => (index === 0 ? sql.raw(piece) : sql`${built}${null}${sql.raw(piece)}`),
    sql``,
  );
  const rows = await database.write(() =>
    all(raw(queries, sql<{ detail: string }>`EXPLAIN QUERY PLAN ${statement}`)),
  );
  return rows.map((row) => row.detail).join("\n");
}

const stepsOn = (plans: readonly string[], table: string): string[] =>
  plans.flatMap((plan) => plan.split("\n")).filter((step) => step.includes(table));

describe("no statement of the store scans a table", () => {
  const revocation = {
    accountId: "account",
    reason: "revoked_by_owner",
    event: eventOf("sessions.revoked"),
  } as const;
  const calls: Record<string, (store: SqlStore) => Promise<unknown>> = {
    "signing in": (store) =>
      signIn(store, "account", "ada", "two", {
        sessionsPerUser: 1,
        replaces: { accountId: "account", sessionId: "one", provenThumbprint: null },
      }),
    "changing a password": (store) =>
      signIn(store, "account", "ada", "two", { endsOthers: "password_changed" }),
    "seeing a host's session for the first time": (store) =>
      signIn(store, "account", "ada", "two", { times: TIMES, governed: { keepUntil: 1 } }),
    "touching a session": (store) =>
      store.touchSession({ accountId: "account", sessionId: "one", idleForMs: 0 }),
    "meeting a user again": (store) =>
      store.meetUser({
        accountId: "account",
        sessionId: "one",
        user: { id: "ada", name: "Ada", email: "ada@example.test", role: "owner" },
        authenticatedAt: Date.now(),
      }),
    "importing sessions": (store) =>
      store.importSessions({
        accountId: "account",
        sessions: ["two", "three"].map((sessionId) => ({
          sessionId,
          user: { id: sessionId, name: sessionId, email: "two@example.test", role: "member" },
          times: TIMES,
          keepUntil: 1,
          device: { label: null, userAgent: null, ip: null },
        })),
        expectedPolicyVersion: 1,
        limits: LIMITS,
        event: { type: "sessions.imported", details: {} },
      }),
    "revoking a user who is not known": (store) =>
      store.revokeUser({ ...revocation, userId: "nobody", spareSessionId: null }),
    refreshing: (store) => store.refreshSession(refreshOf("account", "one")),
    "reading a session": (store) => store.readSession("account", "one"),
    "reading several sessions": (store) => store.readSessions("account", ["one", "two"]),
    "ending a session": (store) =>
      store.endSession({
        accountId: "account",
        sessionId: "one",
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      }),
    "closing an expired session": (store) => store.closeExpired("account", "one"),
    "signing everyone out": (store) => store.revokeAccount({ ...revocation, spareSessionId: "one" }),
    "revoking a user": (store) => store.revokeUser({ ...revocation, userId: "ada", spareSessionId: "one" }),
    "applying a policy": (store) =>
      store.writePolicy({
        accountId: "account",
        expectedVersion: 1,
        override: LIMITS,
        shorten: LIMITS,
        callerSessionId: null,
        activeUsersLimit: 100,
        event: eventOf("policy.changed"),
      }),
    "listing active users": (store) => store.listActiveUsers("account", 100),
    "listing active users after one": (store) =>
      store.listActiveUsers("account", 100, { lastLoginAt: 1, id: "ada" }),
    "listing sessions": async (store) => {
      await store.listSessions({ accountId: "account", limit: 50, after: null });
      await store.listSessions({
        accountId: "account",
        limit: 50,
        after: { lastActiveAt: 1, id: "one", mark: "1" },
      });
      await store.listSessions({
        accountId: "account",
        limit: 50,
        after: { lastActiveAt: null, id: "one", mark: "1" },
      });
    },
    "listing a user's sessions": (store) =>
      store.listSessions({ accountId: "account", userId: "ada", limit: 50, after: null }),
    "listing users": async (store) => {
      await store.listUsers({ accountId: "account", limit: 50, after: null });
      await store.listUsers({
        accountId: "account",
        limit: 50,
        after: { key: "ada", name: "Ada", id: "ada" },
      });
    },
    "disabling an owner": (store) =>
      store.updateUser({
        accountId: "account",
        userId: "ada",
        changes: { disabled: true },
        actor: { userId: null, sessionId: null, ip: null },
      }),
    "recording and listing events": async (store) => {
      await store.recordEvent("account", eventOf("session.proof_failed"), "key");
      await store.listEvents({ accountId: "account", limit: 50, after: null });
      await store.listEvents({
        accountId: "account",
        type: "user.signed_in",
        limit: 50,
        after: { at: 1, id: "x" },
      });
    },
    "reading the feed": (store) => store.readFeed({ cursor: "1", sinceMs: 0 }),
  };

  test.each(Object.entries(calls))("%s", async (_, act) => {
    const plans = await plansOf(act);
    expect(plans.length).toBeGreaterThan(0);
    expect(
      plans.flatMap((plan) => plan.split("\n")).filter((step) => /^SCAN (curfew_|[aesu]\b)/.test(step)),
    ).toEqual([]);
  });

  test("sweeping, except for the indexes of the few epochs with sessions to close and accounts with a limit", async () => {
    const plans = await plansOf((store) => store.sweep(RETENTION));
    const scans = plans
      .flatMap((plan) => plan.split("\n"))
      .filter((step) => /^SCAN (curfew_|[aesu]\b)/.test(step));
    expect(new Set(scans)).toEqual(
      new Set([
        "SCAN curfew_accounts USING INDEX curfew_accounts_limited",
        "SCAN curfew_accounts USING INDEX curfew_accounts_deleted",
        "SCAN curfew_deletions",
        "SCAN e USING COVERING INDEX curfew_account_epochs_unclosed",
        "SCAN e USING INDEX curfew_account_epochs_unclosed",
      ]),
    );
  });
});

describe("a look-up uses the intended index", () => {
  test("active users in the order of the page, their sessions by user, overdue sessions by deadline", async () => {
    const plans = await plansOf((store) => store.listActiveUsers("account", 100));
    expect(stepsOn(plans, "curfew_users_open")).toEqual([
      "SEARCH u USING INDEX curfew_users_open (account_id=? AND open_epoch=?)",
    ]);
    expect(new Set(stepsOn(plans, "curfew_sessions"))).toEqual(
      new Set([
        "SEARCH curfew_sessions USING INDEX curfew_sessions_deadline (account_id=? AND account_epoch=? AND idle_expires_at<?)",
        "SEARCH curfew_sessions USING INDEX curfew_sessions_user (account_id=? AND user_id=?)",
      ]),
    );
    expect(plans.join("\n")).not.toContain("FOR ORDER BY");
  });

  test("a page of sessions, in index order without sorting", async () => {
    const plans = await plansOf((store) =>
      store.listSessions({
        accountId: "account",
        limit: 50,
        after: { lastActiveAt: 1, id: "one", mark: "1" },
      }),
    );
    const [page = "", used = ""] = plans.filter((plan) => plan.includes("curfew_sessions_page"));
    expect(page).toContain(
      "SEARCH s USING INDEX curfew_sessions_page (account_id=? AND account_epoch=? AND (last_active_at,id)<(?,?))",
    );
    expect(page).not.toContain("FOR ORDER BY");
    expect(used).toContain(
      "SEARCH s USING INDEX curfew_sessions_page (account_id=? AND account_epoch=? AND (last_active_at,id)>(?,?))",
    );
  });

  test("ended sessions to remove, without those that have to stay", async () => {
    const plans = await plansOf((store) => store.sweep(RETENTION));
    const removed = stepsOn(plans, "curfew_sessions").filter((step) => /_ended|_removable|_kept/.test(step));
    expect(new Set(removed)).toEqual(
      new Set([
        "SEARCH curfew_sessions USING INDEX curfew_sessions_kept (keep_until>? AND keep_until<?)",
        "SEARCH curfew_sessions USING INDEX curfew_sessions_removable (ended_at>? AND ended_at<?)",
      ]),
    );
    expect(plans.filter((plan) => plan.includes("_kept")).join("\n")).not.toContain("FOR ORDER BY");
  });

  test("the sign-outs before a first sight, by primary key", async () => {
    const plans = await plansOf((store) =>
      signIn(store, "account", "ada", "two", { times: TIMES, governed: { keepUntil: 1 } }),
    );
    expect(stepsOn(plans, "curfew_sign_outs")).toEqual([
      "SEARCH curfew_sign_outs USING PRIMARY KEY (account_id=? AND user_id=?)",
    ]);
  });

  test("a user's sessions, by user", async () => {
    const plans = await plansOf((store) =>
      store.listSessions({ accountId: "account", userId: "ada", limit: 50, after: null }),
    );
    expect(stepsOn(plans, "curfew_sessions")).toEqual([
      "SEARCH s USING INDEX curfew_sessions_user (account_id=? AND user_id=?)",
    ]);
  });

  test("the session, account and user of a refresh, by primary key", async () => {
    const plans = await plansOf((store) => store.refreshSession(refreshOf("account", "one")));
    expect(plans.length).toBe(1);
    expect(new Set(plans[0]?.split("\n").filter((step) => !step.startsWith("CORRELATED")))).toEqual(
      new Set([
        "SEARCH curfew_sessions USING PRIMARY KEY (account_id=? AND id=?)",
        "SEARCH curfew_accounts USING PRIMARY KEY (id=?)",
        "SEARCH curfew_users USING PRIMARY KEY (account_id=? AND id=?)",
        "SEARCH l USING PRIMARY KEY (id=?)",
      ]),
    );
  });

  test("a page of the audit trail, of all types or one type, in index order without sorting", async () => {
    const plans = await plansOf(async (store) => {
      await store.listEvents({ accountId: "account", limit: 50, after: { at: 1, id: "x" } });
      await store.listEvents({
        accountId: "account",
        type: "user.signed_in",
        limit: 50,
        after: { at: 1, id: "x" },
      });
    });
    expect(stepsOn(plans, "curfew_events")).toEqual([
      "SEARCH curfew_events USING INDEX curfew_events_page (account_id=? AND (at,id)<(?,?))",
      "SEARCH curfew_events USING INDEX curfew_events_type_page (account_id=? AND type=? AND (at,id)<(?,?))",
    ]);
    expect(plans.join("\n")).not.toContain("FOR ORDER BY");
  });

  test("the events by and about a person, and those of a time, each in index order", async () => {
    const plans = await plansOf(async (store) => {
      await store.listEvents({ accountId: "account", userId: "ada", limit: 50, after: { at: 1, id: "x" } });
      await store.listEvents({ accountId: "account", from: 1, to: 2, limit: 50, after: null });
    });
    expect(stepsOn(plans, "curfew_events")).toEqual([
      "SEARCH curfew_events USING INDEX curfew_events_actor_page (account_id=? AND actor_id=? AND (at,id)<(?,?))",
      "SEARCH curfew_events USING INDEX curfew_events_about_page (account_id=? AND <expr>=? AND (at,id)<(?,?))",
      "SEARCH curfew_events USING INDEX curfew_events_page (account_id=? AND at>? AND at<?)",
    ]);
  });
});

describe("the planner statistics", () => {
  let database: SqlDatabase;
  beforeAll(async () => {
    database = openSqlite({ path: null });
    await migrateStore(database);
  });

  test("cover every index of the store", async () => {
    const queries = database.queries<Record<never, never>>();
    const covered = await database.read(() =>
      all(raw(queries, sql<{ name: string }>`SELECT idx AS name FROM sqlite_stat1 ORDER BY idx`)),
    );
    const indexes = await database.read(() =>
      all(
        raw(
          queries,
          sql<{ name: string }>`
            SELECT name FROM sqlite_schema WHERE tbl_name <> 'curfew_migrations' AND tbl_name LIKE 'curfew%'
              AND (type = 'index' AND name NOT LIKE 'sqlite_%' OR type = 'table' AND sql LIKE '%WITHOUT ROWID%')
            ORDER BY name`,
        ),
      ),
    );
    expect(covered).toEqual(indexes);
  });
});
