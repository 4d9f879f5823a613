import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSqlStore, migrateStore, openPostgres, type SqlDatabase } from "../../src/index.js";
import { createDatabase, queryServer } from "../support/databases.js";
import { explainStatements } from "../support/explain.js";
import { ACCOUNT, fillStatements } from "../support/fill-statements.js";
import { eventOf, LIMITS, refreshOf, type SqlStore, signIn } from "../support/sessions.js";

const RETENTION = { batch: 10, endedRetentionMs: 1e9, feedRetentionMs: 1e9, auditRetentionMs: 1e9 };
const SYSTEM = { userId: null, sessionId: null, ip: null };

/**
 * The number of sessions, for the measurements in `docs/scale.md`; by default as many as are filled quickly.
 */
const REQUESTED = process.env["CURFEW_PLANS_SESSIONS"];
const SESSIONS = Number(REQUESTED ?? 200_000);
const FILL_TIMEOUT_MS = 1_800_000;

/** The pages that each action accessed, in the order of the modes. */
const pagesOf = new Map<string, number[]>();
let fillSeconds = 0;
let testDatabase: Awaited<ReturnType<typeof createDatabase>>;
let database: SqlDatabase;
let store: SqlStore;
/** A feed cursor after the filled rows. */
let cursor: string;

beforeAll(async () => {
  testDatabase = await createDatabase();
  database = openPostgres({ url: testDatabase.url });
  await migrateStore(database);
  store = createSqlStore(database);
  const startedAt = performance.now();
  await queryServer(fillStatements(Date.now(), SESSIONS), testDatabase.url);
  fillSeconds = (performance.now() - startedAt) / 1000;
  ({ cursor } = await store.readFeed({ cursor: null, sinceMs: 1000 }));
}, FILL_TIMEOUT_MS);
afterAll(async () => {
  await database.close();
  if (REQUESTED !== undefined) process.stdout.write(`${await report()}\n`);
  await testDatabase.drop();
});

/**
 * Returns the table of `docs/scale.md`: the size of the database, and the pages that each action accesses.
 */
async function report(): Promise<string> {
  const [size] = await queryServer(
    "SELECT pg_size_pretty(pg_database_size(current_database())) AS text",
    testDatabase.url,
  );
  const lines = [...pagesOf].map(([name, pages]) => `| ${name} | ${pages.join(" | ")} |`);
  return [
    `${SESSIONS} sessions, ${(size as { text: string }).text}, filled in ${fillSeconds.toFixed(0)} s`,
    ...lines,
  ].join("\n");
}

const revocation = {
  accountId: ACCOUNT,
  reason: "revoked_by_owner",
  event: eventOf("sessions.revoked"),
} as const;
let signInCount = 0;
const signInAgain = (overrides: Parameters<typeof signIn>[4] = {}) => {
  signInCount += 1;
  return signIn(store, ACCOUNT, "user-3", `new-${signInCount}`, overrides);
};

/**
 * Actions, named as in `docs/scale.md`, with the maximum number of pages that one of their statements may access: up to twice as many as on
 * an idle machine, since earlier actions leave row versions behind, and how many depends on their timing. The 100 sessions of an
 * account have about 100 pages, and those of all accounts many thousands.
 */
const actions: readonly (readonly [name: string, maxPages: number, act: () => Promise<unknown>])[] = [
  ["a refresh", 160, () => store.refreshSession(refreshOf(ACCOUNT, "session-3"))],
  [
    "ten refreshes at once",
    1100,
    () =>
      Promise.all(
        Array.from({ length: 10 }, (_, nth) =>
          store.refreshSession(refreshOf(ACCOUNT, `session-${nth + 1}`)),
        ),
      ),
  ],
  ["reading a session", 40, () => store.readSession(ACCOUNT, "session-3")],
  [
    "reading ten sessions",
    220,
    () =>
      store.readSessions(
        ACCOUNT,
        Array.from({ length: 10 }, (_, nth) => `session-${nth + 1}`),
      ),
  ],
  ["reading what a sign-in needs", 20, () => store.readSignIn(ACCOUNT, "user-3")],
  ["a sign-in", 300, () => signInAgain()],
  ["a touch", 140, () => store.touchSession({ accountId: ACCOUNT, sessionId: "session-3", idleForMs: 0 })],
  [
    "the first sight of a host's session",
    300,
    () => {
      const startedAt = Date.now() - 60_000;
      const times = { startedAt, authenticatedAt: startedAt, lastActiveAt: null };
      return signInAgain({
        sessionsPerUser: null,
        times: { ...times, absoluteFrom: null, notAfter: null },
        governed: { keepUntil: Date.now() + 86_400_000 },
      });
    },
  ],
  [
    "meeting a user again",
    200,
    () =>
      store.meetUser({
        accountId: ACCOUNT,
        sessionId: "session-5",
        user: { id: "user-6", name: "User 6", email: `${Date.now()}@example.test`, role: "member" },
        authenticatedAt: Date.now(),
      }),
  ],
  ["a sign-in that pushes another session out", 300, () => signInAgain({ sessionsPerUser: 10 })],
  [
    "ending a session",
    200,
    async () => {
      await signInAgain();
      await store.endSession({
        accountId: ACCOUNT,
        sessionId: `new-${signInCount}`,
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      });
    },
  ],
  ["the active users", 400, () => store.listActiveUsers(ACCOUNT, 100)],
  ["a page of sessions", 200, () => store.listSessions({ accountId: ACCOUNT, limit: 20, after: null })],
  [
    // The account is signed out when the plans are generic, and the last page looks at all of its sessions.
    "the next page",
    400,
    () =>
      store.listSessions({
        accountId: ACCOUNT,
        limit: 20,
        after: { lastActiveAt: Date.now() - 450_000, id: "x", mark: "1:1:" },
      }),
  ],
  [
    "the last page, with the sessions that were used since the first",
    400,
    () =>
      store.listSessions({
        accountId: ACCOUNT,
        limit: 20,
        after: { lastActiveAt: null, id: "x", mark: "1:1:" },
      }),
  ],
  [
    "a user's sessions",
    200,
    () => store.listSessions({ accountId: ACCOUNT, userId: "user-4", limit: 20, after: null }),
  ],
  ["a page of users", 60, () => store.listUsers({ accountId: ACCOUNT, limit: 20, after: null })],
  [
    "the next page of users",
    60,
    () =>
      store.listUsers({
        accountId: ACCOUNT,
        limit: 20,
        after: { key: "user 5", name: "User 5", id: "user-5" },
      }),
  ],
  [
    "the active users after one",
    400,
    () => store.listActiveUsers(ACCOUNT, 100, { lastLoginAt: Date.now() - 700_000, id: "user-1" }),
  ],
  [
    "the events by or about a user",
    350,
    () => store.listEvents({ accountId: ACCOUNT, userId: "user-1", limit: 20, after: null }),
  ],
  [
    "the events of a time",
    300,
    () => store.listEvents({ accountId: ACCOUNT, from: 1, to: Date.now(), limit: 20, after: null }),
  ],
  ["the events", 300, () => store.listEvents({ accountId: ACCOUNT, limit: 20, after: null })],
  ["the feed's news", 60, () => store.readFeed({ cursor, sinceMs: 1000 })],
  [
    "the preview of a policy",
    400,
    () => store.previewPolicy({ accountId: ACCOUNT, shorten: LIMITS, callerSessionId: null, namesLimit: 5 }),
  ],
  [
    "disabling a user",
    400,
    () =>
      store.updateUser({ accountId: ACCOUNT, userId: "user-9", changes: { disabled: true }, actor: SYSTEM }),
  ],
  [
    "applying a policy",
    3800,
    async () => {
      const { version } = await store.readPolicy(ACCOUNT);
      const limits = { idleMinutes: 50, absoluteMinutes: 1000 };
      await store.writePolicy({
        accountId: ACCOUNT,
        expectedVersion: version,
        override: limits,
        shorten: limits,
        callerSessionId: null,
        activeUsersLimit: 100,
        event: eventOf("policy.changed"),
      });
    },
  ],
  ["revoking a user", 400, () => store.revokeUser({ ...revocation, userId: "user-5", spareSessionId: null })],
  ["signing everyone out", 200, () => store.revokeAccount({ ...revocation, spareSessionId: "session-3" })],
  [
    "deleting a user",
    800,
    () =>
      store.deleteUser({
        accountId: ACCOUNT,
        userId: "user-8",
        actor: SYSTEM,
        mustKeepOwner: true,
        tombstoneMs: 1e9,
      }),
  ],
  ["deleting an account", 200, () => store.deleteAccount({ accountId: "account-9", tombstoneMs: 1e9 })],
  ["a sweep that has something to close", 1000, () => store.sweep(RETENTION)],
  [
    "a sweep that has something to remove",
    1000,
    () => store.sweep({ batch: 10, endedRetentionMs: -1e9, feedRetentionMs: 1000, auditRetentionMs: 1000 }),
  ],
];

describe.each(["force_custom_plan", "force_generic_plan"] as const)(
  "with %s, only pages of one account are accessed by",
  (mode) => {
    test.each(actions)("%s", async (name, maxPages, act) => {
      const statements = await explainStatements(mode, act);
      expect(statements.length).toBeGreaterThan(0);
      const sum = statements.reduce((total, { pages }) => total + pages, 0);
      pagesOf.set(name, [...(pagesOf.get(name) ?? []), sum]);
      for (const { sql, scans, pages } of statements) {
        expect({ sql, scans: scans.filter((scan) => /^Seq Scan curfew_(?!migrations)/.test(scan)) }).toEqual({
          sql,
          scans: [],
        });
        expect({ sql, pages: pages <= maxPages ? "few" : pages }).toEqual({ sql, pages: "few" });
      }
    });
  },
);
