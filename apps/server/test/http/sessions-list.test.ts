import { describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { expectFieldErrors, expectStatus, RFC_3339 } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { newDevice, newMember, newOwner } from "../harness/users.js";
import type { Page, SessionItem } from "../harness/wire.js";

const service = useService();
const SESSIONS = "/api/accounts/me/security/sessions";

const list = async (owner: ApiClient, query = ""): Promise<Page<SessionItem>> =>
  expectStatus(await owner.get(`${SESSIONS}${query}`), 200).json<Page<SessionItem>>();

describe("GET /api/accounts/me/security/sessions?limit=&cursor=&user_id=", () => {
  test("an item has exactly the contract's fields", async () => {
    const agent =
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36";
    const owner = await newOwner(service(), { headers: { "user-agent": agent } });
    const { items, next_cursor } = await list(owner);
    const { session, user } = owner.signedIn;
    expect(items).toEqual([
      {
        id: session.id,
        user: { id: user.id, name: user.name, email: user.email },
        device: { label: expect.stringMatching(/Chrome/), user_agent: agent, ip: "127.0.0.1" },
        last_seen: { label: expect.stringMatching(/Chrome/), user_agent: agent, ip: "127.0.0.1" },
        started_at: session.started_at,
        last_active_at: session.last_active_at,
        idle_expires_at: session.idle_expires_at,
        absolute_expires_at: session.absolute_expires_at,
        current: true,
      },
    ]);
    expect(next_cursor).toBeNull();
  });

  test("a client without a User-Agent has an address only", async () => {
    const owner = await newOwner(service());
    const { items } = await list(owner);
    expect(items[0]?.device).toEqual({ label: null, user_agent: null, ip: "127.0.0.1" });
  });

  test("lists the live sessions of all users, newest last_active_at first, with the caller's marked", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const device = await newDevice(member);
    const signedOut = await newMember(owner);
    expectStatus(await signedOut.post("/api/auth/logout"), 204);
    expectStatus(await owner.refresh(), 200);
    const { items } = await list(owner);
    expect(items.map(({ id, current }) => [id, current])).toEqual([
      [owner.sessionId, true],
      [device.sessionId, false],
      [member.sessionId, false],
    ]);
    for (const { last_active_at } of items) expect(last_active_at).toMatch(RFC_3339);
  });

  test("user_id filters by user", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const device = await newDevice(member);
    const { items } = await list(owner, `?user_id=${member.user.id}`);
    expect(items.map(({ id }) => id)).toEqual([device.sessionId, member.sessionId]);
    expect((await list(owner, "?user_id=01890000-0000-7000-8000-000000000000")).items).toEqual([]);
  });

  test("pages of any size make up the whole list, and the last has next_cursor null", async () => {
    const owner = await newOwner(service());
    for (let count = 0; count < 5; count += 1) await newDevice(owner);
    const whole = (await list(owner)).items.map(({ id }) => id);
    expect(whole).toHaveLength(6);
    for (const limit of [1, 2, 3, 6, 200]) {
      const paged: string[] = [];
      let page = await list(owner, `?limit=${limit}`);
      paged.push(...page.items.map(({ id }) => id));
      while (page.next_cursor !== null) {
        expect(page.items).toHaveLength(limit);
        page = await list(owner, `?limit=${limit}&cursor=${encodeURIComponent(page.next_cursor)}`);
        paged.push(...page.items.map(({ id }) => id));
      }
      expect(paged).toEqual(whole);
    }
  });

  test("the default limit is 50", async () => {
    const owner = await newOwner(service());
    await Promise.all(Array.from({ length: 50 }, () => newDevice(owner)));
    const first = await list(owner);
    expect(first.items).toHaveLength(50);
    const second = await list(owner, `?cursor=${encodeURIComponent(String(first.next_cursor))}`);
    expect(second).toMatchObject({ items: [{}], next_cursor: null });
  });

  test("a limit outside 1 to 200 is out_of_range with min and max", async () => {
    const owner = await newOwner(service());
    for (const limit of ["0", "201", "-1", "100000000000000000000"]) {
      const errors = expectFieldErrors(await owner.get(`${SESSIONS}?limit=${limit}`), {
        limit: "out_of_range",
      });
      expect(errors[0]).toMatchObject({ min: 1, max: 200 });
    }
  });

  test.each(["ten", "1.5", "", "0x10", "1e2", "%2010"])(
    "a limit of %j is a 422, because it is not an integer",
    async (limit) => {
      const owner = await newOwner(service());
      expect((await owner.get(`${SESSIONS}?limit=${limit}`)).status).toBe(422);
    },
  );

  test("a cursor that is malformed, truncated or of another list is invalid_value", async () => {
    const owner = await newOwner(service());
    await newDevice(owner);
    const { next_cursor } = await list(owner, "?limit=1");
    const events = (await owner.get("/api/accounts/me/security/events?limit=1")).json<Page<unknown>>();
    const half = String(next_cursor).slice(0, 5);
    for (const cursor of ["x", "%00", "e30", "bnVsbA", half, "' OR 1=1 --", String(events.next_cursor)])
      expectFieldErrors(await owner.get(`${SESSIONS}?cursor=${encodeURIComponent(cursor)}`), {
        cursor: "invalid_value",
      });
  });

  test("a session that starts between two pages neither shifts nor repeats the rest", async () => {
    const owner = await newOwner(service());
    for (let count = 0; count < 3; count += 1) await newDevice(owner);
    const whole = (await list(owner)).items.map(({ id }) => id);
    const first = await list(owner, "?limit=2");
    await newDevice(owner);
    const rest = await list(owner, `?limit=2&cursor=${encodeURIComponent(String(first.next_cursor))}`);
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(whole);
  });
});
