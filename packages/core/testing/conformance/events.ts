import { type AuditEvent, EVENT_TYPES, type NewEvent } from "../../src/events.js";
import type { EventPage, ListEventsInput } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { eventOf, MINUTE, type StoreTestContext } from "./test-context.js";

/** `recordEvent` and `listEvents`: the audit trail. */
export function describeEvents({ describe, test, testFaults, expect }: Suite): void {
  const record = (context: StoreTestContext, event: NewEvent, foldKey?: string): Promise<void> =>
    context.store.recordEvent(context.accountId, event, foldKey);

  const list = (context: StoreTestContext, input: Partial<ListEventsInput> = {}): Promise<EventPage> =>
    context.store.listEvents({ accountId: context.accountId, limit: 100, after: null, ...input });

  const countOf = ({ details: { count } }: AuditEvent): unknown => count;

  describe("recordEvent", () => {
    test("stores every field, and returns the acting user", async (context) => {
      const { user, session } = await context.signIn();
      context.clock.stall(5);
      await record(
        context,
        eventOf("member.invited", {
          actorId: user.id,
          sessionId: session.id,
          ip: "2001:db8::7",
          details: { email: "ben@example.test", nested: { list: [1, "two", null] }, text: "“é”\n" },
        }),
      );
      const { items, next } = await list(context, { limit: 1 });
      expect(items.length).toBe(1);
      expect({ ...items[0], id: "" }).toEqual({
        id: "",
        at: context.clock.now(),
        type: "member.invited",
        actor: { id: user.id, name: user.name, email: user.email },
        sessionId: session.id,
        ip: "2001:db8::7",
        details: { email: "ben@example.test", nested: { list: [1, "two", null] }, text: "“é”\n" },
      });
      expect(next === null).toBe(false);
    });

    test("stores half of a surrogate pair as the character in its place, and a backslash as it is", async (context) => {
      const text = (half: string) => ({ text: `fox \\${half}`, [`name${half}`]: ["\\ud83d", "🦊", half] });
      await record(context, eventOf("member.invited", { details: text("\ud83e") }));
      const { items } = await list(context, { limit: 1 });
      expect(items[0]?.details).toEqual(text("\ufffd"));
    });

    test("stores every type, also without an actor", async (context) => {
      for (const type of EVENT_TYPES) await record(context, eventOf(type));
      const { items } = await list(context);
      expect(items.map((item) => item.type).sort()).toEqual([...EVENT_TYPES].sort());
      expect(items.every((item) => item.actor === null && item.sessionId === null && item.ip === null)).toBe(
        true,
      );
      expect(new Set(items.map((item) => item.id)).size).toBe(EVENT_TYPES.length);
    });

    test("is visible in its own account only", async (context) => {
      await record(context, eventOf("account.created"));
      expect((await list(context.otherAccount())).items).toEqual([]);
    });

    testFaults("writes nothing if any statement fails", async (context) => {
      await record(context, eventOf("user.sign_in_failed"), "key");
      return () => record(context, eventOf("user.sign_in_failed"), "key");
    });
  });

  describe("recordEvent with foldKey", () => {
    const failed = eventOf("user.sign_in_failed", {
      ip: "192.0.2.7",
      details: { email: "ada@example.test" },
    });

    test("counts events of one key within one minute in one row", async (context) => {
      const at = context.clock.now();
      await record(context, failed, "key");
      context.clock.stall(MINUTE - 1);
      await record(context, failed, "key");
      await record(context, failed, "key");
      const { items } = await list(context);
      expect(items.length).toBe(1);
      expect(items[0]).toMatchObject({ at, details: { email: "ada@example.test", count: 3 } });
    });

    test("starts a new row with the next minute", async (context) => {
      await record(context, failed, "key");
      context.clock.stall(MINUTE);
      await record(context, failed, "key");
      const { items } = await list(context);
      expect(items.map(countOf)).toEqual([1, 1]);
    });

    test("separates keys, accounts and events without a key", async (context) => {
      const other = context.otherAccount();
      await record(context, failed, "key");
      await record(context, failed, "another key");
      await record(other, failed, "key");
      await record(context, failed);
      await record(context, failed);
      expect((await list(context)).items.length).toBe(4);
      expect((await list(other)).items.map(countOf)).toEqual([1]);
    });

    test("counts concurrent calls exactly", async (context) => {
      await Promise.all(Array.from({ length: 20 }, () => record(context, failed, "key")));
      const { items } = await list(context);
      expect(items.map(countOf)).toEqual([20]);
    });
  });

  describe("listEvents", () => {
    test("pages through equal times without gaps or repeats, newest first", async (context) => {
      for (let count = 0; count < 7; count++) {
        if (count === 4) context.clock.stall(1);
        await record(context, eventOf("user.signed_out", { details: { count } }));
      }
      const all = (await list(context)).items;
      const sorted = [...all].sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
      expect(all).toEqual(sorted);
      expect(all.length).toBe(7);
      for (const limit of [1, 2, 3, 7, 8]) {
        const items: EventPage["items"][number][] = [];
        let after: ListEventsInput["after"] = null;
        let pages = 0;
        do {
          const page: EventPage = await list(context, { limit, after });
          items.push(...page.items);
          after = page.next;
          pages += 1;
        } while (after !== null);
        expect(items).toEqual(all);
        expect(pages).toBe(Math.ceil(7 / limit));
      }
    });

    test("lists one type only, page by page", async (context) => {
      for (let count = 0; count < 3; count++) {
        await record(context, eventOf("user.signed_out"));
        await record(context, eventOf("member.invited"));
      }
      const first = await list(context, { type: "member.invited", limit: 2 });
      const second = await list(context, { type: "member.invited", limit: 2, after: first.next });
      expect([...first.items, ...second.items].map((item) => item.type)).toEqual([
        "member.invited",
        "member.invited",
        "member.invited",
      ]);
      expect(second.next).toBe(null);
      expect(new Set([...first.items, ...second.items].map((item) => item.id)).size).toBe(3);
    });

    test("lists those by a user or about a user, each once, page by page", async (context) => {
      const { user } = await context.signIn();
      const by = { actorId: user.id, sessionId: null, ip: null };
      const about = { details: { user_id: user.id } };
      for (let count = 0; count < 3; count++) {
        context.clock.stall(1);
        await record(context, eventOf("policy.changed", { ...by, details: { count } }));
        await record(context, eventOf("session.revoked", about));
        await record(context, eventOf("password.changed", { ...by, ...about }));
        await record(context, eventOf("member.joined", { details: { user_id: "someone else" } }));
        await record(context.otherAccount(), eventOf("session.revoked", about));
      }
      const all = (await list(context)).items.filter(({ type }) => type !== "member.joined");
      for (const limit of [1, 4, 100]) {
        const items: AuditEvent[] = [];
        let after: ListEventsInput["after"] = null;
        do {
          const page: EventPage = await list(context, { userId: user.id, limit, after });
          items.push(...page.items);
          after = page.next;
        } while (after !== null);
        expect(items).toEqual(all);
      }
      const revoked = await list(context, { userId: user.id, type: "session.revoked" });
      expect(revoked.items.length).toBe(3);
    });

    test("lists those from a moment until before another", async (context) => {
      const start = context.clock.now();
      for (let count = 0; count < 4; count++) {
        await record(context, eventOf("user.signed_out", { details: { count } }));
        context.clock.stall(1);
      }
      const counts = async (input: Partial<ListEventsInput>) =>
        (await list(context, input)).items.map(countOf);
      expect(await counts({ from: start + 1 })).toEqual([3, 2, 1]);
      expect(await counts({ to: start + 2 })).toEqual([1, 0]);
      expect(await counts({ from: start + 1, to: start + 3 })).toEqual([2, 1]);
      expect(await counts({ from: start + 3, to: start + 1 })).toEqual([]);
      const first = await list(context, { from: start + 1, limit: 2 });
      expect(await counts({ from: start + 1, limit: 2, after: first.next })).toEqual([1]);
    });

    test("lists an expiry at its deadline, before later events", async (context) => {
      const { session } = await context.signIn({ limits: { idleMinutes: 10, absoluteMinutes: 30 } });
      context.clock.stall(11 * MINUTE);
      await record(context, eventOf("member.invited"));
      await context.store.closeExpired(context.accountId, session.id);
      expect((await context.auditTrail()).map((event) => event.type)).toEqual([
        "member.invited",
        "session.expired",
        "user.signed_in",
      ]);
    });
  });
}
