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

const ACCOUNT = "/api/accounts/me";

describe("a call", () => {
  test("is sent with the session's token", async () => {
    const context = await signedInContext();
    await expect(settle(context, context.tab.session.api("GET /api/accounts/me"))).resolves.toMatchObject({
      id: "account",
    });
    expect(requestCount(context, REFRESH)).toBe(1);
  });

  test("is preceded by a refresh when the token is about to expire", async () => {
    const context = await signedInContext();
    await context.time.advance(5 * MINUTE);
    const before = context.server.log.length;
    await settle(context, context.tab.session.api("GET /api/accounts/me"));
    expect(context.server.log.slice(before).map(({ path, status }) => [path, status])).toEqual([
      [REFRESH, 200],
      [ACCOUNT, 200],
    ]);
  });

  test("is repeated once with a new token when the server, whose clock was set, refuses the current one", async () => {
    const context = await signedInContext();
    context.server.stepClock(10 * MINUTE);
    const before = context.server.log.length;
    await settle(context, context.tab.session.api("GET /api/accounts/me"));
    expect(context.server.log.slice(before).map(({ path, status }) => [path, status])).toEqual([
      [ACCOUNT, 401],
      [REFRESH, 401],
      [REFRESH, 200],
      [ACCOUNT, 200],
    ]);
  });

  test("shares one refresh with all concurrent calls", async () => {
    const context = await signedInContext();
    await context.time.advance(5 * MINUTE);
    const before = requestCount(context, REFRESH);
    const calls = Array.from({ length: 8 }, () => context.tab.session.api("GET /api/accounts/me"));
    await settle(context, Promise.all(calls));
    expect(requestCount(context, REFRESH) - before).toBe(1);
  });

  test("rejects with the server's problem during an outage and keeps the session", async () => {
    const context = await signedInContext();
    context.server.isDown = true;
    await expect(settle(context, context.tab.session.api("GET /api/accounts/me"))).rejects.toMatchObject({
      code: "unavailable",
    });
    context.browser.network.isOffline = true;
    await expect(settle(context, context.tab.session.api("GET /api/accounts/me"))).rejects.toMatchObject({
      code: "unreachable",
      status: 0,
    });
    expect(context.tab.session.getState().status).toBe("signed_in");
  });

  test("rejects with unauthenticated when no user is signed in", async () => {
    const context = createContext();
    const tab = await openTab(context);
    await expect(settle(context, tab.session.api("GET /api/accounts/me"))).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });

  test("made during the initial load waits for the session", async () => {
    const context = await signedInContext();
    const tab = context.browser.open();
    tab.session.start();
    await expect(settle(context, tab.session.api("GET /api/accounts/me"))).resolves.toMatchObject({
      id: "account",
    });
    expect(requestCount(context, REFRESH)).toBe(2);
  });

  test("answered with the session's end ends it in every tab, with its reason", async () => {
    const context = await signedInContext(3);
    context.browser.network.cut();
    context.server.revoke(signedInState(context.tab).session.id, "user_disabled");
    await expect(settle(context, context.tab.session.api("GET /api/accounts/me"), 200)).rejects.toMatchObject(
      {
        code: "session_revoked",
      },
    );
    for (const tab of context.tabs)
      expect(tab.session.getState()).toMatchObject({
        status: "signed_out",
        ended: { reason: "user_disabled" },
      });
    expect(context.browser.storage.size).toBe(0);
  });

  test("of a previous session that is answered with its end does not end the new one", async () => {
    const context = await signedInContext();
    context.browser.network.latencyMs = 400;
    const late = context.tab.session.api("GET /api/accounts/me");
    const signIn = context.tab.session.signIn(GRACE);
    await context.time.advance(100);
    context.server.revoke("session 1", "revoked_by_owner");
    late.catch(() => undefined);
    await settle(context, signIn, 2 * SECOND);
    await expect(late).rejects.toMatchObject({ code: "session_revoked" });
    expect(signedInState(context.tab).user.email).toBe(GRACE.email);
  });

  test("is not repeated as another user who has signed in meanwhile", async () => {
    const context = await signedInContext();
    await context.time.advance(HOUR / 2);
    context.browser.network.latencyMs = 400;
    context.server.stepClock(10 * MINUTE);
    const other = await openTab(context);
    const before = requestCount(context, ACCOUNT);
    const call = context.tab.session.api("GET /api/accounts/me");
    call.catch(() => undefined);
    await settle(context, other.session.signIn(GRACE), 5 * SECOND);
    expect(signedInState(context.tab).user.email).toBe(GRACE.email);
    expect(requestCount(context, ACCOUNT) - before).toBeLessThanOrEqual(1);
  });

  test("is preceded by a refresh after this page has applied a policy, which outdates the token", async () => {
    const context = await signedInContext();
    const { api } = context.tab.session;
    const body = { preset: "strict", apply: "now" } as const;
    await settle(
      context,
      api("PATCH /api/accounts/me/security", { body }).catch(() => undefined),
    );
    const before = requestCount(context, REFRESH);
    await settle(context, api("GET /api/accounts/me"));
    expect(requestCount(context, REFRESH) - before).toBe(1);
  });

  test("is preceded by a refresh after an applied policy has outdated the token", async () => {
    const context = await signedInContext();
    context.server.shorten(signedInState(context.tab).session.id, 30);
    await context.time.advance(SECOND);
    const before = requestCount(context, REFRESH);
    await settle(context, context.tab.session.api("GET /api/accounts/me"));
    expect(requestCount(context, REFRESH) - before).toBe(1);
  });
});

describe("a refresh", () => {
  test("answered with unauthenticated ends the session, without a reason but that this browser lost it", async () => {
    const context = await signedInContext();
    context.browser.network.cookie = null;
    await context.time.advance(5 * MINUTE);
    await expect(settle(context, context.tab.session.api("GET /api/accounts/me"))).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect(context.tab.session.getState()).toMatchObject({ status: "signed_out", ended: null, lost: true });
  });

  test.each(["idle", "absolute"] as const)(
    "answered with unauthenticated after the %s deadline, since the cookie is gone with the session, tells that it expired",
    async (reason) => {
      const context = await signedInContext();
      const { network } = context.browser;
      for (let halfHours = 0; reason === "absolute" && halfHours < 47; halfHours++) {
        await context.time.advance(30 * MINUTE);
        context.tab.touch();
      }
      await context.time.advance(SECOND);
      const { session } = signedInState(context.tab);
      network.isOffline = true;
      network.cut();
      network.cookie = null;
      await context.time.advance(2 * HOUR);
      expect(context.tab.session.getState().status).toBe("signed_in");
      network.isOffline = false;
      await context.time.advance(MINUTE);
      expect(context.tab.session.getState()).toEqual({
        status: "signed_out",
        ended: { code: "session_expired", reason, ended_at: session[`${reason}_expires_at`] },
        user_id: ADA.email,
      });
    },
  );

  test("carries a proof of this browser's key, with the server's nonce if the browser's clock is wrong", async () => {
    const context = createContext();
    context.browser.stepClock(-2 * HOUR);
    const tab = await openTab(context);
    await settle(context, tab.session.signIn(GRACE));
    expect(
      context.server.log.filter(({ path }) => path === "/api/auth/login").map(({ status }) => status),
    ).toEqual([401, 200]);
    await settle(context, tab.session.staySignedIn());
    expect(context.server.log.at(-1)).toMatchObject({ path: REFRESH, status: 200 });
  });

  test("whose proof is refused twice keeps the session and sets needs_sign_in", async () => {
    const context = await signedInContext();
    context.server.refusesProofs = true;
    const before = requestCount(context, REFRESH);
    await expect(settle(context, context.tab.session.staySignedIn())).rejects.toMatchObject({
      code: "invalid_proof",
    });
    expect(requestCount(context, REFRESH) - before).toBe(2);
    expect(signedInState(context.tab).needs_sign_in).toBe(true);
    context.server.refusesProofs = false;
    await settle(context, context.tab.session.signIn(GRACE));
    expect(signedInState(context.tab).needs_sign_in).toBe(false);
  });

  test("whose proof is refused during the initial load leaves the tab signed out, and a reload finds the session", async () => {
    const context = await signedInContext();
    context.server.refusesProofs = true;
    const tab = await openTab(context);
    expect(tab.session.getState()).toEqual({ status: "signed_out", ended: null, user_id: null, lost: true });
    expect(context.tab.session.getState().status).toBe("signed_in");
    context.server.refusesProofs = false;
    const reloaded = context.browser.open();
    reloaded.session.start({ quietly: true });
    await context.time.advance(SECOND);
    expect(signedInState(reloaded).session.id).toBe("session 1");
  });
});
