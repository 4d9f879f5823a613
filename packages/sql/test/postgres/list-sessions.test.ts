import type { SessionPosition } from "@curfew/core";
import { expect, test } from "vitest";
import { createTestDatabase } from "../support/databases.js";
import { HeldTransaction } from "../support/held-transaction.js";
import { openStoreAt } from "../support/replicas.js";
import { refreshOf, signIn } from "../support/sessions.js";

const ACCOUNT = "account";
const IDS = ["one", "two", "three"];

test("a session whose use began before the first page and commits after it is on a later page", async () => {
  const url = await createTestDatabase();
  const { store } = await openStoreAt({ url });
  for (const id of IDS) await signIn(store, ACCOUNT, "ada", id);
  const held = await HeldTransaction.begin(url);
  await held.run("SELECT 1 FROM curfew_sessions WHERE id = 'one' FOR UPDATE");
  const refreshed = store.refreshSession(refreshOf(ACCOUNT, "one"));
  const waiting =
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  while ((await held.run(waiting)).length === 0) await new Promise(setImmediate);

  const seen: string[] = [];
  let after: SessionPosition | null = null;
  do {
    const page: Awaited<ReturnType<typeof store.listSessions>> = await store.listSessions({
      accountId: ACCOUNT,
      limit: 1,
      after,
    });
    seen.push(...page.items.map(({ session }) => session.id));
    if (after === null) {
      await held.commit();
      expect(await refreshed).not.toBeNull();
    }
    after = page.next;
  } while (after !== null);
  expect(seen.sort()).toEqual([...IDS].sort());
});
