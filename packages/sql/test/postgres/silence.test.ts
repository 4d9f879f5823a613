import { describe, expect, test } from "vitest";
import { behindProxy } from "../support/behind-proxy.js";
import { throwAwayDatabase } from "../support/databases.js";
import { outcomeOf } from "../support/outcomes.js";
import { openStoreAt } from "../support/replicas.js";
import { eventOf, refreshOf, signIn } from "../support/sessions.js";

/** A connection is waited for 3 s, an answer 4 s, and nobody waits for both twice. */
const WITHIN_MS = 7500;

/** How a call ended, and whether that took no longer than it may. */
async function within(call: Promise<unknown>): Promise<{ outcome: string; inTime: boolean }> {
  const began = performance.now();
  const outcome = await outcomeOf(call);
  return { outcome, inTime: performance.now() - began < WITHIN_MS };
}

const OUTAGE = { outcome: "unavailable", inTime: true };

describe("a network that swallows everything", () => {
  test("is unavailable in seconds for whoever asks over connections that were good, and recovers by itself", async () => {
    const url = await throwAwayDatabase();
    const proxy = await behindProxy(url);
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
    expect(await Promise.all(calls.map(within))).toEqual(calls.map(() => OUTAGE));
    proxy.pass();
    expect(await outcomeOf(store.refreshSession(refreshOf("account", "one")))).toBe("done");
    expect(await outcomeOf(signIn(store, "account", "ada", "three"))).toBe("done");
  });

  test("is unavailable in seconds for twenty who ask a pool of two", async () => {
    const url = await throwAwayDatabase();
    const proxy = await behindProxy(url);
    const { store } = await openStoreAt({ url: proxy.url, poolSize: 2 });
    await signIn(store, "account", "ada", "one");
    proxy.swallow();
    const calls = Array.from({ length: 20 }, () => store.readSession("account", "one"));
    expect(await Promise.all(calls.map(within))).toEqual(calls.map(() => OUTAGE));
    proxy.pass();
    expect(await outcomeOf(store.readSession("account", "one"))).toBe("done");
  });

  test("keeps nobody from closing the database", async () => {
    const url = await throwAwayDatabase();
    const proxy = await behindProxy(url);
    const { database, store } = await openStoreAt({ url: proxy.url });
    await Promise.all(Array.from({ length: 5 }, (_, nth) => store.readUser("account", `${nth}`)));
    const watch = store.watchFeed(() => {});
    proxy.swallow();
    watch.stop();
    expect(await within(database.close())).toEqual({ outcome: "done", inTime: true });
  });
});
