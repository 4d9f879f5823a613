import { expect, test } from "vitest";
import { behindProxy } from "../support/behind-proxy.js";
import { onServer, throwAwayDatabase } from "../support/databases.js";
import { outcomeOf, retryUntilDone } from "../support/outcomes.js";
import { openReplicas, openStoreAt } from "../support/replicas.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

const person = (id: string) => ({ id, name: id, email: `${id}@example.test`, role: "member" as const });

/** A store whose every connection passes through a proxy. */
async function openBehindProxy() {
  const url = await throwAwayDatabase();
  const proxy = await behindProxy(url);
  return { url, proxy, ...(await openStoreAt({ url: proxy.url })) };
}

test("a pool whose connections were all cut serves the next read as if nothing had happened", async () => {
  const { proxy, store } = await openBehindProxy();
  await signIn(store, "account", "ada", "one");
  await Promise.all(Array.from({ length: 10 }, () => store.readSession("account", "one")));
  for (let nth = 0; nth < 10; nth++) {
    proxy.cut();
    expect(await store.readSession("account", "one")).toMatchObject({ session: { id: "one" } });
  }
});

test("a cut under load is unavailable or unnoticed, and nothing that was answered is lost", async () => {
  const { url, proxy, store } = await openBehindProxy();
  const answered: string[] = [];
  const codes = new Set<string>();
  const write = async (writer: number): Promise<void> => {
    for (let nth = 0; nth < 15; nth++) {
      const id = `session-${writer}-${nth}`;
      const outcome = await outcomeOf(signIn(store, `account-${writer}`, "ada", id));
      codes.add(outcome);
      if (outcome === "done") answered.push(id);
      if (nth % 5 === writer % 5) proxy.cut();
    }
  };
  await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(write));
  expect(codes).toEqual(new Set(["done", "unavailable"]));
  const kept = (await onServer("SELECT id FROM curfew_sessions", url)) as { id: string }[];
  expect(kept.map((row) => row.id)).toEqual(expect.arrayContaining(answered));
});

test("a commit whose answer is lost is unavailable, and is not done twice", async () => {
  const { url, proxy, store } = await openBehindProxy();
  await signIn(store, "account", "ada", "one");
  proxy.loseNextAnswer("commit");
  const event = eventOf("session.proof_failed");
  expect(await outcomeOf(store.recordEvent("account", event))).toBe("unavailable");
  expect(proxy.lost).toBe(1);
  const recorded = "SELECT count(*)::int AS count FROM curfew_events WHERE type = 'session.proof_failed'";
  expect(await onServer(recorded, url)).toEqual([{ count: 1 }]);
});

test("a read whose answer is lost is asked again", async () => {
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
  "a refresh of a %s session whose answer is lost leaves it usable with the token of before",
  async (_, given, proof) => {
    const url = await throwAwayDatabase();
    const proxy = await behindProxy(url);
    const [replica] = await openReplicas(1, { url: proxy.url, poolSize: 1 });
    if (replica === undefined) throw new Error("no replica");
    const { sessions } = replica.curfew;
    const first = await sessions.start({ accountId: "account", user: person("ada"), ...given });
    // The engine reads its feed over the same connection: only what writes counts.
    const lost = async () => {
      proxy.loseNextAnswer("anything");
      return outcomeOf(sessions.refresh(first.refreshToken, proof));
    };
    let outcome = await lost();
    while (outcome === "done") outcome = await lost();
    expect(outcome).toBe("unavailable");
    const next = await retryUntilDone(() => sessions.refresh(first.refreshToken, proof));
    expect(next.session).toMatchObject({ id: first.session.id, generation: 1, endedAt: null });
    const last = await retryUntilDone(() => sessions.refresh(next.refreshToken, proof));
    expect(last.session).toMatchObject({ id: first.session.id, generation: 1 });
  },
);

test("answers that come late are waited for", async () => {
  const { proxy, store } = await openBehindProxy();
  await signIn(store, "account", "ada", "one");
  proxy.delay(300);
  expect(await store.refreshSession(refreshOf("account", "one"))).toMatchObject({
    session: { generation: 1 },
  });
  expect(await outcomeOf(signIn(store, "account", "ada", "two"))).toBe("done");
});

test("whoever listens is connected again after a cut, and woken once more by what is announced", async () => {
  const { url, proxy, database, store } = await openBehindProxy();
  const { store: elsewhere } = await openStoreAt({ url });
  let woken = 0;
  database.listen(() => {
    woken += 1;
  });
  const event = eventOf("sessions.revoked");
  const revoke = () =>
    elsewhere.revokeAccount({ accountId: "a", reason: "revoked_by_owner", spareSessionId: null, event });
  const wakes = async (act: () => Promise<unknown>): Promise<void> => {
    const before = woken;
    await act();
    while (woken === before) await retryUntilDone(() => elsewhere.readFeed({ cursor: null, sinceMs: 0 }));
  };
  await wakes(async () => {});
  await wakes(revoke);
  for (let nth = 0; nth < 3; nth++) {
    await wakes(async () => proxy.cut());
    await wakes(revoke);
  }
  expect(await outcomeOf(store.now())).toBe("done");
});

test("nobody at the address is unavailable for whoever asks, and recovers by itself once somebody is", async () => {
  const url = await throwAwayDatabase();
  const proxy = await behindProxy(url);
  const { store } = await openStoreAt({ url: proxy.url });
  await signIn(store, "account", "ada", "one");
  await proxy.close();
  expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("unavailable");
  expect(await outcomeOf(store.readSession("account", "one"))).toBe("unavailable");
  expect(await outcomeOf(signIn(store, "account", "ada", "two"))).toBe("unavailable");
  await proxy.open();
  expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("done");
});
