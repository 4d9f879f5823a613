import { sql } from "kysely";
import { expect, test } from "vitest";
import { all, openPostgres, raw } from "../../src/index.js";
import { createTestDatabase } from "../support/databases.js";
import { outcomeOf } from "../support/outcomes.js";
import { openReplicas, openStoreAt } from "../support/replicas.js";
import { refreshOf, signIn } from "../support/sessions.js";
import { poolerBefore, SERVER_CONNECTIONS } from "../support/transaction-pooler.js";

test("30 sessions are refreshed over four connections, with another connection for each transaction", async () => {
  const url = await createTestDatabase();
  const pooler = await poolerBefore(url);
  const { store } = await openStoreAt({ url: pooler.url, directUrl: url, pooled: true });
  await Promise.all(
    Array.from({ length: 30 }, (_, nth) => signIn(store, `account-${nth % 7}`, `user-${nth}`, `${nth}`)),
  );
  const refreshed = await Promise.all(
    Array.from({ length: 30 }, (_, nth) => store.refreshSession(refreshOf(`account-${nth % 7}`, `${nth}`))),
  );
  expect(refreshed.map((row) => row?.session.generation)).toEqual(refreshed.map(() => 1));
  expect(pooler.transactionCount).toBeGreaterThanOrEqual(60);
});

test("without a direct URL, migrations use the pooler and replicas read the feed by polling", async () => {
  const url = await createTestDatabase();
  const pooler = await poolerBefore(url);
  const [one, other] = await openReplicas(2, { url: pooler.url, pooled: true });
  const user = { id: "ada", name: "Ada", email: "ada@example.test", role: "member" as const };
  const grant = await one?.curfew.sessions.start({ accountId: "account", user });
  const actor = { userId: null, sessionId: null, ip: null };
  expect(await one?.curfew.revoke.account("account", { actor })).toBe(1);
  let verdict = "done";
  while (verdict === "done") {
    await other?.store.readUser("account", "ada");
    verdict = await outcomeOf(other?.curfew.sessions.verify(grant?.accessToken ?? "") ?? Promise.resolve());
  }
  expect(verdict).toBe("session_revoked");
});

test("each transaction sets its own timeouts and leaves none on the connection", async () => {
  const url = await createTestDatabase();
  const database = openPostgres({ url: (await poolerBefore(url)).url, pooled: true });
  const timeouts = () =>
    all(
      raw(
        database.queries<Record<never, never>>(),
        sql<object>`SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
          current_setting('idle_in_transaction_session_timeout') AS idle`,
      ),
    );
  const expected = { statement: "25s", lock: "400ms", idle: "10s" };
  for (let nth = 0; nth < SERVER_CONNECTIONS + 1; nth++) {
    expect(await database.read(timeouts)).toEqual([expected]);
    expect(await database.write(timeouts)).toEqual([expected]);
    expect(await database.read(timeouts, { single: true })).toEqual([
      { statement: "0", lock: "0", idle: "0" },
    ]);
  }
  await database.close();
});

test("without the pooled option the database is unavailable, because the pooler refuses its startup parameters", async () => {
  const url = await createTestDatabase();
  const database = openPostgres({ url: (await poolerBefore(url)).url });
  expect(
    await outcomeOf(
      database.read(function* () {
        return yield* all(raw(database.queries<Record<never, never>>(), sql`SELECT 1`));
      }),
    ),
  ).toBe("unavailable");
  await database.close();
});
