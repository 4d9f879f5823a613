import { describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { FaultyProxy } from "../../../../scripts/postgres/faulty-proxy.js";
import { clock, openPostgres, type SqlDatabase } from "../../src/index.js";
import { createTestDatabase } from "../support/databases.js";
import { outcomeOf } from "../support/outcomes.js";
import { openStoreAt } from "../support/replicas.js";
import { hostOf, urlAt } from "../support/server-urls.js";
import { refreshOf, signIn } from "../support/sessions.js";

async function proxyBefore(url: string): Promise<FaultyProxy> {
  const proxy = await FaultyProxy.before(url);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** Resolves once a notification has come, for which it makes revocations. */
async function untilNotified(database: SqlDatabase, announce: () => Promise<unknown>): Promise<void> {
  let isNotified = false;
  const listener = database.listen(() => {
    isNotified = true;
  });
  while (!isNotified) await announce();
  listener.stop();
}

describe("with several servers", () => {
  test.each(["refuses connections", "takes them and never answers"])(
    "a store works where the first one %s",
    async (trouble) => {
      const url = await createTestDatabase();
      const blackHole = await proxyBefore(url);
      blackHole.swallow();
      const dead = `127.0.0.1:${await freePort()}`;
      const first = trouble === "refuses connections" ? dead : hostOf(blackHole.url);
      const { database, store } = await openStoreAt({ url: urlAt(url, [first, hostOf(url)]) });
      await signIn(store, "account", "ada", "one");
      expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("done");
      await untilNotified(database, () => store.readUser("account", "ada"));
    },
  );

  test("calls go to the first one that answers, and to the next one once it has gone", async () => {
    const url = await createTestDatabase();
    const [first, second] = [await proxyBefore(url), await proxyBefore(url)];
    const hosts = [hostOf(first.url), hostOf(second.url)];
    const { database, store } = await openStoreAt({ url: urlAt(url, hosts) });
    await signIn(store, "account", "ada", "one");
    expect([first.connections > 0, second.connections]).toEqual([true, 0]);
    await first.close();
    while ((await outcomeOf(store.readSession("account", "one"))) !== "done");
    expect(second.connections).toBeGreaterThan(0);
    await untilNotified(database, () => store.readUser("account", "ada"));
    await first.open();
  });

  test("a connection that stops answering sends the calls after it to the next one", async () => {
    const url = await createTestDatabase();
    const [first, second] = [await proxyBefore(url), await proxyBefore(url)];
    const database = openPostgres({ url: urlAt(url, [hostOf(first.url), hostOf(second.url)]), poolSize: 1 });
    onTestFinished(() => database.close());
    const read = () => outcomeOf(database.read(() => clock()));
    expect(await read()).toBe("done");
    first.swallow();
    first.cut();
    expect(await read()).toBe("done");
    expect(second.connections).toBeGreaterThan(0);
  });

  test("none of which answers, the call is unavailable, and says why of each", async () => {
    const url = await createTestDatabase();
    const ports = [await freePort(), await freePort()];
    const database = openPostgres({
      url: urlAt(
        url,
        ports.map((port) => `127.0.0.1:${port}`),
      ),
    });
    onTestFinished(() => database.close());
    const [one, two] = ports;
    await expect(database.read(() => clock())).rejects.toMatchObject({
      code: "unavailable",
      cause: {
        message: `the database can't be reached: no server is a primary that answers (127.0.0.1:${one}: connect ECONNREFUSED 127.0.0.1:${one}; 127.0.0.1:${two}: connect ECONNREFUSED 127.0.0.1:${two})`,
      },
    });
  });
});
