import { type AuditEvent, EVENT_TYPES, type NewEvent } from "../../src/events.js";
import type { EventPage, ListEventsInput } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { eventOf, MINUTE, type World } from "./world.js";

/** `recordEvent` and `listEvents`: the audit trail. */
export function describeEvents<Extra>({ describe, test, testFaults, expect }: Suite<Extra>): void {
  const record = (world: World<Extra>, event: NewEvent, foldKey?: string): Promise<void> =>
    world.store.recordEvent(world.accountId, event, foldKey);

  const list = (world: World<Extra>, input: Partial<ListEventsInput> = {}): Promise<EventPage> =>
    world.store.listEvents({ accountId: world.accountId, limit: 100, after: null, ...input });

  const countOf = ({ details: { count } }: AuditEvent): unknown => count;

  describe("recordEvent", () => {
    test("keeps all that it is told, and names who acted", async (world) => {
      const { user, session } = await world.signIn();
      world.clock.stall(5);
      await record(
        world,
        eventOf("member.invited", {
          actorId: user.id,
          sessionId: session.id,
          ip: "2001:db8::7",
          details: { email: "ben@example.test", nested: { list: [1, "two", null] }, text: "“é”\n" },
        }),
      );
      const { items, next } = await list(world, { limit: 1 });
      expect(items.length).toBe(1);
      expect({ ...items[0], id: "" }).toEqual({
        id: "",
        at: world.clock.now(),
        type: "member.invited",
        actor: { id: user.id, name: user.name, email: user.email },
        sessionId: session.id,
        ip: "2001:db8::7",
        details: { email: "ben@example.test", nested: { list: [1, "two", null] }, text: "“é”\n" },
      });
      expect(next === null).toBe(false);
    });

    test("keeps what nobody did, and every type", async (world) => {
      for (const type of EVENT_TYPES) await record(world, eventOf(type));
      const { items } = await list(world);
      expect(items.map((item) => item.type).sort()).toEqual([...EVENT_TYPES].sort());
      expect(items.every((item) => item.actor === null && item.sessionId === null && item.ip === null)).toBe(
        true,
      );
      expect(new Set(items.map((item) => item.id)).size).toBe(EVENT_TYPES.length);
    });

    test("is seen in its own account alone", async (world) => {
      await record(world, eventOf("account.created"));
      expect((await list(world.elsewhere())).items).toEqual([]);
    });

    testFaults("leaves nothing behind a fault", async (world) => {
      await record(world, eventOf("user.sign_in_failed"), "key");
      return () => record(world, eventOf("user.sign_in_failed"), "key");
    });
  });

  describe("recordEvent that folds", () => {
    const failed = eventOf("user.sign_in_failed", {
      ip: "192.0.2.7",
      details: { email: "ada@example.test" },
    });

    test("makes those of one key in one minute one row, counted", async (world) => {
      const at = world.clock.now();
      await record(world, failed, "key");
      world.clock.stall(MINUTE - 1);
      await record(world, failed, "key");
      await record(world, failed, "key");
      const { items } = await list(world);
      expect(items.length).toBe(1);
      expect(items[0]).toMatchObject({ at, details: { email: "ada@example.test", count: 3 } });
    });

    test("begins a new row with the next minute", async (world) => {
      await record(world, failed, "key");
      world.clock.stall(MINUTE);
      await record(world, failed, "key");
      const { items } = await list(world);
      expect(items.map(countOf)).toEqual([1, 1]);
    });

    test("keeps keys, accounts, and what is not folded apart", async (world) => {
      const other = world.elsewhere();
      await record(world, failed, "key");
      await record(world, failed, "another key");
      await record(other, failed, "key");
      await record(world, failed);
      await record(world, failed);
      expect((await list(world)).items.length).toBe(4);
      expect((await list(other)).items.map(countOf)).toEqual([1]);
    });

    test("counts callers at once exactly", async (world) => {
      await Promise.all(Array.from({ length: 20 }, () => record(world, failed, "key")));
      const { items } = await list(world);
      expect(items.map(countOf)).toEqual([20]);
    });
  });

  describe("listEvents", () => {
    test("pages through ties of one moment without a gap or a repeat, newest first", async (world) => {
      for (let count = 0; count < 7; count++) {
        if (count === 4) world.clock.stall(1);
        await record(world, eventOf("user.signed_out", { details: { count } }));
      }
      const whole = (await list(world)).items;
      const sorted = [...whole].sort((one, other) => other.at - one.at || (one.id < other.id ? 1 : -1));
      expect(whole).toEqual(sorted);
      expect(whole.length).toBe(7);
      for (const limit of [1, 2, 3, 7, 8]) {
        const found: EventPage["items"][number][] = [];
        let after: ListEventsInput["after"] = null;
        let rounds = 0;
        do {
          const page: EventPage = await list(world, { limit, after });
          found.push(...page.items);
          after = page.next;
          rounds += 1;
        } while (after !== null);
        expect(found).toEqual(whole);
        expect(rounds).toBe(Math.ceil(7 / limit));
      }
    });

    test("shows one type alone, page by page", async (world) => {
      for (let count = 0; count < 3; count++) {
        await record(world, eventOf("user.signed_out"));
        await record(world, eventOf("member.invited"));
      }
      const first = await list(world, { type: "member.invited", limit: 2 });
      const second = await list(world, { type: "member.invited", limit: 2, after: first.next });
      expect([...first.items, ...second.items].map((item) => item.type)).toEqual([
        "member.invited",
        "member.invited",
        "member.invited",
      ]);
      expect(second.next).toBe(null);
      expect(new Set([...first.items, ...second.items].map((item) => item.id)).size).toBe(3);
    });

    test("shows an expiry at its deadline, before what happened since", async (world) => {
      const { session } = await world.signIn({ limits: { idleMinutes: 10, absoluteMinutes: 30 } });
      world.clock.stall(11 * MINUTE);
      await record(world, eventOf("member.invited"));
      await world.store.closeExpired(world.accountId, session.id);
      expect((await world.trail()).map((event) => event.type)).toEqual([
        "member.invited",
        "session.expired",
        "user.signed_in",
      ]);
    });
  });
}
