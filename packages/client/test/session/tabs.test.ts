import { describe, expect, test } from "vitest";
import {
  ADA,
  asked,
  GRACE,
  HOUR,
  MINUTE,
  openTab,
  outcome,
  REFRESH,
  SECOND,
  setStage,
  signedIn,
  signedInStage,
} from "./stage.js";

describe("all tabs", () => {
  test("are signed in by a sign-in in one of them", async () => {
    const { tabs } = await signedInStage(4);
    expect(tabs.map((tab) => signedIn(tab).session.id)).toEqual(Array(4).fill("session 1"));
  });

  test("revive where they stood when the person signs in again", async () => {
    const stage = await signedInStage(3);
    await stage.time.advance(2 * HOUR);
    expect(stage.tabs.map((tab) => tab.session.getState().status)).toEqual(Array(3).fill("signed_out"));
    await outcome(stage, stage.tab.session.signIn(ADA));
    for (const tab of stage.tabs) expect(signedIn(tab).session.id).toBe("session 2");
  });

  test("follow when somebody else signs in", async () => {
    const stage = await signedInStage(3);
    await outcome(stage, stage.tab.session.signIn(GRACE));
    for (const tab of stage.tabs) expect(signedIn(tab).user.email).toBe(GRACE.email);
  });

  test("take a token that one of them has renewed, instead of renewing it themselves", async () => {
    const stage = await signedInStage(4);
    await stage.time.advance(6 * MINUTE);
    const before = asked(stage, REFRESH);
    await outcome(stage, Promise.all(stage.tabs.map(({ session }) => session.api("GET /api/accounts/me"))));
    expect(asked(stage, REFRESH) - before).toBe(1);
  });

  test("go on where they have no channel and no locks, each for itself", async () => {
    const stage = setStage();
    const bare = ["channel", "locks"] as const;
    const first = await openTab(stage, { bare });
    await outcome(stage, first.session.signIn(ADA));
    const second = await openTab(stage, { bare });
    expect(signedIn(second).session.id).toBe("session 1");
    expect(stage.browser.network.streams()).toHaveLength(2);
    stage.server.revoke("session 1", "revoked_by_owner");
    await stage.time.advance(SECOND);
    for (const tab of [first, second])
      expect(tab.session.getState()).toMatchObject({
        status: "signed_out",
        ended: { reason: "revoked_by_owner" },
      });
  });
});

describe("a tab that dies or hangs", () => {
  test("while it refreshes lets go of the lock, and the next one goes on", async () => {
    const stage = await signedInStage(2);
    const [first, second] = stage.tabs;
    await stage.time.advance(6 * MINUTE);
    first?.session.api("GET /api/accounts/me").catch(() => undefined);
    await stage.time.advance(10);
    if (first) stage.browser.kill(first);
    await expect(
      outcome(stage, (second ?? stage.tab).session.api("GET /api/accounts/me")),
    ).resolves.toBeDefined();
  });

  test("while it holds the lock keeps the others waiting for ten seconds and no longer", async () => {
    const stage = await signedInStage(2);
    const [first, second] = stage.tabs;
    await stage.time.advance(6 * MINUTE);
    first?.session.api("GET /api/accounts/me").catch(() => undefined);
    await stage.time.advance(10);
    first?.freeze();
    const call = (second ?? stage.tab).session.api("GET /api/accounts/me");
    await expect(outcome(stage, call, 11 * SECOND)).resolves.toBeDefined();
  });

  test("is where the others are as soon as it runs again", async () => {
    const stage = await signedInStage(2);
    const [first, second] = stage.tabs;
    second?.freeze();
    await stage.time.advance(50 * MINUTE);
    if (first) first.touch();
    await stage.time.advance(20 * MINUTE);
    second?.thaw();
    await stage.time.advance(SECOND);
    expect(second?.session.getState()).toMatchObject({
      status: "signed_in",
      session: { idle_expires_at: signedIn(stage.tab).session.idle_expires_at },
    });
  });

  test("takes no older word for a newer one", async () => {
    const stage = await signedInStage(2);
    const [first, second] = stage.tabs;
    if (!first || !second) throw new Error("two tabs");
    stage.browser.network.latencyMs = 2 * SECOND;
    await stage.time.advance(6 * MINUTE);
    second.session.api("GET /api/accounts/me").catch(() => undefined);
    await stage.time.advance(1_500);
    second.freeze();
    await stage.time.advance(20 * MINUTE);
    first.touch();
    await stage.time.advance(30 * SECOND);
    const { idle_expires_at } = signedIn(first).session;
    second.thaw();
    await stage.time.advance(10);
    expect(signedIn(second).session.idle_expires_at).toBe(idle_expires_at);
  });
});

describe("storage", () => {
  test("holds the name and the dismissed deadline in one key, and no token", async () => {
    const stage = await signedInStage();
    const kept = (): unknown => JSON.parse(stage.browser.storage.get("curfew") ?? "");
    expect([...stage.browser.storage.keys()]).toEqual(["curfew"]);
    expect(kept()).toEqual({ name: "ada", dismissed: null });
    stage.tab.session.dismissWarning();
    expect(kept()).toEqual({ name: "ada", dismissed: signedIn(stage.tab).session.idle_expires_at });
  });

  test("that makes no sense is as good as empty", async () => {
    const stage = setStage();
    const tab = stage.browser.open();
    tab.ports.storage.set("curfew", "{not JSON");
    const next = await openTab(stage);
    expect(next.session.getState().status).toBe("signed_out");
  });
});
