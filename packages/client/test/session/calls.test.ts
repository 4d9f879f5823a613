import { describe, expect, test } from "vitest";
import {
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

const ACCOUNT = "/api/accounts/me";

describe("a call", () => {
  test("is sent with the session's token", async () => {
    const stage = await signedInStage();
    await expect(outcome(stage, stage.tab.session.api("GET /api/accounts/me"))).resolves.toMatchObject({
      id: "account",
    });
    expect(asked(stage, REFRESH)).toBe(1);
  });

  test("renews a token that is about to be too old before it is sent", async () => {
    const stage = await signedInStage();
    await stage.time.advance(5 * MINUTE);
    const before = stage.server.log.length;
    await outcome(stage, stage.tab.session.api("GET /api/accounts/me"));
    expect(stage.server.log.slice(before).map(({ path, status }) => [path, status])).toEqual([
      [REFRESH, 200],
      [ACCOUNT, 200],
    ]);
  });

  test("is repeated once with another token where the server, whose clock was set, refuses the one it had", async () => {
    const stage = await signedInStage();
    stage.server.stepClock(10 * MINUTE);
    const before = stage.server.log.length;
    await outcome(stage, stage.tab.session.api("GET /api/accounts/me"));
    expect(stage.server.log.slice(before).map(({ path, status }) => [path, status])).toEqual([
      [ACCOUNT, 401],
      [REFRESH, 401],
      [REFRESH, 200],
      [ACCOUNT, 200],
    ]);
  });

  test("shares one refresh with all that are made at the same time", async () => {
    const stage = await signedInStage();
    await stage.time.advance(5 * MINUTE);
    const before = asked(stage, REFRESH);
    const calls = Array.from({ length: 8 }, () => stage.tab.session.api("GET /api/accounts/me"));
    await outcome(stage, Promise.all(calls));
    expect(asked(stage, REFRESH) - before).toBe(1);
  });

  test("fails in trouble with what the server said, and ends nothing", async () => {
    const stage = await signedInStage();
    stage.server.isDown = true;
    await expect(outcome(stage, stage.tab.session.api("GET /api/accounts/me"))).rejects.toMatchObject({
      code: "unavailable",
    });
    stage.browser.network.isOffline = true;
    await expect(outcome(stage, stage.tab.session.api("GET /api/accounts/me"))).rejects.toMatchObject({
      code: "unreachable",
      status: 0,
    });
    expect(stage.tab.session.getState().status).toBe("signed_in");
  });

  test("fails with the server's word where nobody is signed in", async () => {
    const stage = setStage();
    const tab = await openTab(stage);
    await expect(outcome(stage, tab.session.api("GET /api/accounts/me"))).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });

  test("that was made while it is being found out who is signed in waits for that", async () => {
    const stage = await signedInStage();
    const tab = stage.browser.open();
    tab.session.start();
    await expect(outcome(stage, tab.session.api("GET /api/accounts/me"))).resolves.toMatchObject({
      id: "account",
    });
    expect(asked(stage, REFRESH)).toBe(2);
  });

  test("that is told of the session's end ends it, with its reason, in every tab", async () => {
    const stage = await signedInStage(3);
    stage.browser.network.cut();
    stage.server.revoke(signedIn(stage.tab).session.id, "user_disabled");
    await expect(outcome(stage, stage.tab.session.api("GET /api/accounts/me"), 200)).rejects.toMatchObject({
      code: "session_revoked",
    });
    for (const tab of stage.tabs)
      expect(tab.session.getState()).toMatchObject({
        status: "signed_out",
        ended: { reason: "user_disabled" },
      });
    expect(stage.browser.storage.size).toBe(0);
  });

  test("of an older session that is told of its end does not end the new one", async () => {
    const stage = await signedInStage();
    stage.browser.network.latencyMs = 400;
    const late = stage.tab.session.api("GET /api/accounts/me");
    const signIn = stage.tab.session.signIn(GRACE);
    await stage.time.advance(100);
    stage.server.revoke("session 1", "revoked_by_owner");
    late.catch(() => undefined);
    await outcome(stage, signIn, 2 * SECOND);
    await expect(late).rejects.toMatchObject({ code: "session_revoked" });
    expect(signedIn(stage.tab).user.email).toBe(GRACE.email);
  });

  test("is not repeated as somebody else who has signed in meanwhile", async () => {
    const stage = await signedInStage();
    await stage.time.advance(HOUR / 2);
    stage.browser.network.latencyMs = 400;
    stage.server.stepClock(10 * MINUTE);
    const other = await openTab(stage);
    const before = asked(stage, ACCOUNT);
    const call = stage.tab.session.api("GET /api/accounts/me");
    call.catch(() => undefined);
    await outcome(stage, other.session.signIn(GRACE), 5 * SECOND);
    expect(signedIn(stage.tab).user.email).toBe(GRACE.email);
    expect(asked(stage, ACCOUNT) - before).toBeLessThanOrEqual(1);
  });

  test("renews the token first after a policy was applied that outdates it", async () => {
    const stage = await signedInStage();
    stage.server.shorten(signedIn(stage.tab).session.id, 30);
    await stage.time.advance(SECOND);
    const before = asked(stage, REFRESH);
    await outcome(stage, stage.tab.session.api("GET /api/accounts/me"));
    expect(asked(stage, REFRESH) - before).toBe(1);
  });
});

describe("a refresh", () => {
  test("that the server does not know the session of ends it, with no reason", async () => {
    const stage = await signedInStage();
    stage.browser.network.cookie = null;
    await stage.time.advance(5 * MINUTE);
    await expect(outcome(stage, stage.tab.session.api("GET /api/accounts/me"))).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect(stage.tab.session.getState()).toMatchObject({ status: "signed_out", ended: null });
  });

  test("is proven by this browser's key, with the server's nonce where its clock is wrong", async () => {
    const stage = setStage();
    stage.browser.stepClock(-2 * HOUR);
    const tab = await openTab(stage);
    await outcome(stage, tab.session.signIn(GRACE));
    expect(
      stage.server.log.filter(({ path }) => path === "/api/auth/login").map(({ status }) => status),
    ).toEqual([401, 200]);
    await outcome(stage, tab.session.staySignedIn());
    expect(stage.server.log.at(-1)).toMatchObject({ path: REFRESH, status: 200 });
  });

  test("whose proof is refused twice keeps the session and asks for the password", async () => {
    const stage = await signedInStage();
    stage.server.refusesProofs = true;
    const before = asked(stage, REFRESH);
    await expect(outcome(stage, stage.tab.session.staySignedIn())).rejects.toMatchObject({
      code: "invalid_proof",
    });
    expect(asked(stage, REFRESH) - before).toBe(2);
    expect(signedIn(stage.tab).needs_sign_in).toBe(true);
    stage.server.refusesProofs = false;
    await outcome(stage, stage.tab.session.signIn(GRACE));
    expect(signedIn(stage.tab).needs_sign_in).toBe(false);
  });

  test("whose proof is refused as the page loads leads to the sign-in, with no reason", async () => {
    const stage = await signedInStage();
    stage.server.refusesProofs = true;
    const tab = await openTab(stage);
    expect(tab.session.getState()).toEqual({ status: "signed_out", ended: null, user_id: null });
    expect(stage.tab.session.getState().status).toBe("signed_in");
  });
});
