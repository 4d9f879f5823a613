import { describe, expect, test } from "vitest";
import {
  ADA,
  createContext,
  HOUR,
  MINUTE,
  openTab,
  requestCount,
  SECOND,
  settle,
  signedInContext,
  signedInState,
} from "./context.js";

describe("a page that loads", () => {
  test("is loading until the server has answered", () => {
    const { browser } = createContext();
    const tab = browser.open();
    tab.session.start();
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: false });
  });

  test("is signed out without a reason if there is no session", async () => {
    const context = createContext();
    const tab = await openTab(context);
    expect(tab.session.getState()).toEqual({ status: "signed_out", ended: null, user_id: null });
  });

  test("started quietly sends no request if the browser has stored no user, and follows a later sign-in", async () => {
    const context = createContext();
    const quiet = context.browser.open();
    quiet.session.start({ quietly: true });
    await context.time.advance(MINUTE);
    expect(quiet.session.getState()).toEqual({ status: "signed_out", ended: null, user_id: null });
    expect(context.server.log).toEqual([]);
    const other = await openTab(context);
    await settle(context, other.session.signIn(ADA));
    expect(signedInState(quiet).user.email).toBe(ADA.email);
  });

  test("started quietly refreshes if the browser has stored a user", async () => {
    const context = await signedInContext();
    const quiet = context.browser.open();
    quiet.session.start({ quietly: true });
    await context.time.advance(SECOND);
    expect(signedInState(quiet).user.email).toBe(ADA.email);
  });

  test("restores the signed-in user, also from the cookie alone, and never requests the configuration", async () => {
    const context = await signedInContext();
    context.tab.ports.storage((storage) => storage.removeItem("curfew"));
    const tab = await openTab(context);
    expect(signedInState(tab).user.email).toBe(ADA.email);
    expect(requestCount(context, "/api/config")).toBe(0);
  });

  test("counts as activity if it is visible", async () => {
    const context = await signedInContext();
    context.browser.kill(context.tab);
    await context.time.advance(30 * MINUTE);
    const tab = await openTab(context);
    expect(signedInState(tab).expiry.remaining_ms).toBeGreaterThan(HOUR - 5_000);
  });

  test("does not count as activity in the background", async () => {
    const context = await signedInContext();
    context.browser.kill(context.tab);
    await context.time.advance(30 * MINUTE);
    const tab = await openTab(context, { isVisible: false });
    expect(signedInState(tab).expiry.remaining_ms).toBeLessThan(30 * MINUTE);
  });

  test("receives the reason of its ended session", async () => {
    const context = await signedInContext();
    context.browser.kill(context.tab);
    await context.time.advance(2 * HOUR);
    const tab = await openTab(context);
    expect(tab.session.getState()).toMatchObject({
      status: "signed_out",
      ended: { code: "session_expired", reason: "idle" },
    });
  });
});

describe("an initial load during an outage", () => {
  test("retries, and sets reconnecting if the outage lasts", async () => {
    const context = await signedInContext();
    context.browser.network.isOffline = true;
    const tab = await openTab(context);
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: false });
    await context.time.advance(MINUTE);
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: true });
    context.browser.network.isOffline = false;
    await context.time.advance(MINUTE);
    expect(tab.session.getState().status).toBe("signed_in");
  });

  test("retries at once when the page returns", async () => {
    const context = await signedInContext();
    context.server.isDown = true;
    const tab = await openTab(context);
    await context.time.advance(MINUTE);
    context.server.isDown = false;
    tab.comeBack();
    await context.time.advance(100);
    expect(tab.session.getState().status).toBe("signed_in");
  });
});

describe("signing in and out", () => {
  test("resolves with the user and uses the server's clock for the deadlines", async () => {
    const context = createContext();
    context.server.stepClock(-3 * HOUR);
    const tab = await openTab(context);
    const user = await settle(context, tab.session.signIn(ADA));
    expect(user.email).toBe(ADA.email);
    expect(Math.abs(tab.session.now() - context.server.now())).toBeLessThan(100);
    expect(signedInState(tab).expiry).toMatchObject({ warning: "none", reason: null, dismissed: false });
  });

  test("rejects with the server's problem and keeps the state", async () => {
    const context = createContext();
    const tab = await openTab(context);
    const state = tab.session.getState();
    const attempt = settle(context, tab.session.signIn({ ...ADA, password: "wrong" }));
    await expect(attempt).rejects.toMatchObject({ code: "invalid_credentials" });
    expect(tab.session.getState()).toBe(state);
  });

  test("clears the state and storage without a reason", async () => {
    const context = await signedInContext();
    await settle(context, context.tab.session.signOut());
    expect(context.tab.session.getState()).toEqual({
      status: "signed_out",
      ended: null,
      user_id: ADA.email,
    });
    expect(context.browser.storage.size).toBe(0);
    expect(context.server.sessions().map(({ id }) => context.server.isLive(id))).toEqual([false]);
  });

  test("rejects during an outage and keeps the session", async () => {
    const context = await signedInContext();
    context.server.isDown = true;
    const attempt = settle(context, context.tab.session.signOut());
    await expect(attempt).rejects.toMatchObject({ code: "unavailable" });
    expect(context.tab.session.getState().status).toBe("signed_in");
  });
});
