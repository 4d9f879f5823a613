import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSqlStore, migrateStore, openPostgres, type SqlDatabase } from "../../src/index.js";
import { ACCOUNT, crowdAt } from "../support/crowd.js";
import { newDatabase, onServer } from "../support/databases.js";
import { explained } from "../support/explained.js";
import { eventOf, LIMITS, refreshOf, type SqlStore, signIn } from "../support/sessions.js";

const RETENTION = { batch: 10, endedRetentionMs: 1e9, feedRetentionMs: 1e9, auditRetentionMs: 1e9 };
const NOBODY = { userId: null, sessionId: null, ip: null };

/** How many there are: what is quickly filled, unless more are asked for (`docs/scale.md`). */
const ASKED = process.env["CURFEW_PLANS_SESSIONS"];
const SESSIONS = Number(ASKED ?? 200_000);
const FILLED_WITHIN_MS = 1_800_000;

/** Of each act the pages that its statements touched, in the order of the modes. */
const pagesOf = new Map<string, number[]>();
let filledInSeconds = 0;
let made: Awaited<ReturnType<typeof newDatabase>>;
let database: SqlDatabase;
let store: SqlStore;
/** Of a reader that has heard of the crowd. */
let cursor: string;

beforeAll(async () => {
  made = await newDatabase();
  database = openPostgres({ url: made.url });
  await migrateStore(database);
  store = createSqlStore(database);
  const startedAt = performance.now();
  await onServer(crowdAt(Date.now(), SESSIONS), made.url);
  filledInSeconds = (performance.now() - startedAt) / 1000;
  ({ cursor } = await store.readFeed({ cursor: null, sinceMs: 1000 }));
}, FILLED_WITHIN_MS);
afterAll(async () => {
  await database.close();
  if (ASKED !== undefined) process.stdout.write(`${await report()}\n`);
  await made.drop();
});

/** What `docs/scale.md` shows: the size, and the pages that each act touches. */
async function report(): Promise<string> {
  const [size] = await onServer(
    "SELECT pg_size_pretty(pg_database_size(current_database())) AS text",
    made.url,
  );
  const lines = [...pagesOf].map(([name, pages]) => `| ${name} | ${pages.join(" | ")} |`);
  return [
    `${SESSIONS} sessions, ${(size as { text: string }).text}, filled in ${filledInSeconds.toFixed(0)} s`,
    ...lines,
  ].join("\n");
}

const revocation = {
  accountId: ACCOUNT,
  reason: "revoked_by_owner",
  event: eventOf("sessions.revoked"),
} as const;
let signIns = 0;
const signsIn = (given: Parameters<typeof signIn>[4] = {}) => {
  signIns += 1;
  return signIn(store, ACCOUNT, "user-3", `new-${signIns}`, given);
};

/** What is done, and how many pages it may touch: with a hundred sessions an account has a hundred pages or so. */
const acts: readonly (readonly [name: string, pages: number, act: () => Promise<unknown>])[] = [
  ["a refresh", 100, () => store.refreshSession(refreshOf(ACCOUNT, "session-3"))],
  [
    "ten refreshes at once",
    600,
    () =>
      Promise.all(
        Array.from({ length: 10 }, (_, nth) =>
          store.refreshSession(refreshOf(ACCOUNT, `session-${nth + 1}`)),
        ),
      ),
  ],
  ["reading a session", 30, () => store.readSession(ACCOUNT, "session-3")],
  ["reading what a sign-in needs", 20, () => store.readSignIn(ACCOUNT, "user-3")],
  ["a sign-in", 300, () => signsIn()],
  ["a sign-in that pushes another session out", 300, () => signsIn({ sessionsPerUser: 10 })],
  [
    "ending a session",
    200,
    async () => {
      await signsIn();
      await store.endSession({
        accountId: ACCOUNT,
        sessionId: `new-${signIns}`,
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      });
    },
  ],
  ["the active users", 400, () => store.listActiveUsers(ACCOUNT, 100)],
  ["a page of sessions", 200, () => store.listSessions({ accountId: ACCOUNT, limit: 20, after: null })],
  [
    "the next page",
    200,
    () =>
      store.listSessions({
        accountId: ACCOUNT,
        limit: 20,
        after: { lastActiveAt: Date.now() - 450_000, id: "x" },
      }),
  ],
  [
    "a user's sessions",
    200,
    () => store.listSessions({ accountId: ACCOUNT, userId: "user-4", limit: 20, after: null }),
  ],
  ["the users", 60, () => store.listUsers(ACCOUNT)],
  ["the events", 120, () => store.listEvents({ accountId: ACCOUNT, limit: 20, after: null })],
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
      store.updateUser({ accountId: ACCOUNT, userId: "user-9", changes: { disabled: true }, actor: NOBODY }),
  ],
  [
    "applying a policy",
    2500,
    async () => {
      const { version } = await store.readPolicy(ACCOUNT);
      const limits = { idleMinutes: 50, absoluteMinutes: 1000 };
      await store.writePolicy({
        accountId: ACCOUNT,
        expectedVersion: version,
        override: limits,
        shorten: limits,
        event: eventOf("policy.changed"),
      });
    },
  ],
  ["revoking a user", 400, () => store.revokeUser({ ...revocation, userId: "user-5", spareSessionId: null })],
  ["signing everyone out", 200, () => store.revokeAccount({ ...revocation, spareSessionId: "session-3" })],
  ["a sweep that has something to close", 1000, () => store.sweep(RETENTION)],
  [
    "a sweep that has something to remove",
    1000,
    () => store.sweep({ batch: 10, endedRetentionMs: -1e9, feedRetentionMs: 1000, auditRetentionMs: 1000 }),
  ],
];

describe.each(["force_custom_plan", "force_generic_plan"] as const)(
  "with %s, one account's pages alone are touched by",
  (mode) => {
    test.each(acts)("%s", async (name, pages, act) => {
      const statements = await explained(mode, act);
      expect(statements.length).toBeGreaterThan(0);
      const sum = statements.reduce((pages, statement) => pages + statement.pages, 0);
      pagesOf.set(name, [...(pagesOf.get(name) ?? []), sum]);
      for (const { sql, steps, pages: touched } of statements) {
        expect({ sql, scans: steps.filter((step) => /^Seq Scan curfew_(?!migrations)/.test(step)) }).toEqual({
          sql,
          scans: [],
        });
        expect({ sql, touched: touched <= pages ? "few" : touched }).toEqual({ sql, touched: "few" });
      }
    });
  },
);
