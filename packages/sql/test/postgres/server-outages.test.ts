import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../scripts/postgres/server.js";
import { countRows, storedCounts } from "../support/counts.js";
import { createTestDatabase, queryServer } from "../support/databases.js";
import { FeedReader } from "../support/feed-reader.js";
import { outcomeOf, retryUntilDone } from "../support/outcomes.js";
import { openReplicas, openStoreAt } from "../support/replicas.js";
import { hostOf, urlAt } from "../support/server-urls.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

const createDatabaseOn = async (name: string): Promise<string> => {
  await queryServer(`CREATE DATABASE ${name}`, server.url);
  return server.urlOf(name);
};

test("calls are unavailable while the server is stopped, and succeed with the same data once it is started", async () => {
  const { database, store } = await openStoreAt({ url: await createDatabaseOn("stopped") });
  let notifications = 0;
  database.listen(() => {
    notifications += 1;
  });
  await signIn(store, "account", "ada", "one");
  while (notifications === 0) await store.readUser("account", "ada");
  await server.stop();
  const calls = [
    () => store.refreshSession(refreshOf("account", "one")),
    () => store.readSession("account", "one"),
    () => store.readFeed({ cursor: null, sinceMs: 1000 }),
    () => store.now(),
    () => signIn(store, "account", "ada", "two"),
    () => store.sweep({ batch: 10, endedRetentionMs: 1e9, feedRetentionMs: 1e9, auditRetentionMs: 1e9 }),
  ];
  for (const call of calls) expect(await outcomeOf(call())).toBe("unavailable");
  notifications = 0;
  await server.start();
  for (const call of calls) expect(await outcomeOf(call())).toBe("done");
  while (notifications === 0) await store.readUser("account", "ada");
  expect(await store.readSession("account", "one")).toMatchObject({
    session: { generation: 1, endedAt: null },
  });
});

test("a server that is killed repeatedly under load loses no acknowledged write and ends no session", async () => {
  const url = await createDatabaseOn("killed");
  const replicas = await openReplicas(3, { url });
  const reader = new FeedReader(replicas[0]?.store as never);
  const signedIn: { accountId: string; sessionId: string; token: string }[] = [];
  const sequences: number[] = [];
  const codes = new Set<string>();
  let isRunning = true;

  const load = async (nth: number): Promise<void> => {
    const replica = replicas[nth % 3];
    if (replica === undefined) return;
    const { curfew, store } = replica;
    const user = { id: `user-${nth}`, name: "User", email: "user@example.test", role: "member" as const };
    const keptAccount = `kept-${nth}`;
    while (isRunning) {
      codes.add(
        await outcomeOf(
          curfew.sessions
            .start({ accountId: keptAccount, user, keyThumbprint: "key" })
            .then(({ session: { id: sessionId }, refreshToken: token }) =>
              signedIn.push({ accountId: keptAccount, sessionId, token }),
            ),
        ),
      );
      const session = signedIn.find(({ accountId }) => accountId === keptAccount);
      if (session !== undefined)
        codes.add(await outcomeOf(curfew.sessions.refresh(session.token, { proof: { thumbprint: "key" } })));
      const event = eventOf("sessions.revoked");
      const revocation = {
        accountId: `revoked-${nth}`,
        reason: "revoked_by_owner",
        spareSessionId: null,
        event,
      } as const;
      codes.add(
        await outcomeOf(
          store.revokeAccount(revocation).then((outcome) => {
            if (outcome.kind === "revoked") sequences.push(...outcome.feed.map((row) => row.sequence));
          }),
        ),
      );
      codes.add(await outcomeOf(reader.read()));
    }
  };
  const loads = Array.from({ length: 6 }, (_, nth) => load(nth));
  for (let kills = 0; kills < 3; kills++) {
    const before = signedIn.length;
    while (signedIn.length < before + 20) await retryUntilDone(() => reader.read());
    await server.kill();
    await server.start();
  }
  isRunning = false;
  await Promise.all(loads);

  expect(codes).toEqual(new Set(["done", "unavailable"]));
  await retryUntilDone(() => reader.read());
  expect([...reader.rows.keys()]).toEqual(expect.arrayContaining(sequences));
  for (const [nth, { accountId, sessionId, token }] of signedIn.entries()) {
    const curfew = replicas[nth % 3]?.curfew;
    const grant = await curfew?.sessions.refresh(token, { proof: { thumbprint: "key" } });
    expect(grant?.session).toMatchObject({ accountId, id: sessionId, endedAt: null });
  }
  const database = replicas[0]?.database as never;
  for (let nth = 0; nth < 6; nth++) {
    const rows = await countRows(database, `kept-${nth}`, null);
    expect(await storedCounts(database, `kept-${nth}`)).toEqual({ ...rows, byUsers: rows.sessions });
  }
});

test("of several servers a read-only one is passed over, and found again after a switch", async () => {
  const url = await createTestDatabase();
  const name = new URL(url).pathname.slice(1);
  const { username, password } = new URL(inject("postgresUrl"));
  await queryServer(
    `DO $$ BEGIN CREATE ROLE "${username}" SUPERUSER LOGIN PASSWORD '${password}'; EXCEPTION WHEN duplicate_object THEN END $$`,
    server.url,
  );
  await queryServer(`CREATE DATABASE ${name} OWNER "${username}"`, server.url);
  const servers = [server.url, inject("postgresUrl")];
  const setReadOnly = (server: string | undefined, value: "on" | "off") =>
    queryServer(
      `ALTER DATABASE ${name} SET default_transaction_read_only = ${value};
       SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
      server,
    );
  await setReadOnly(servers[0], "on");
  const list = urlAt(url, servers.map(hostOf), "?target_session_attrs=read-write");
  const { store } = await openStoreAt({ url: list });
  expect(await outcomeOf(signIn(store, "account", "ada", "one"))).toBe("done");
  // The other one becomes the primary; it has the tables from its own store.
  await setReadOnly(servers[0], "off");
  const { store: there } = await openStoreAt({ url: urlAt(url, [hostOf(server.url)]) });
  await setReadOnly(servers[1], "on");
  while ((await outcomeOf(signIn(store, "account", "ada", "two"))) !== "done");
  expect((await there.readSession("account", "two"))?.session.userId).toBe("ada");
});
