import { describe, expect, test } from "vitest";
import type { FakeBrowser, FakeTab } from "../../testing/index.js";
import {
  ADA,
  createContext,
  MINUTE,
  openTab,
  REFRESH,
  requestCount,
  SECOND,
  settle,
  signedInContext,
  signedInState,
  type TestContext,
} from "./context.js";

const AUTH_LOCK = "curfew-auth";
const callOf = ({ session }: FakeTab) => session.api("GET /api/accounts/me");

describe.each<FakeBrowser["keyStorage"]>(["hangs", "fails"])("a key storage that %s", (keyStorage) => {
  test("fails a call within two seconds, sends nothing, ends nothing and never holds the lock", async () => {
    const context = await signedInContext(2);
    await context.time.advance(6 * MINUTE);
    const before = context.server.log.length;
    context.browser.keyStorage = keyStorage;
    const call = callOf(context.tab);
    call.catch(() => undefined);
    for (let quarter = 0; quarter < 8; quarter++) {
      await context.time.advance(SECOND / 4);
      expect(context.browser.locks.holder(AUTH_LOCK)).toBeNull();
    }
    await context.time.advance(10);
    await expect(call).rejects.toMatchObject({ code: "proof_unavailable", isTrouble: true });
    expect(context.browser.locks.holder(AUTH_LOCK)).toBeNull();
    expect(context.server.log).toHaveLength(before);
    for (const tab of context.tabs) expect(tab.session.getState().status).toBe("signed_in");
  });

  test("is tried again, says reconnecting if it lasts, and is forgotten once it works", async () => {
    const context = await signedInContext(2);
    await context.time.advance(6 * MINUTE);
    context.browser.keyStorage = keyStorage;
    context.tab.touch();
    await context.time.advance(10 * SECOND);
    expect(signedInState(context.tab)).toMatchObject({ reconnecting: true, storage_trouble: true });
    const before = requestCount(context, REFRESH);
    context.browser.keyStorage = "works";
    await context.time.advance(MINUTE);
    expect(signedInState(context.tab)).toMatchObject({ reconnecting: false, storage_trouble: undefined });
    expect(requestCount(context, REFRESH) - before).toBe(1);
  });

  test("leaves a page that loads waiting, and it finds the session once the storage works", async () => {
    const context = await signedInContext();
    context.browser.keyStorage = keyStorage;
    const tab = await openTab(context);
    await context.time.advance(MINUTE);
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: true, storage_trouble: true });
    context.browser.keyStorage = "works";
    await context.time.advance(MINUTE);
    expect(signedInState(tab).user.email).toBe(ADA.email);
  });

  test.each([false, true])("refuses a sign-in and sends nothing, allowUnbound: %s", async (allowUnbound) => {
    const context = createContext();
    const tab = await openTab(context, { allowUnbound });
    const before = context.server.log.length;
    context.browser.keyStorage = keyStorage;
    const attempt = settle(context, tab.session.signIn(ADA), 2 * SECOND + 10);
    await expect(attempt).rejects.toMatchObject({ code: "proof_unavailable" });
    expect(context.server.log).toHaveLength(before);
    context.browser.keyStorage = "works";
    expect((await settle(context, tab.session.signIn(ADA))).email).toBe(ADA.email);
  });

  test("does not keep a person from signing out", async () => {
    const context = await signedInContext();
    context.browser.keyStorage = keyStorage;
    await settle(context, context.tab.session.signOut(), 3 * SECOND);
    expect(context.tab.session.getState().status).toBe("signed_out");
    expect(context.server.isLive("session 1")).toBe(false);
  });
});

describe.each<FakeBrowser["keyStorage"]>(["hangs", "fails", "refuses"])(
  "one request that the key storage %s",
  (keyStorage) => {
    const troubled = (context: TestContext): void => {
      context.browser.keyStorage = keyStorage;
      context.browser.keyTroubles = 1;
    };

    test("is repeated before anything is sent, and nobody notices", async () => {
      const context = await signedInContext();
      await context.time.advance(6 * MINUTE);
      const before = requestCount(context, REFRESH);
      troubled(context);
      await expect(settle(context, callOf(context.tab), 2 * SECOND)).resolves.toBeDefined();
      expect(requestCount(context, REFRESH) - before).toBe(1);
      troubled(context);
      const loaded = await openTab(context);
      await context.time.advance(SECOND);
      expect(signedInState(loaded).session.id).toBe("session 1");
      expect(signedInState(context.tab)).toMatchObject({ reconnecting: false, needs_sign_in: false });
    });

    test("does not keep a person from signing in", async () => {
      const context = createContext();
      const tab = await openTab(context);
      troubled(context);
      expect((await settle(context, tab.session.signIn(ADA), 2 * SECOND)).email).toBe(ADA.email);
    });
  },
);

describe("a key that the browser refuses for a while", () => {
  test("is this browser's trouble, not the session's: the refresh is repeated with a proof once it is there", async () => {
    const context = await signedInContext();
    await context.time.advance(6 * MINUTE);
    context.browser.keyStorage = "refuses";
    await expect(settle(context, callOf(context.tab))).rejects.toMatchObject({ code: "proof_unavailable" });
    await context.time.advance(MINUTE);
    expect(signedInState(context.tab)).toMatchObject({ reconnecting: true, storage_trouble: true });
    expect(signedInState(context.tab).needs_sign_in).toBe(false);
    context.browser.keyStorage = "works";
    await context.time.advance(MINUTE);
    expect(signedInState(context.tab)).toMatchObject({ reconnecting: false, storage_trouble: undefined });
  });

  test("does not sign out a page that loads, and leaves storage as it is", async () => {
    const context = await signedInContext();
    context.browser.keyStorage = "refuses";
    const tab = await openTab(context);
    await context.time.advance(MINUTE);
    expect(tab.session.getState()).toEqual({ status: "loading", reconnecting: true, storage_trouble: true });
    expect(context.browser.storage.size).toBe(1);
    context.browser.keyStorage = "works";
    await context.time.advance(MINUTE);
    expect(signedInState(tab).session.id).toBe("session 1");
  });
});

describe("a browser without a key", () => {
  test.each([
    ["signing in", ({ session }: FakeTab) => session.signIn(ADA)],
    [
      "registering",
      ({ session }: FakeTab) => session.register({ ...ADA, name: "Ada", account_name: "Account" }),
    ],
    [
      "accepting an invitation",
      ({ session }: FakeTab) => session.acceptInvitation({ token: "a token", password: "secret" }),
    ],
    [
      "choosing a new password",
      ({ session }: FakeTab) => session.resetPassword({ token: "a token", password: "secret" }),
    ],
  ])("refuses %s before any request, unless the host allows unbound sessions", async (_what, act) => {
    const context = createContext();
    const tab = await openTab(context, { bare: ["proof"] });
    const before = context.server.log.length;
    await expect(settle(context, act(tab))).rejects.toMatchObject({ code: "proof_unavailable" });
    expect(context.server.log).toHaveLength(before);
    const lenient = await openTab(context, { bare: ["proof"], allowUnbound: true });
    await settle(context, act(lenient)).catch(() => undefined);
    expect(context.server.log.at(-1)).toMatchObject({ path: expect.stringMatching(/^\/api\/auth\/\w/) });
    expect(context.server.log.at(-1)?.path).not.toBe(REFRESH);
  });

  test("refuses a new password in a session that began bound, and keeps the session", async () => {
    const context = await signedInContext();
    const { tab } = context;
    context.browser.keyStorage = "refuses";
    const change = tab.session.changePassword({ current_password: "secret", new_password: "another" });
    await expect(settle(context, change)).rejects.toMatchObject({ code: "proof_unavailable" });
    expect(context.server.isLive("session 1")).toBe(true);
    expect(signedInState(tab).session.id).toBe("session 1");
  });

  test("refreshes an unbound session without a proof, and can sign out", async () => {
    const context = createContext();
    const tab = await openTab(context, { bare: ["proof"], allowUnbound: true });
    await settle(context, tab.session.signIn(ADA));
    const next = await openTab(context, { bare: ["proof"] });
    expect(signedInState(next).session.id).toBe("session 1");
    await settle(context, next.session.signOut());
    expect(context.server.isLive("session 1")).toBe(false);
  });
});

describe("a tab that hangs with the lock", () => {
  test("loses it to the first that has waited ten seconds, and later calls don't wait", async () => {
    const context = await signedInContext(3);
    const [first, second, third] = context.tabs;
    if (!first || !second || !third) throw new Error("expected three tabs");
    await context.time.advance(6 * MINUTE);
    callOf(first).catch(() => undefined);
    await context.time.advance(10);
    first.freeze();
    expect(context.browser.locks.holder(AUTH_LOCK)).toBe(first);
    await expect(settle(context, callOf(second), 11 * SECOND)).resolves.toBeDefined();
    expect(context.browser.locks.holder(AUTH_LOCK)).toBeNull();
    await expect(settle(context, third.session.staySignedIn())).resolves.toBeUndefined();
    first.thaw();
    first.comeBack();
    await context.time.advance(MINUTE);
    const states = context.tabs.map((tab) => signedInState(tab).session);
    expect(new Set(states.map(({ idle_expires_at }) => idle_expires_at)).size).toBe(1);
  });

  test("keeps nobody from signing out for longer than ten seconds", async () => {
    const context = await signedInContext(2);
    const [first, second] = context.tabs;
    await context.time.advance(6 * MINUTE);
    if (first) callOf(first).catch(() => undefined);
    await context.time.advance(10);
    first?.freeze();
    await settle(context, (second ?? context.tab).session.signOut(), 11 * SECOND);
    expect(context.server.isLive("session 1")).toBe(false);
  });
});
