import { expect, test } from "vitest";
import { describeCounts, keptCounts } from "../support/counts.js";
import { onServer, postgres, throwAwayDatabase } from "../support/databases.js";
import { openStoreAt } from "../support/replicas.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

describeCounts(postgres, 12);

test("no count moves by a refresh, and no row but the session's is written", async () => {
  const url = await throwAwayDatabase();
  const { store } = await openStoreAt({ url });
  await signIn(store, "account", "ada", "one");
  const versions = () =>
    onServer(
      "SELECT CAST(a.xmin AS TEXT) AS account, CAST(u.xmin AS TEXT) AS user FROM curfew_accounts a, curfew_users u",
      url,
    );
  const before = await versions();
  expect(await store.refreshSession(refreshOf("account", "one"))).toMatchObject({
    session: { generation: 1 },
  });
  expect(await versions()).toEqual(before);
});

/** Writes down each version of an account's and a user's row that an update makes. */
const WATCH = `
  CREATE TABLE versions (made_of TEXT);
  CREATE FUNCTION note_version() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO versions VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
  CREATE TRIGGER watch AFTER UPDATE ON curfew_accounts FOR EACH ROW EXECUTE FUNCTION note_version();
  CREATE TRIGGER watch AFTER UPDATE ON curfew_users FOR EACH ROW EXECUTE FUNCTION note_version();`;

test("20,000 sessions of 100 users that a policy ends at once are counted in 100 writes and not in 20,000", async () => {
  const url = await throwAwayDatabase();
  const { database, store } = await openStoreAt({ url });
  const now = Date.now();
  await onServer(
    `INSERT INTO curfew_accounts (id) VALUES ('account');
     INSERT INTO curfew_users (account_id, id, name, email, role)
       SELECT 'account', 'user-' || n, 'User', 'user@example.test', 'member' FROM generate_series(1, 100) AS n;
     INSERT INTO curfew_sessions (account_id, id, user_id, account_epoch, started_at, last_active_at, idle_minutes,
         absolute_minutes, idle_expires_at, absolute_expires_at)
       SELECT 'account', 'session-' || n, 'user-' || (n % 100 + 1), 0, ${now - 1_200_000}, ${now - 1_200_000}, 60, 1440,
         ${now + 2_400_000}, ${now + 85_200_000} FROM generate_series(1, 20000) AS n;
     ${WATCH}`,
    url,
  );
  expect(await keptCounts(database, "account")).toEqual({ sessions: 20_000, users: 100, byUsers: 20_000 });

  const limits = { idleMinutes: 10, absoluteMinutes: 1440 };
  const written = await store.writePolicy({
    accountId: "account",
    expectedVersion: 1,
    override: limits,
    shorten: limits,
    event: eventOf("policy.changed"),
  });

  expect(written).toMatchObject({ kind: "written", sessionsEnded: 20_000, sessionsShortened: 0 });
  expect(await keptCounts(database, "account")).toEqual({ sessions: 0, users: 0, byUsers: 0 });
  const made = "SELECT made_of, count(*)::int AS count FROM versions GROUP BY made_of ORDER BY made_of";
  expect(await onServer(made, url)).toEqual([
    // The policy, and the counts.
    { made_of: "curfew_accounts", count: 2 },
    { made_of: "curfew_users", count: 100 },
  ]);
});
