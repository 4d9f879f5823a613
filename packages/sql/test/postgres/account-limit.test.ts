import { expect, test } from "vitest";
import { createSqlStore, migrateStore, openPostgres } from "../../src/index.js";
import { createTestDatabase, queryServer } from "../support/databases.js";
import { HeldTransaction } from "../support/held-transaction.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

const MINUTE = 60_000;
const STRICT = { idleMinutes: 15, absoluteMinutes: 720 };

/** Waits until a statement that contains `text` waits for a lock. */
async function untilBlocked(url: string, text: string): Promise<void> {
  const query = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%${text}%'
    AND datname = current_database()`;
  while ((await queryServer(query, url)).length === 0);
}

test("a refresh that began before the policy was committed does not revive a session that it has ended", async () => {
  const url = await createTestDatabase();
  let now = Date.now();
  const database = openPostgres({ url, now: () => now });
  await migrateStore(database);
  const store = createSqlStore(database, { settledAtOnce: 0 });
  await signIn(store, "account", "ada", "one");
  now += 20 * MINUTE;

  // The policy has reached its feed row, and waits for the table.
  const held = await HeldTransaction.begin(url);
  await held.run("LOCK TABLE curfew_feed IN EXCLUSIVE MODE");
  const written = store.writePolicy({
    accountId: "account",
    expectedVersion: 1,
    override: STRICT,
    shorten: STRICT,
    callerSessionId: null,
    activeUsersLimit: 100,
    event: eventOf("policy.changed"),
  });
  await untilBlocked(url, 'insert into "curfew_feed"');
  const refreshed = store.refreshSession(refreshOf("account", "one"));
  await untilBlocked(url, "UPDATE curfew_sessions");
  await held.commit();

  expect(await written).toMatchObject({ kind: "written", sessionsEnded: 1, sessionsShortened: 0 });
  expect(await refreshed).toBe(null);
  await database.close();
});
