import { describe, expect, onTestFinished, test } from "vitest";
import { FaultyProxy } from "../../../../scripts/postgres/faulty-proxy.js";
import { createTestDatabase, queryServer } from "../support/databases.js";
import { outcomeOf, retryUntilDone } from "../support/outcomes.js";
import { openReplicas, openStoreAt } from "../support/replicas.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

const userOf = (id: string) => ({ id, name: id, email: `${id}@example.test`, role: "member" as const });

/** Starts a proxy for the server at `url` that is closed when the test finishes. */
async function startProxy(url: string): Promise<FaultyProxy> {
  const proxy = await FaultyProxy.before(url);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** Opens a store whose connections all use the proxy. */
async function openBehindProxy() {
  const url = await createTestDatabase();
  const proxy = await startProxy(url);
  return { url, proxy, ...(await openStoreAt({ url: proxy.url })) };
}

test("a read succeeds after all connections of the pool were cut", async () => {
  const { proxy, store } = await openBehindProxy();
  await signIn(store, "account", "ada", "one");
  await Promise.all(Array.from({ length: 10 }, () => store.readSession("account", "one")));
  for (let nth = 0; nth < 10; nth++) {
    proxy.cut();
    expect(await store.readSession("account", "one")).toMatchObject({ session: { id: "one" } });
  }
});

test("when connections are cut under load, calls succeed or are unavailable, and no acknowledged write is lost", async () => {
  const { url, proxy, store } = await openBehindProxy();
  const acknowledged: string[] = [];
  const codes = new Set<string>();
  const write = async (writer: number): Promise<void> => {
    for (let nth = 0; nth < 15; nth++) {
      const id = `session-${writer}-${nth}`;
      const outcome = await outcomeOf(signIn(store, `account-${writer}`, "ada", id));
      codes.add(outcome);
      if (outcome === "done") acknowledged.push(id);
      if (nth % 5 === writer % 5) proxy.cut();
    }
  };
  await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(write));
  expect(codes).toEqual(new Set(["done", "unavailable"]));
  const stored = (await queryServer("SELECT id FROM curfew_sessions", url)) as { id: string }[];
  expect(stored.map((row) => row.id)).toEqual(expect.arrayContaining(acknowledged));
});

test("a commit whose response is lost is unavailable and is not retried", async () => {
  const { url, proxy, store } = await openBehindProxy();
  await signIn(store, "account", "ada", "one");
  proxy.loseNextAnswer("commit");
  const event = eventOf("session.proof_failed");
  expect(await outcomeOf(store.recordEvent("account", event))).toBe("unavailable");
  expect(proxy.lost).toBe(1);
  const recorded = "SELECT count(*)::int AS count FROM curfew_events WHERE type = 'session.proof_failed'";
  expect(await queryServer(recorded, url)).toEqual([{ count: 1 }]);
});

test("a read whose response is lost is retried", async () => {
  const { proxy, store } = await openBehindProxy();
  await signIn(store, "account", "ada", "one");
  proxy.loseNextAnswer("anything");
  expect(await store.readSession("account", "one")).toMatchObject({ session: { id: "one" } });
  expect(proxy.lost).toBe(1);
});

test.each([
  ["bound", { keyThumbprint: "key" }, { proof: { thumbprint: "key" } }],
  ["unbound", {}, {}],
])(
  "after the response to a refresh of a %s session is lost, the previous token still works",
  async (_, binding, proof) => {
    const url = await createTestDatabase();
    const proxy = await startProxy(url);
    const [replica] = await openReplicas(1, { url: proxy.url, poolSize: 1 });
    if (replica === undefined) throw new Error("there is no replica");
    const { sessions } = replica.curfew;
    const first = await sessions.start({ accountId: "account", user: userOf("ada"), ...binding });
    // The lost response may be that of a feed read over the same connection, so the refresh may succeed.
    const refreshWithLoss = async () => {
      proxy.loseNextAnswer("anything");
      return outcomeOf(sessions.refresh(first.refreshToken, proof));
    };
    let outcome = await refreshWithLoss();
    while (outcome === "done") outcome = await refreshWithLoss();
    expect(outcome).toBe("unavailable");
    const next = await retryUntilDone(() => sessions.refresh(first.refreshToken, proof));
    expect(next.session).toMatchObject({ id: first.session.id, generation: 1, endedAt: null });
    const last = await retryUntilDone(() => sessions.refresh(next.refreshToken, proof));
    expect(last.session).toMatchObject({ id: first.session.id, generation: 1 });
  },
);

test("calls wait for late responses", async () => {
  const { proxy, store } = await openBehindProxy();
  await signIn(store, "account", "ada", "one");
  proxy.delay(300);
  expect(await store.refreshSession(refreshOf("account", "one"))).toMatchObject({
    session: { generation: 1 },
  });
  expect(await outcomeOf(signIn(store, "account", "ada", "two"))).toBe("done");
});

test("a listener reconnects after its connection is cut, and is notified of later commits", async () => {
  const { url, proxy, database, store } = await openBehindProxy();
  const { store: other } = await openStoreAt({ url });
  let notifications = 0;
  database.listen(() => {
    notifications += 1;
  });
  const event = eventOf("sessions.revoked");
  const revoke = () =>
    other.revokeAccount({ accountId: "a", reason: "revoked_by_owner", spareSessionId: null, event });
  const expectNotification = async (act: () => Promise<unknown>): Promise<void> => {
    const before = notifications;
    await act();
    while (notifications === before) await retryUntilDone(() => other.readFeed({ cursor: null, sinceMs: 0 }));
  };
  await expectNotification(async () => {});
  await expectNotification(revoke);
  for (let nth = 0; nth < 3; nth++) {
    await expectNotification(async () => proxy.cut());
    await expectNotification(revoke);
  }
  expect(await outcomeOf(store.now())).toBe("done");
});

test("calls are unavailable while nothing listens at the address, and succeed once the server is back", async () => {
  const url = await createTestDatabase();
  const proxy = await startProxy(url);
  const { store } = await openStoreAt({ url: proxy.url });
  await signIn(store, "account", "ada", "one");
  await proxy.close();
  expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("unavailable");
  expect(await outcomeOf(store.readSession("account", "one"))).toBe("unavailable");
  expect(await outcomeOf(signIn(store, "account", "ada", "two"))).toBe("unavailable");
  await proxy.open();
  expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("done");
});

/** The timeouts of 3 s for a connection and 4 s for a response; a call that ran into both is not retried. */
const MAX_DURATION_MS = 7500;

/** Returns the outcome of a call and whether it ended in time. */
async function timed(call: Promise<unknown>): Promise<{ outcome: string; inTime: boolean }> {
  const startedAt = performance.now();
  const outcome = await outcomeOf(call);
  return { outcome, inTime: performance.now() - startedAt < MAX_DURATION_MS };
}

const OUTAGE = { outcome: "unavailable", inTime: true };

describe("a network that drops all packets", () => {
  test("makes calls over open connections unavailable within seconds, until it works again", async () => {
    const url = await createTestDatabase();
    const proxy = await startProxy(url);
    const { store } = await openStoreAt({ url: proxy.url });
    await signIn(store, "account", "ada", "one");
    await Promise.all(Array.from({ length: 5 }, () => store.readSession("account", "one")));
    proxy.swallow();
    const event = eventOf("sessions.revoked");
    const calls = [
      store.refreshSession(refreshOf("account", "one")),
      store.readSession("account", "one"),
      store.readFeed({ cursor: null, sinceMs: 1000 }),
      signIn(store, "account", "ada", "two"),
      store.revokeAccount({ accountId: "account", reason: "revoked_by_owner", spareSessionId: null, event }),
    ];
    expect(await Promise.all(calls.map(timed))).toEqual(calls.map(() => OUTAGE));
    proxy.pass();
    expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("done");
    expect(await outcomeOf(signIn(store, "account", "ada", "three"))).toBe("done");
  });

  test("makes twenty calls on a pool of two connections unavailable within seconds", async () => {
    const url = await createTestDatabase();
    const proxy = await startProxy(url);
    const { store } = await openStoreAt({ url: proxy.url, poolSize: 2 });
    await signIn(store, "account", "ada", "one");
    proxy.swallow();
    const calls = Array.from({ length: 20 }, () => store.readSession("account", "one"));
    expect(await Promise.all(calls.map(timed))).toEqual(calls.map(() => OUTAGE));
    proxy.pass();
    expect(await outcomeOf(store.readSession("account", "one"))).toBe("done");
  });

  test("does not prevent the database from being closed", async () => {
    const url = await createTestDatabase();
    const proxy = await startProxy(url);
    const { database, store } = await openStoreAt({ url: proxy.url });
    await Promise.all(Array.from({ length: 5 }, (_, nth) => store.readUser("account", `${nth}`)));
    const watch = store.watchFeed(() => {});
    proxy.swallow();
    watch.stop();
    expect(await timed(database.close())).toEqual({ outcome: "done", inTime: true });
  });
});
