import { afterAll, beforeAll, expect, test } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../scripts/postgres/server.js";
import { countedRows, keptCounts } from "../support/counts.js";
import { onServer } from "../support/databases.js";
import { FeedReader } from "../support/feed-reader.js";
import { outcomeOf, retryUntilDone } from "../support/outcomes.js";
import { openReplicas, openStoreAt } from "../support/replicas.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

const newUrl = async (name: string): Promise<string> => {
  await onServer(`CREATE DATABASE ${name}`, server.url);
  return server.urlOf(name);
};

test("a server that is stopped is unavailable for everybody, and all goes on where it was once it is started", async () => {
  const { database, store } = await openStoreAt({ url: await newUrl("stopped") });
  let woken = 0;
  database.listen(() => {
    woken += 1;
  });
  await signIn(store, "account", "ada", "one");
  while (woken === 0) await store.readUser("account", "ada");
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
  woken = 0;
  await server.start();
  for (const call of calls) expect(await outcomeOf(call())).toBe("done");
  while (woken === 0) await store.readUser("account", "ada");
  expect(await store.readSession("account", "one")).toMatchObject({
    session: { generation: 1, endedAt: null },
  });
});

test("a server that is killed again and again under load loses nothing that was answered, and signs nobody out", async () => {
  const url = await newUrl("killed");
  const replicas = await openReplicas(3, { url });
  const reader = new FeedReader(replicas[0]?.store as never);
  const signedIn: { accountId: string; sessionId: string; token: string }[] = [];
  const sequences: number[] = [];
  const codes = new Set<string>();
  let killing = true;

  const load = async (nth: number): Promise<void> => {
    const replica = replicas[nth % 3];
    if (replica === undefined) return;
    const { curfew, store } = replica;
    const user = { id: `user-${nth}`, name: "User", email: "user@example.test", role: "member" as const };
    const stays = `stays-${nth}`;
    while (killing) {
      codes.add(
        await outcomeOf(
          curfew.sessions
            .start({ accountId: stays, user, keyThumbprint: "key" })
            .then(({ session, refreshToken: token }) =>
              signedIn.push({ accountId: stays, sessionId: session.id, token }),
            ),
        ),
      );
      const mine = signedIn.find(({ accountId }) => accountId === stays);
      if (mine !== undefined)
        codes.add(await outcomeOf(curfew.sessions.refresh(mine.token, { proof: { thumbprint: "key" } })));
      const event = eventOf("sessions.revoked");
      const goes = {
        accountId: `goes-${nth}`,
        reason: "revoked_by_owner",
        spareSessionId: null,
        event,
      } as const;
      codes.add(
        await outcomeOf(
          store.revokeAccount(goes).then((outcome) => {
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
  killing = false;
  await Promise.all(loads);

  expect(codes).toEqual(new Set(["done", "unavailable"]));
  await retryUntilDone(() => reader.read());
  expect([...reader.heard.keys()]).toEqual(expect.arrayContaining(sequences));
  for (const [nth, { accountId, sessionId, token }] of signedIn.entries()) {
    const curfew = replicas[nth % 3]?.curfew;
    const grant = await curfew?.sessions.refresh(token, { proof: { thumbprint: "key" } });
    expect(grant?.session).toMatchObject({ accountId, id: sessionId, endedAt: null });
  }
  const database = replicas[0]?.database as never;
  for (let nth = 0; nth < 6; nth++) {
    const rows = await countedRows(database, `stays-${nth}`, null);
    expect(await keptCounts(database, `stays-${nth}`)).toEqual({ ...rows, byUsers: rows.sessions });
  }
});
