import { describe, expect, test } from "vitest";
import { CurfewProblem } from "../../src/index.js";
import {
  ADA,
  collectEnds,
  createContext,
  GRACE,
  HOUR,
  MINUTE,
  openTab,
  REFRESH,
  requestCount,
  SECOND,
  settle,
  signedInState,
  type TestContext,
} from "./context.js";

describe("a session that was begun by other means", () => {
  test("is adopted by a page that was signed out, in every tab", async () => {
    const context = createContext();
    const tab = await openTab(context);
    const other = await openTab(context);
    context.browser.network.cookie = context.server.begin(ADA.email);
    await settle(context, tab.session.adopt());
    for (const { session } of [tab, other])
      expect(session.getState()).toMatchObject({ status: "signed_in", user: { email: ADA.email } });
  });

  test("replaces the one before, though a refresh of that is under way", async () => {
    const context = createContext();
    context.server.isHost = true;
    context.browser.network.cookie = context.server.begin(ADA.email);
    const tab = await openTab(context, { host: {} });
    context.browser.network.latencyMs = 400;
    const before = tab.session.staySignedIn();
    await context.time.advance(300);
    context.browser.network.cookie = context.server.begin(GRACE.email);
    await settle(context, Promise.all([before, tab.session.adopt()]), 2 * SECOND);
    expect(signedInState(tab).user.email).toBe(GRACE.email);
  });

  test("is adopted though the request of the first load finds nobody", async () => {
    const context = createContext();
    context.browser.network.latencyMs = 400;
    const tab = context.browser.open();
    tab.session.start();
    await context.time.advance(300);
    context.browser.network.cookie = context.server.begin(ADA.email);
    await settle(context, tab.session.adopt(), 2 * SECOND);
    expect(signedInState(tab).user.email).toBe(ADA.email);
  });

  test("that is not there leaves the page as it is, and rejects", async () => {
    const context = createContext();
    const tab = await openTab(context);
    const state = tab.session.getState();
    await expect(settle(context, tab.session.adopt())).rejects.toMatchObject({ code: "unauthenticated" });
    expect(tab.session.getState()).toBe(state);
    const before = context.server.log.length;
    await context.time.advance(5 * MINUTE);
    expect(context.server.log).toHaveLength(before);
  });

  test("is asked for again after trouble, and meanwhile the page stays signed out", async () => {
    const context = createContext();
    const tab = await openTab(context);
    context.browser.network.cookie = context.server.begin(ADA.email);
    context.server.isDown = true;
    await expect(settle(context, tab.session.adopt())).rejects.toMatchObject({ code: "unavailable" });
    expect(tab.session.getState().status).toBe("signed_out");
    context.server.isDown = false;
    await context.time.advance(MINUTE);
    expect(signedInState(tab).user.email).toBe(ADA.email);
  });

  test("is not asked for again once the server has said that nobody is there", async () => {
    const context = createContext();
    const tab = await openTab(context);
    context.server.isDown = true;
    await expect(settle(context, tab.session.adopt())).rejects.toMatchObject({ code: "unavailable" });
    context.server.isDown = false;
    await context.time.advance(2 * MINUTE);
    const before = context.server.log.length;
    await context.time.advance(5 * MINUTE);
    expect(context.server.log).toHaveLength(before);
    expect(tab.session.getState()).toEqual({ status: "signed_out", ended: null, user_id: null });
  });
});

describe("a host's own sign-in", () => {
  test("is called with what was typed, and the session that it began is adopted", async () => {
    const context = createContext();
    context.server.isHost = true;
    const typed: unknown[] = [];
    const tab = await openTab(context, {
      host: {
        async signIn(credentials) {
          typed.push(credentials);
          context.browser.network.cookie = context.server.begin(credentials.email);
        },
      },
    });
    const user = await settle(context, tab.session.signIn(ADA));
    expect([user.email, typed]).toEqual([ADA.email, [ADA]]);
    expect(signedInState(tab).user.email).toBe(ADA.email);
    expect(requestCount(context, "/api/auth/login")).toBe(0);
  });

  test("that refuses them rejects with its problem, and asks for no session", async () => {
    const context = createContext();
    const refusal = new CurfewProblem({ code: "invalid_credentials", status: 401, detail: "" });
    const tab = await openTab(context, { host: { signIn: () => Promise.reject(refusal) } });
    const before = requestCount(context, REFRESH);
    await expect(settle(context, tab.session.signIn(ADA))).rejects.toBe(refusal);
    expect(requestCount(context, REFRESH)).toBe(before);
  });

  test("lets the user prove once more who they are, after which the session is adopted", async () => {
    const context = createContext();
    context.server.isHost = true;
    context.browser.network.cookie = context.server.begin(ADA.email);
    const reauthenticate = async () => {
      context.browser.network.cookie = context.server.begin(ADA.email);
    };
    const tab = await openTab(context, { host: { reauthenticate } });
    expect(signedInState(tab).session.id).toBe("session 1");
    await settle(context, tab.session.reauthenticate?.() ?? Promise.reject(new Error("there is none")));
    expect(signedInState(tab).session.id).toBe("session 2");
  });

  test("that is not given leaves `reauthenticate` undefined: the password is asked for", async () => {
    expect((await openTab(createContext())).session.reauthenticate).toBeUndefined();
  });

  describe("that takes its time to prove once more who somebody is", () => {
    /** Two tabs of Ada, in the first of which she is asked in a window for as long as `inWindow` takes. */
    async function askedFor(inWindow: (context: TestContext) => Promise<void>) {
      const context = createContext();
      context.server.isHost = true;
      context.browser.network.cookie = context.server.begin(ADA.email);
      const host = { reauthenticate: () => inWindow(context) };
      const tabs = [await openTab(context, { host }), await openTab(context, { host })];
      const ends = collectEnds(tabs);
      const asked = tabs[0]?.session.reauthenticate?.() ?? Promise.reject(new Error("there is none"));
      asked.catch(() => undefined);
      return { ...context, tabs, ends, asked };
    }
    const waitFor = ({ time }: TestContext, ms: number) =>
      new Promise<void>((resolve) => void time.after(ms, resolve));

    test("signs no tab out as the host ends the old session and begins another", async () => {
      const { tabs, ends, time, asked } = await askedFor(async (context) => {
        await waitFor(context, 30 * SECOND);
        context.server.revoke("session 1", "signed_out");
        await waitFor(context, 3 * SECOND);
        context.browser.network.cookie = context.server.begin(ADA.email);
      });
      await time.advance(MINUTE);
      await asked;
      expect(ends).toEqual([]);
      for (const tab of tabs) expect(signedInState(tab).session.id).toBe("session 2");
    });

    test("tells every tab within ten seconds of an end that no other session follows", async () => {
      const { server, tabs, time } = await askedFor((context) => waitFor(context, HOUR));
      await time.advance(30 * SECOND);
      server.revoke("session 1", "revoked_by_owner");
      await time.advance(11 * SECOND);
      for (const tab of tabs)
        expect(tab.session.getState()).toMatchObject({
          status: "signed_out",
          ended: { reason: "revoked_by_owner" },
        });
    });

    test.each([
      ["has failed", () => Promise.reject(new Error("the window was closed"))],
      ["has left the session as it is", () => Promise.resolve()],
    ])("tells an end at once, after it %s", async (_, settled) => {
      const { server, ends, time } = await askedFor(settled);
      await time.advance(30 * SECOND);
      server.revoke("session 1", "revoked_by_owner");
      await time.advance(SECOND);
      expect(ends).toHaveLength(2);
    });
  });
});
