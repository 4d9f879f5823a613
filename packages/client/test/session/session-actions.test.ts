import { describe, expect, test } from "vitest";
import type { CurfewSession } from "../../src/session/model.js";
import {
  ADA,
  collectEnds,
  MINUTE,
  SECOND,
  settle,
  signedInContext,
  signedInState,
  type TestContext,
} from "./context.js";

const statuses = ({ browser }: TestContext): string[] =>
  browser.tabs.map(({ session }) => session.getState().status);

describe("signing out", () => {
  test("signs every tab out without a reason, whatever the server reports meanwhile", async () => {
    const context = await signedInContext(4);
    const ends = collectEnds(context.tabs);
    await settle(context, context.tab.session.signOut(), 3 * SECOND);
    expect(statuses(context)).toEqual(Array(4).fill("signed_out"));
    expect(ends).toEqual([null, null, null, null]);
  });

  test("succeeds if the session has already ended", async () => {
    const context = await signedInContext();
    context.browser.network.cut();
    context.server.revoke("session 1", "revoked_by_owner");
    await settle(context, context.tab.session.signOut(), 200);
    expect(context.tab.session.getState()).toMatchObject({ status: "signed_out", ended: null });
  });

  test("that fails releases the deferred end", async () => {
    const context = await signedInContext(2);
    context.browser.network.losesAnswers = 1;
    const attempt = settle(context, context.tab.session.signOut(), 3 * SECOND);
    await expect(attempt).rejects.toMatchObject({ code: "unreachable" });
    for (const tab of context.tabs)
      expect(tab.session.getState()).toMatchObject({ status: "signed_out", ended: { reason: "signed_out" } });
  });

  test("is not undone by a refresh in flight", async () => {
    const context = await signedInContext(2);
    const [first, second] = context.tabs;
    if (!first || !second) throw new Error("expected two tabs");
    context.browser.network.latencyMs = 300;
    first.session.staySignedIn().catch(() => undefined);
    await context.time.advance(100);
    await settle(context, second.session.signOut(), 3 * SECOND);
    expect(statuses(context)).toEqual(["signed_out", "signed_out"]);
  });
});

describe("a sign-in", () => {
  test("counts as activity when it is requested, not when it gets the lock", async () => {
    const context = await signedInContext(2);
    const [first, second] = context.tabs;
    if (!first || !second) throw new Error("expected two tabs");
    first.session.staySignedIn().catch(() => undefined);
    await context.time.advance(5);
    first.freeze();
    await context.time.advance(MINUTE);
    const requestedAt = context.server.now();
    const refused = settle(context, second.session.signIn({ ...ADA, password: "wrong" }), 2 * MINUTE);
    await expect(refused).rejects.toMatchObject({ code: "invalid_credentials" });
    expect(Date.parse(signedInState(second).session.last_active_at) - requestedAt).toBeLessThan(SECOND);
  });
});

describe("replacing the session", () => {
  test("by a password change reaches every tab, without reporting the end of the old session", async () => {
    const context = await signedInContext(3);
    const ends = collectEnds(context.tabs);
    const change = { current_password: "secret", new_password: "another" };
    await settle(context, context.tab.session.changePassword(change), 3 * SECOND);
    for (const tab of context.tabs) expect(signedInState(tab).session.id).toBe("session 2");
    expect(ends).toEqual([]);
  });

  test("by signing in again reaches every tab, without reporting the end of the old session", async () => {
    const context = await signedInContext(3);
    const ends = collectEnds(context.tabs);
    await settle(context, context.tab.session.signIn(ADA), 3 * SECOND);
    for (const tab of context.tabs) expect(signedInState(tab).session.id).toBe("session 2");
    expect(ends).toEqual([]);
  });
});

describe("ending every session", () => {
  const endEverySession = ({ session }: { readonly session: CurfewSession }) =>
    session.deferEnd(() => session.api("POST /api/accounts/me/security/revoke-sessions"));

  test("keeps this browser's tabs signed in until leave(), then without a reason", async () => {
    const context = await signedInContext(3);
    const ends = collectEnds(context.tabs);
    const { revoked_count } = await settle(context, endEverySession(context.tab), 1_500);
    expect(revoked_count).toBe(1);
    expect(statuses(context)).toEqual(Array(3).fill("signed_in"));
    context.tab.session.leave();
    await context.time.advance(SECOND);
    expect(ends).toEqual([null, null, null]);
    expect(context.browser.storage.size).toBe(0);
  });

  test("reports the end with its reason after ten seconds without leave()", async () => {
    const context = await signedInContext(2);
    await settle(context, endEverySession(context.tab), 9 * SECOND);
    expect(statuses(context)).toEqual(Array(2).fill("signed_in"));
    await context.time.advance(2 * SECOND);
    for (const tab of context.tabs)
      expect(tab.session.getState()).toMatchObject({
        status: "signed_out",
        ended: { reason: "revoked_by_owner" },
      });
  });

  test("sends no request that would be refused meanwhile", async () => {
    const context = await signedInContext(2);
    const before = context.server.log.length;
    await settle(context, endEverySession(context.tab), 3 * SECOND);
    expect(context.server.log.slice(before).filter(({ status }) => status === 401)).toEqual([]);
    expect(context.browser.network.streams()).toEqual([]);
  });
});
