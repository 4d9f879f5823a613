import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEventParser } from "../../src/session/event-stream.js";
import type { FakeNetwork } from "../../testing/fake-network.js";
import {
  ADA,
  createContext,
  MINUTE,
  openTab,
  requestCount,
  SECOND,
  settle,
  signedInContext,
  signedInState,
} from "./context.js";

const EVENTS = "/api/auth/events";

describe("the event stream", () => {
  test("is held by one tab for all, from sign-in to sign-out", async () => {
    const context = createContext();
    for (let count = 0; count < 3; count++) await openTab(context);
    expect(context.browser.network.streams()).toHaveLength(0);
    const [tab] = context.browser.tabs;
    if (!tab) throw new Error("expected a tab");
    await settle(context, tab.session.signIn(ADA));
    expect(context.browser.network.streams()).toHaveLength(1);
    await settle(context, tab.session.signOut());
    expect(context.browser.network.streams()).toHaveLength(0);
  });

  test("reports a revocation to every tab within two seconds, with its reason", async () => {
    const context = await signedInContext(3);
    context.server.revoke("session 1", "revoked_by_user");
    await context.time.advance(2 * SECOND);
    for (const tab of context.tabs)
      expect(tab.session.getState()).toMatchObject({
        status: "signed_out",
        ended: { code: "session_revoked", reason: "revoked_by_user" },
      });
  });

  test("reports shorter deadlines to every tab", async () => {
    const context = await signedInContext(3);
    context.server.shorten("session 1", 20);
    await context.time.advance(SECOND);
    for (const tab of context.tabs) {
      expect(signedInState(tab).session.idle_minutes).toBe(20);
      expect(signedInState(tab).expiry.remaining_ms).toBeLessThan(20 * MINUTE);
    }
  });

  test("notifies the policy listeners of every tab of a changed policy", async () => {
    const context = await signedInContext(3);
    const notified: string[] = [];
    for (const { name, session } of context.tabs) session.onPolicyChange(() => notified.push(name));
    context.server.changePolicy();
    await context.time.advance(SECOND);
    expect(notified.sort()).toEqual(["tab 1", "tab 2", "tab 3"]);
  });

  test("outdates the tokens after a policy change, which are refreshed once for all tabs", async () => {
    const context = await signedInContext(3);
    const before = requestCount(context, "/api/auth/refresh");
    context.server.changePolicy();
    await context.time.advance(SECOND);
    await Promise.all(context.tabs.map((tab) => settle(context, tab.session.api("GET /api/auth/session"))));
    expect(requestCount(context, "/api/auth/refresh") - before).toBe(1);
  });

  test("stays open after the access token has expired", async () => {
    const context = await signedInContext();
    await context.time.advance(40 * MINUTE);
    expect(context.browser.network.streams()).toHaveLength(1);
    expect(requestCount(context, "/api/auth/refresh")).toBe(1);
  });

  test("reconnects with a fresh token when it is cut, and its first event is session.state", async () => {
    const context = await signedInContext(2);
    await context.time.advance(20 * MINUTE);
    context.browser.network.cut();
    context.server.shorten("session 1", 40);
    await context.time.advance(2 * SECOND);
    expect(context.browser.network.streams()).toHaveLength(1);
    for (const tab of context.tabs) expect(signedInState(tab).session.idle_minutes).toBe(40);
  });

  test("that can't reconnect is no trouble to tell, until a call fails, and is opened again with the first that succeeds", async () => {
    const context = await signedInContext();
    context.server.isDown = true;
    context.browser.network.cut();
    await context.time.advance(MINUTE);
    expect(signedInState(context.tab).reconnecting).toBe(false);
    await settle(context, context.tab.session.staySignedIn(), 5 * SECOND).catch(() => undefined);
    expect(signedInState(context.tab).reconnecting).toBe(true);
    context.server.isDown = false;
    await settle(context, context.tab.session.staySignedIn(), SECOND);
    expect(signedInState(context.tab).reconnecting).toBe(false);
    expect(context.browser.network.streams()).toHaveLength(1);
  });

  describe.each<[string, (network: FakeNetwork) => void]>([
    [
      "blocked",
      (network) => {
        network.intercept = (path) => (path === EVENTS ? new Response("Blocked", { status: 403 }) : null);
      },
    ],
    [
      "buffered",
      (network) => {
        network.buffersStreams = true;
      },
    ],
  ])("%s by a proxy", (_what, setUp) => {
    test("says nothing, is looked for more and more seldom, by one tab, and calls go on", async () => {
      const context = await signedInContext(2);
      const { network } = context.browser;
      const attempts: number[] = [];
      setUp(network);
      const { intercept } = network;
      network.intercept = (path) => {
        if (path === EVENTS) attempts.push(context.time.now());
        return intercept(path);
      };
      network.cut();
      for (let minute = 0; minute < 60; minute++) {
        context.tab.touch();
        await context.time.advance(MINUTE);
        for (const tab of context.tabs) expect(signedInState(tab).reconnecting).toBe(false);
      }
      const hourAgo = context.time.now() - 60 * MINUTE;
      const within = (from: number, to: number): number =>
        attempts.filter((at) => at >= hourAgo + from * MINUTE && at < hourAgo + to * MINUTE).length;
      expect(within(40, 60)).toBeLessThan(within(0, 20));
      expect(within(40, 60)).toBeLessThanOrEqual(10);
      await expect(settle(context, context.tab.session.api("GET /api/accounts/me"))).resolves.toBeDefined();
    });

    test("tells the end of the session with the next call, in every tab", async () => {
      const context = await signedInContext(2);
      setUp(context.browser.network);
      context.browser.network.cut();
      context.server.revoke("session 1", "revoked_by_owner");
      await context.time.advance(MINUTE);
      await settle(context, context.tab.session.api("GET /api/accounts/me")).catch(() => undefined);
      for (const tab of context.tabs)
        expect(tab.session.getState()).toMatchObject({ ended: { reason: "revoked_by_owner" } });
    });
  });

  test("moves to another tab when its tab is closed", async () => {
    const context = await signedInContext(2);
    const [holder] = context.browser.network.streams();
    if (holder) context.browser.kill(holder);
    await context.time.advance(SECOND);
    expect(context.browser.network.streams()).toHaveLength(1);
    expect(context.browser.network.streams()[0]).not.toBe(holder);
  });

  test("moves from a frozen tab to a visible one", async () => {
    const context = await signedInContext(2);
    const [holder] = context.browser.network.streams();
    holder?.freeze();
    await context.time.advance(2 * MINUTE);
    context.server.revoke("session 1", "user_disabled");
    await context.time.advance(2 * SECOND);
    const other = context.tabs.find((tab) => tab !== holder);
    expect(other?.session.getState()).toMatchObject({
      status: "signed_out",
      ended: { reason: "user_disabled" },
    });
    holder?.thaw();
    await context.time.advance(2 * SECOND);
    expect(holder?.session.getState().status).toBe("signed_out");
  });

  test("reconnects after silence", async () => {
    const context = await signedInContext();
    context.browser.network.unplug();
    context.browser.network.plug();
    expect(context.browser.network.streams()).toHaveLength(0);
    await context.time.advance(90 * SECOND);
    expect(context.browser.network.streams()).toHaveLength(1);
  });

  test("of a previous session, read late, does not end the new one", async () => {
    const context = await signedInContext(2);
    const [holder] = context.browser.network.streams();
    const other = context.tabs.find((tab) => tab !== holder);
    holder?.freeze();
    context.server.revoke("session 1", "revoked_by_owner");
    await context.time.advance(SECOND);
    if (other) await settle(context, other.session.signIn(ADA));
    holder?.thaw();
    await context.time.advance(SECOND);
    for (const tab of context.tabs) expect(signedInState(tab).session.id).toBe("session 2");
  });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The events of a stream that arrives in chunks of these sizes, repeated. */
function parse(text: string, sizes: readonly number[]): unknown[] {
  const read = createEventParser();
  const all = bytes(text);
  const events: unknown[] = [];
  for (let from = 0, chunk = 0; from < all.length; chunk++) {
    const size = sizes[chunk % sizes.length] ?? all.length;
    events.push(...read(all.subarray(from, from + size)));
    from += size;
  }
  return events;
}

describe("the event parser", () => {
  test("returns the events of a chunk in order", () => {
    expect(parse("event: a\ndata: 1\n\nevent: b\ndata: 2\n\n", [1000])).toEqual([
      { type: "a", data: "1" },
      { type: "b", data: "2" },
    ]);
  });

  test("holds an event back until its blank line", () => {
    const read = createEventParser();
    expect(read(bytes("event: a\ndata: 1\n"))).toEqual([]);
    expect(read(bytes("\n"))).toEqual([{ type: "a", data: "1" }]);
  });

  test("ignores comments and events without a type or data", () => {
    const text = ": here\n\nevent: a\n\n: there\ndata: 1\n\n: hm\nevent: b\ndata: 2\n\n";
    expect(parse(text, [1000])).toEqual([{ type: "b", data: "2" }]);
  });

  test("accepts fields without a space after the colon", () => {
    expect(parse("event:a\ndata:1\n\n", [1000])).toEqual([{ type: "a", data: "1" }]);
  });

  test("takes no event's type for the next", () => {
    expect(parse("event: a\ndata: 1\n\ndata: 2\n\n", [1000])).toEqual([{ type: "a", data: "1" }]);
  });

  test("returns the same events for any line ending and any chunk boundary, even inside a character", () => {
    const texts = fc.array(
      fc.record({
        type: fc.constantFrom("session.state", "session.ended"),
        data: fc.constantFrom('{"name":"Ada"}', '{"name":"Zoë 漢字 🦉"}', "1"),
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom("\n", "\r\n"),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        (events, end, sizes) => {
          const text = events.map(
            ({ type, data }) => `: hm${end}event: ${type}${end}data: ${data}${end}${end}`,
          );
          expect(parse(text.join(""), sizes)).toEqual(events);
        },
      ),
    );
  });
});
