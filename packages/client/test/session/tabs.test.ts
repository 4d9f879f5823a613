import { describe, expect, test } from "vitest";
import {
  ADA,
  createContext,
  GRACE,
  HOUR,
  MINUTE,
  openTab,
  REFRESH,
  requestCount,
  SECOND,
  settle,
  signedInContext,
  signedInState,
} from "./context.js";

describe("all tabs", () => {
  test("are signed in by a sign-in in one tab", async () => {
    const { tabs } = await signedInContext(4);
    expect(tabs.map((tab) => signedInState(tab).session.id)).toEqual(Array(4).fill("session 1"));
  });

  test("are signed in again when the user signs in again", async () => {
    const context = await signedInContext(3);
    await context.time.advance(2 * HOUR);
    expect(context.tabs.map((tab) => tab.session.getState().status)).toEqual(Array(3).fill("signed_out"));
    await settle(context, context.tab.session.signIn(ADA));
    for (const tab of context.tabs) expect(signedInState(tab).session.id).toBe("session 2");
  });

  test("follow when another user signs in", async () => {
    const context = await signedInContext(3);
    await settle(context, context.tab.session.signIn(GRACE));
    for (const tab of context.tabs) expect(signedInState(tab).user.email).toBe(GRACE.email);
  });

  test("use the token that one tab has refreshed", async () => {
    const context = await signedInContext(4);
    await context.time.advance(6 * MINUTE);
    const before = requestCount(context, REFRESH);
    await settle(
      context,
      Promise.all(context.tabs.map(({ session }) => session.api("GET /api/accounts/me"))),
    );
    expect(requestCount(context, REFRESH) - before).toBe(1);
  });

  test("refresh once, where the lock is free before the message with the token has arrived", async () => {
    const context = await signedInContext(3);
    await context.time.advance(2 * MINUTE);
    Object.assign(context.browser, { messageMs: 30 });
    const before = requestCount(context, REFRESH);
    for (const tab of context.tabs) {
      tab.touch();
      await context.time.advance(5);
    }
    await context.time.advance(30 * SECOND);
    expect(requestCount(context, REFRESH) - before).toBe(1);
  });

  test("work independently without a channel and locks", async () => {
    const context = createContext();
    const bare = ["channel", "locks"] as const;
    const first = await openTab(context, { bare });
    await settle(context, first.session.signIn(ADA));
    const second = await openTab(context, { bare });
    expect(signedInState(second).session.id).toBe("session 1");
    expect(context.browser.network.streams()).toHaveLength(2);
    context.server.revoke("session 1", "revoked_by_owner");
    await context.time.advance(SECOND);
    for (const tab of [first, second])
      expect(tab.session.getState()).toMatchObject({
        status: "signed_out",
        ended: { reason: "revoked_by_owner" },
      });
  });
});

describe("a closed or frozen tab", () => {
  test("closed during a refresh releases the lock for the next tab", async () => {
    const context = await signedInContext(2);
    const [first, second] = context.tabs;
    await context.time.advance(6 * MINUTE);
    first?.session.api("GET /api/accounts/me").catch(() => undefined);
    await context.time.advance(10);
    if (first) context.browser.kill(first);
    await expect(
      settle(context, (second ?? context.tab).session.api("GET /api/accounts/me")),
    ).resolves.toBeDefined();
  });

  test("frozen with the lock delays the others by ten seconds at most", async () => {
    const context = await signedInContext(2);
    const [first, second] = context.tabs;
    await context.time.advance(6 * MINUTE);
    first?.session.api("GET /api/accounts/me").catch(() => undefined);
    await context.time.advance(10);
    first?.freeze();
    const call = (second ?? context.tab).session.api("GET /api/accounts/me");
    await expect(settle(context, call, 11 * SECOND)).resolves.toBeDefined();
  });

  test("has the others' state as soon as it is thawed", async () => {
    const context = await signedInContext(2);
    const [first, second] = context.tabs;
    second?.freeze();
    await context.time.advance(50 * MINUTE);
    if (first) first.touch();
    await context.time.advance(20 * MINUTE);
    second?.thaw();
    await context.time.advance(SECOND);
    expect(second?.session.getState()).toMatchObject({
      status: "signed_in",
      session: { idle_expires_at: signedInState(context.tab).session.idle_expires_at },
    });
  });

  test("does not replace a newer update with an older one", async () => {
    const context = await signedInContext(2);
    const [first, second] = context.tabs;
    if (!first || !second) throw new Error("expected two tabs");
    context.browser.network.latencyMs = 2 * SECOND;
    await context.time.advance(6 * MINUTE);
    second.session.api("GET /api/accounts/me").catch(() => undefined);
    await context.time.advance(1_500);
    second.freeze();
    await context.time.advance(20 * MINUTE);
    first.touch();
    await context.time.advance(30 * SECOND);
    const { idle_expires_at } = signedInState(first).session;
    second.thaw();
    await context.time.advance(10);
    expect(signedInState(second).session.idle_expires_at).toBe(idle_expires_at);
  });
});

describe("sessions of two servers on one origin", () => {
  test("share no lock, storage entry or message", async () => {
    const context = await signedInContext();
    const name = "curfew https://app.example/shop";
    const shop = await openTab(context, { name });
    expect([...context.browser.storage.keys()]).toEqual(["curfew", name]);
    expect(context.browser.locks.holder(`${name}-events`)).toBe(shop);
    await context.time.advance(6 * MINUTE);
    shop.session.api("GET /api/accounts/me").catch(() => undefined);
    await context.time.advance(10);
    expect(context.browser.locks.holder(`${name}-auth`)).toBe(shop);
    expect(context.browser.locks.holder("curfew-auth")).toBeNull();
    shop.session.leave();
    await context.time.advance(10);
    expect(shop.session.getState().status).toBe("signed_out");
    expect(context.tab.session.getState().status).toBe("signed_in");
    expect([...context.browser.storage.keys()]).toEqual(["curfew"]);
  });
});

describe("storage", () => {
  test("holds the last deadline and the dismissed one under one key, and neither a name nor a token", async () => {
    const context = await signedInContext();
    const stored = (): unknown => JSON.parse(context.browser.storage.get("curfew") ?? "");
    expect([...context.browser.storage.keys()]).toEqual(["curfew"]);
    const { idle_expires_at, absolute_expires_at } = signedInState(context.tab).session;
    expect(stored()).toEqual({ until: absolute_expires_at, dismissed: null });
    context.tab.session.dismissWarning();
    expect(stored()).toEqual({
      until: absolute_expires_at,
      dismissed: idle_expires_at,
    });
  });

  test("with invalid JSON behaves as empty", async () => {
    const context = createContext();
    const tab = context.browser.open();
    tab.ports.storage((storage) => storage.setItem("curfew", "{not JSON"));
    const next = await openTab(context);
    expect(next.session.getState().status).toBe("signed_out");
  });
});
