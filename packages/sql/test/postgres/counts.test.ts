import { expect, test } from "vitest";
import { describeCounts, storedCounts } from "../support/counts.js";
import { createTestDatabase, postgres, queryServer } from "../support/databases.js";
import { openStoreAt } from "../support/replicas.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

describeCounts(postgres, 12);

test("a refresh changes no count and writes only the row of the session", async () => {
  const url = await createTestDatabase();
  const { store } = await openStoreAt({ url });
  await signIn(store, "account", "ada", "one");
  const versions = () =>
    queryServer(
      "SELECT CAST(a.xmin AS TEXT) AS account, CAST(u.xmin AS TEXT) AS user FROM curfew_accounts a, curfew_users u",
      url,
    );
  const before = await versions();
  expect(await store.refreshSession(refreshOf("account", "one"))).toMatchObject({
    session: { generation: 1 },
  });
  expect(await versions()).toEqual(before);
});

/** As many sessions as `writePolicy` closes in its own transaction. */
const BATCH = 1000;
const BATCHES = 20_000 / BATCH;
const DAY_MS = 86_400_000;
const SWEEP = { batch: BATCH, endedRetentionMs: DAY_MS, feedRetentionMs: DAY_MS, auditRetentionMs: DAY_MS };

/** Records each update of a row of accounts and users. */
const RECORD_UPDATES = `
  CREATE TABLE updates (table_name TEXT);
  CREATE FUNCTION record_update() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO updates VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
  CREATE TRIGGER record_update AFTER UPDATE ON curfew_accounts FOR EACH ROW EXECUTE FUNCTION record_update();
  CREATE TRIGGER record_update AFTER UPDATE ON curfew_users FOR EACH ROW EXECUTE FUNCTION record_update();`;

test("a policy that ends 20,000 sessions of 100 users updates each user once, and the account twice for each batch", async () => {
  const url = await createTestDatabase();
  const { database, store } = await openStoreAt({ url });
  const now = Date.now();
  await queryServer(
    `INSERT INTO curfew_accounts (id) VALUES ('account');
     INSERT INTO curfew_users (account_id, id, name, email, role)
       SELECT 'account', 'user-' || n, 'User', 'user@example.test', 'member' FROM generate_series(1, 100) AS n;
     INSERT INTO curfew_sessions (account_id, id, user_id, account_epoch, started_at, last_active_at, idle_minutes,
         absolute_minutes, idle_expires_at, absolute_expires_at)
       SELECT 'account', 'session-' || n, 'user-' || (n % 100 + 1), 0, ${now - 1_200_000}, ${now - 1_200_000}, 60, 1440,
         ${now + 2_400_000}, ${now + 85_200_000} FROM generate_series(1, 20000) AS n;
     ${RECORD_UPDATES}`,
    url,
  );
  expect(await storedCounts(database, "account")).toEqual({ sessions: 20_000, users: 100, byUsers: 20_000 });

  const limits = { idleMinutes: 10, absoluteMinutes: 1440 };
  const written = await store.writePolicy({
    accountId: "account",
    expectedVersion: 1,
    override: limits,
    shorten: limits,
    callerSessionId: null,
    activeUsersLimit: 100,
    event: eventOf("policy.changed"),
  });

  expect(written).toMatchObject({ kind: "written", sessionsEnded: 20_000, sessionsShortened: 0 });
  while ((await store.sweep(SWEEP)).more);
  expect(await storedCounts(database, "account")).toEqual({ sessions: 0, users: 0, byUsers: 0 });
  const updates =
    "SELECT table_name, count(*)::int AS count FROM updates GROUP BY table_name ORDER BY table_name";
  expect(await queryServer(updates, url)).toEqual([
    // The policy, its limit, counts and progress of each batch, and the end of the limit.
    { table_name: "curfew_accounts", count: 1 + 1 + 2 * BATCHES + 1 },
    { table_name: "curfew_users", count: 100 },
  ]);
});
