import { describe, expect, test } from "vitest";
import {
  ADA,
  asked,
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

describe("a page that loads", () => {
  test("is loading until the server has said who is signed in", () => {
    const { browser } = setStage();
    const tab = browser.open();
    tab.session.start();
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: false });
  });

  test("finds nobody signed in, with no reason", async () => {
    const stage = setStage();
    const tab = await openTab(stage);
    expect(tab.session.getState()).toEqual({ status: "signed_out", ended: null, user_id: null });
  });

  test("asks for no session where there is no account yet", async () => {
    const stage = setStage();
    stage.server.isFirstRun = true;
    const tab = await openTab(stage);
    expect(tab.session.getState().status).toBe("signed_out");
    expect(asked(stage, REFRESH)).toBe(0);
  });

  test("begun quietly asks nothing where the browser remembers nobody, and hears of a later sign-in", async () => {
    const stage = setStage();
    const quiet = stage.browser.open();
    quiet.session.start({ quietly: true });
    await stage.time.advance(MINUTE);
    expect(quiet.session.getState()).toEqual({ status: "signed_out", ended: null, user_id: null });
    expect(stage.server.log).toEqual([]);
    const other = await openTab(stage);
    await outcome(stage, other.session.signIn(ADA));
    expect(signedIn(quiet).user.email).toBe(ADA.email);
  });

  test("begun quietly asks where the browser remembers somebody", async () => {
    const stage = await signedInStage();
    const quiet = stage.browser.open();
    quiet.session.start({ quietly: true });
    await stage.time.advance(SECOND);
    expect(signedIn(quiet).user.email).toBe(ADA.email);
  });

  test("finds the person who signed in before, and asks for no configuration", async () => {
    const stage = await signedInStage();
    const before = stage.server.log.length;
    const tab = await openTab(stage);
    expect(signedIn(tab).user.email).toBe(ADA.email);
    expect(asked(stage, "/api/config", before)).toBe(0);
  });

  test("counts as activity where it is visible", async () => {
    const stage = await signedInStage();
    stage.browser.kill(stage.tab);
    await stage.time.advance(30 * MINUTE);
    const tab = await openTab(stage);
    expect(signedIn(tab).expiry.remaining_ms).toBeGreaterThan(HOUR - 5_000);
  });

  test("counts as none in the background", async () => {
    const stage = await signedInStage();
    stage.browser.kill(stage.tab);
    await stage.time.advance(30 * MINUTE);
    const tab = await openTab(stage, { isVisible: false });
    expect(signedIn(tab).expiry.remaining_ms).toBeLessThan(30 * MINUTE);
  });

  test("is told why the session it had is over", async () => {
    const stage = await signedInStage();
    stage.browser.kill(stage.tab);
    await stage.time.advance(2 * HOUR);
    const tab = await openTab(stage);
    expect(tab.session.getState()).toMatchObject({
      status: "signed_out",
      ended: { code: "session_expired", reason: "idle" },
    });
  });
});

describe("a first load in trouble", () => {
  test("keeps asking, and says so once it lasts", async () => {
    const stage = await signedInStage();
    stage.browser.network.isOffline = true;
    const tab = await openTab(stage);
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: false });
    await stage.time.advance(MINUTE);
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: true });
    stage.browser.network.isOffline = false;
    await stage.time.advance(MINUTE);
    expect(tab.session.getState().status).toBe("signed_in");
  });

  test("asks at once when the page comes back", async () => {
    const stage = await signedInStage();
    stage.server.isDown = true;
    const tab = await openTab(stage);
    await stage.time.advance(MINUTE);
    stage.server.isDown = false;
    tab.comeBack();
    await stage.time.advance(100);
    expect(tab.session.getState().status).toBe("signed_in");
  });
});

describe("signing in and out", () => {
  test("gives the person, and the deadlines on the server's clock", async () => {
    const stage = setStage();
    stage.server.stepClock(-3 * HOUR);
    const tab = await openTab(stage);
    const user = await outcome(stage, tab.session.signIn(ADA));
    expect(user.email).toBe(ADA.email);
    expect(Math.abs(tab.session.now() - stage.server.now())).toBeLessThan(100);
    expect(signedIn(tab).expiry).toMatchObject({ warning: "none", reason: null, dismissed: false });
  });

  test("rejects with the server's problem and changes nothing", async () => {
    const stage = setStage();
    const tab = await openTab(stage);
    const state = tab.session.getState();
    const attempt = outcome(stage, tab.session.signIn({ ...ADA, password: "wrong" }));
    await expect(attempt).rejects.toMatchObject({ code: "invalid_credentials" });
    expect(tab.session.getState()).toBe(state);
  });

  test("forgets everything, with no reason", async () => {
    const stage = await signedInStage();
    await outcome(stage, stage.tab.session.signOut());
    expect(stage.tab.session.getState()).toEqual({
      status: "signed_out",
      ended: null,
      user_id: ADA.email,
    });
    expect(stage.browser.storage.size).toBe(0);
    expect(stage.server.sessions().map(({ id }) => stage.server.isLive(id))).toEqual([false]);
  });

  test("fails and changes nothing where the server is in trouble", async () => {
    const stage = await signedInStage();
    stage.server.isDown = true;
    const attempt = outcome(stage, stage.tab.session.signOut());
    await expect(attempt).rejects.toMatchObject({ code: "unavailable" });
    expect(stage.tab.session.getState().status).toBe("signed_in");
  });
});
