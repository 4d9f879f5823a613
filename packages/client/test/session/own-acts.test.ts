import { describe, expect, test } from "vitest";
import type { FakeTab } from "../../testing/index.js";
import { ADA, MINUTE, outcome, SECOND, type Stage, signedIn, signedInStage } from "./stage.js";

/** Every state that a tab goes through, from now on. */
function watch(tabs: readonly FakeTab[]): unknown[] {
  const ends: unknown[] = [];
  for (const { session } of tabs)
    session.subscribe(() => {
      const state = session.getState();
      if (state.status === "signed_out") ends.push(state.ended);
    });
  return ends;
}

const statuses = ({ browser }: Stage): string[] =>
  browser.tabs.map(({ session }) => session.getState().status);

describe("signing out", () => {
  test("takes every tab out, with no reason, whatever the server says of it on the way", async () => {
    const stage = await signedInStage(4);
    const ends = watch(stage.tabs);
    await outcome(stage, stage.tab.session.signOut(), 3 * SECOND);
    expect(statuses(stage)).toEqual(Array(4).fill("signed_out"));
    expect(ends).toEqual([null, null, null, null]);
  });

  test("counts as done where the session is over already", async () => {
    const stage = await signedInStage();
    stage.browser.network.cut();
    stage.server.revoke("session 1", "revoked_by_owner");
    await outcome(stage, stage.tab.session.signOut(), 200);
    expect(stage.tab.session.getState()).toMatchObject({ status: "signed_out", ended: null });
  });

  test("that fails lets through what was kept back", async () => {
    const stage = await signedInStage(2);
    stage.browser.network.losesAnswers = 1;
    const attempt = outcome(stage, stage.tab.session.signOut(), 3 * SECOND);
    await expect(attempt).rejects.toMatchObject({ code: "unreachable" });
    for (const tab of stage.tabs)
      expect(tab.session.getState()).toMatchObject({ status: "signed_out", ended: { reason: "signed_out" } });
  });

  test("is not undone by an answer that was on its way", async () => {
    const stage = await signedInStage(2);
    const [first, second] = stage.tabs;
    if (!first || !second) throw new Error("two tabs");
    stage.browser.network.latencyMs = 300;
    first.session.staySignedIn().catch(() => undefined);
    await stage.time.advance(100);
    await outcome(stage, second.session.signOut(), 3 * SECOND);
    expect(statuses(stage)).toEqual(["signed_out", "signed_out"]);
  });
});

describe("a sign-in", () => {
  test("counts as activity when it is asked for, not when its turn comes", async () => {
    const stage = await signedInStage(2);
    const [first, second] = stage.tabs;
    if (!first || !second) throw new Error("two tabs");
    first.session.staySignedIn().catch(() => undefined);
    await stage.time.advance(5);
    first.freeze();
    await stage.time.advance(MINUTE);
    const askedAt = stage.server.now();
    const refused = outcome(stage, second.session.signIn({ ...ADA, password: "wrong" }), 2 * MINUTE);
    await expect(refused).rejects.toMatchObject({ code: "invalid_credentials" });
    expect(Date.parse(signedIn(second).session.last_active_at) - askedAt).toBeLessThan(SECOND);
  });
});

describe("a new session in the place of the old one", () => {
  test("by a new password is taken by every tab, and none is told that the old one ended", async () => {
    const stage = await signedInStage(3);
    const ends = watch(stage.tabs);
    const change = { current_password: "secret", new_password: "another" };
    await outcome(stage, stage.tab.session.changePassword(change), 3 * SECOND);
    for (const tab of stage.tabs) expect(signedIn(tab).session.id).toBe("session 2");
    expect(ends).toEqual([]);
  });

  test("by signing in again is taken by every tab, and none is told that the old one ended", async () => {
    const stage = await signedInStage(3);
    const ends = watch(stage.tabs);
    await outcome(stage, stage.tab.session.signIn(ADA), 3 * SECOND);
    for (const tab of stage.tabs) expect(signedIn(tab).session.id).toBe("session 2");
    expect(ends).toEqual([]);
  });
});

describe("ending every session", () => {
  test("keeps this browser's tabs as they are until they leave, and then with no reason", async () => {
    const stage = await signedInStage(3);
    const ends = watch(stage.tabs);
    const { revoked_count } = await outcome(stage, stage.tab.session.endEverySession(), 1_500);
    expect(revoked_count).toBe(1);
    expect(statuses(stage)).toEqual(Array(3).fill("signed_in"));
    stage.tab.session.leave();
    await stage.time.advance(SECOND);
    expect(ends).toEqual([null, null, null]);
    expect(stage.browser.storage.size).toBe(0);
  });

  test("lets the end through after ten seconds, with its reason", async () => {
    const stage = await signedInStage(2);
    await outcome(stage, stage.tab.session.endEverySession(), 9 * SECOND);
    expect(statuses(stage)).toEqual(Array(2).fill("signed_in"));
    await stage.time.advance(2 * SECOND);
    for (const tab of stage.tabs)
      expect(tab.session.getState()).toMatchObject({
        status: "signed_out",
        ended: { reason: "revoked_by_owner" },
      });
  });

  test("asks nothing of the server that it would refuse meanwhile", async () => {
    const stage = await signedInStage(2);
    const before = stage.server.log.length;
    await outcome(stage, stage.tab.session.endEverySession(), 3 * SECOND);
    expect(stage.server.log.slice(before).filter(({ status }) => status === 401)).toEqual([]);
    expect(stage.browser.network.streams()).toEqual([]);
  });
});
