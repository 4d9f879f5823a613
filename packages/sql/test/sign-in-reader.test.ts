import { sql } from "kysely";
import { expect, test } from "vitest";
import { createSignInReader } from "../src/index.js";
import { openStore, signIn } from "./support/sessions.js";

test("a host's own read finds what a sign-in needs as readSignIn does, by ids or by expressions that find them", async () => {
  const { database, store } = await openStore();
  await signIn(store, "acme", "ada", "first");
  await store.revokeUser({
    accountId: "acme",
    userId: "ada",
    reason: "revoked_by_user",
    spareSessionId: null,
    event: { type: "sessions.revoked", actorId: null, sessionId: null, ip: null, details: {} },
  });
  const readSignIn = createSignInReader(database);
  const expected = await store.readSignIn("acme", "ada");
  expect(expected).toMatchObject({ account: { epoch: 0 }, user: { id: "ada", epoch: 1 } });
  expect(await database.read(() => readSignIn("acme", "ada"))).toEqual(expected);
  const ofSession = (column: string) =>
    sql<string>`(SELECT ${sql.ref(column)} FROM curfew_sessions WHERE id = 'first')`;
  expect(await database.read(() => readSignIn(ofSession("account_id"), ofSession("user_id")))).toEqual(
    expected,
  );
});
