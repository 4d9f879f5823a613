import { describe, expect, test } from "vitest";
import { ADA, asked, MINUTE, openTab, outcome, SECOND, setStage, signedIn, signedInStage } from "./stage.js";

describe("the event stream", () => {
  test("is held by one tab for all, and begins and ends with the session", async () => {
    const stage = setStage();
    for (let count = 0; count < 3; count++) await openTab(stage);
    expect(stage.browser.network.streams()).toHaveLength(0);
    const [tab] = stage.browser.tabs;
    if (!tab) throw new Error("a tab");
    await outcome(stage, tab.session.signIn(ADA));
    expect(stage.browser.network.streams()).toHaveLength(1);
    await outcome(stage, tab.session.signOut());
    expect(stage.browser.network.streams()).toHaveLength(0);
  });

  test("tells every tab of a revocation within two seconds, with its reason", async () => {
    const stage = await signedInStage(3);
    stage.server.revoke("session 1", "revoked_by_user");
    await stage.time.advance(2 * SECOND);
    for (const tab of stage.tabs)
      expect(tab.session.getState()).toMatchObject({
        status: "signed_out",
        ended: { code: "session_revoked", reason: "revoked_by_user" },
      });
  });

  test("tells every tab of shorter deadlines", async () => {
    const stage = await signedInStage(3);
    stage.server.shorten("session 1", 20);
    await stage.time.advance(SECOND);
    for (const tab of stage.tabs) {
      expect(signedIn(tab).session.idle_minutes).toBe(20);
      expect(signedIn(tab).expiry.remaining_ms).toBeLessThan(20 * MINUTE);
    }
  });

  test("tells whoever listens, in every tab, that the policy has changed", async () => {
    const stage = await signedInStage(3);
    const told: string[] = [];
    for (const { name, session } of stage.tabs) session.onPolicyChange(() => told.push(name));
    stage.server.changePolicy();
    await stage.time.advance(SECOND);
    expect(told.sort()).toEqual(["tab 1", "tab 2", "tab 3"]);
  });

  test("lets no token be sent that a policy may have outdated, and renews it once for all tabs", async () => {
    const stage = await signedInStage(3);
    const before = asked(stage, "/api/auth/refresh");
    stage.server.changePolicy();
    await stage.time.advance(SECOND);
    await Promise.all(stage.tabs.map((tab) => outcome(stage, tab.session.api("GET /api/auth/session"))));
    expect(asked(stage, "/api/auth/refresh") - before).toBe(1);
  });

  test("outlives the access token", async () => {
    const stage = await signedInStage();
    await stage.time.advance(40 * MINUTE);
    expect(stage.browser.network.streams()).toHaveLength(1);
    expect(asked(stage, "/api/auth/refresh")).toBe(1);
  });

  test("is begun anew when it is cut, with a token that is young enough, and its first word is how things stand", async () => {
    const stage = await signedInStage(2);
    await stage.time.advance(20 * MINUTE);
    stage.browser.network.cut();
    stage.server.shorten("session 1", 40);
    await stage.time.advance(2 * SECOND);
    expect(stage.browser.network.streams()).toHaveLength(1);
    for (const tab of stage.tabs) expect(signedIn(tab).session.idle_minutes).toBe(40);
  });

  test("is begun anew ever more slowly while that fails", async () => {
    const stage = await signedInStage();
    stage.server.isDown = true;
    stage.browser.network.cut();
    await stage.time.advance(5 * MINUTE);
    const { fetches } = stage.browser.network;
    expect(fetches).toBeLessThan(40);
    expect(signedIn(stage.tab).reconnecting).toBe(true);
    stage.server.isDown = false;
    await stage.time.advance(40 * SECOND);
    expect(signedIn(stage.tab).reconnecting).toBe(false);
  });

  test("goes to another tab when its own is closed", async () => {
    const stage = await signedInStage(2);
    const [holder] = stage.browser.network.streams();
    if (holder) stage.browser.kill(holder);
    await stage.time.advance(SECOND);
    expect(stage.browser.network.streams()).toHaveLength(1);
    expect(stage.browser.network.streams()[0]).not.toBe(holder);
  });

  test("is taken over from a tab that is frozen, by one that can be seen", async () => {
    const stage = await signedInStage(2);
    const [holder] = stage.browser.network.streams();
    holder?.freeze();
    await stage.time.advance(2 * MINUTE);
    stage.server.revoke("session 1", "user_disabled");
    await stage.time.advance(2 * SECOND);
    const other = stage.tabs.find((tab) => tab !== holder);
    expect(other?.session.getState()).toMatchObject({
      status: "signed_out",
      ended: { reason: "user_disabled" },
    });
    holder?.thaw();
    await stage.time.advance(2 * SECOND);
    expect(holder?.session.getState().status).toBe("signed_out");
  });

  test("that hangs without a word is begun anew", async () => {
    const stage = await signedInStage();
    stage.browser.network.unplug();
    stage.browser.network.plug();
    expect(stage.browser.network.streams()).toHaveLength(0);
    await stage.time.advance(90 * SECOND);
    expect(stage.browser.network.streams()).toHaveLength(1);
  });

  test("of an older session, read late, does not end the new one", async () => {
    const stage = await signedInStage(2);
    const [holder] = stage.browser.network.streams();
    const other = stage.tabs.find((tab) => tab !== holder);
    holder?.freeze();
    stage.server.revoke("session 1", "revoked_by_owner");
    await stage.time.advance(SECOND);
    if (other) await outcome(stage, other.session.signIn(ADA));
    holder?.thaw();
    await stage.time.advance(SECOND);
    for (const tab of stage.tabs) expect(signedIn(tab).session.id).toBe("session 2");
  });
});
