import { describe, expect, test } from "vitest";
import { parseSetCookie } from "../harness/cookie-jar.js";
import { expectFieldErrors, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { newDevice, newMember, newOwner } from "../harness/users.js";
import type { Page, SessionItem } from "../harness/wire.js";

const service = useService();
const OWN_SESSIONS = "/api/users/me/sessions";

describe("GET /api/users/me/sessions", () => {
  test("lists the user's own live sessions, newest last_active_at first, with the calling one marked", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner, { headers: { "user-agent": "First/1.0" } });
    const device = await newDevice(member, { headers: { "user-agent": "Second/2.0" } });
    const { items, next_cursor } = expectStatus(await member.get(OWN_SESSIONS), 200).json<
      Page<SessionItem>
    >();
    expect(next_cursor).toBeNull();
    expect(items.map(({ id, current }) => [id, current])).toEqual([
      [device.sessionId, false],
      [member.sessionId, true],
    ]);
    const { session, user } = member.signedIn;
    expect(items[1]).toEqual({
      id: session.id,
      user: { id: user.id, name: user.name, email: user.email },
      device: { label: expect.any(String), user_agent: "First/1.0", ip: "127.0.0.1" },
      last_seen: { label: expect.any(String), user_agent: "First/1.0", ip: "127.0.0.1" },
      started_at: session.started_at,
      last_active_at: session.last_active_at,
      idle_expires_at: session.idle_expires_at,
      absolute_expires_at: session.absolute_expires_at,
      current: true,
    });
  });

  test("does not list ended sessions", async () => {
    const owner = await newOwner(service());
    const device = await newDevice(owner);
    expectStatus(await device.post("/api/auth/logout"), 204);
    const { items } = (await owner.get(OWN_SESSIONS)).json<Page<SessionItem>>();
    expect(items.map(({ id }) => id)).toEqual([owner.sessionId]);
  });

  test("pages by limit and cursor, without gaps or duplicates", async () => {
    const owner = await newOwner(service());
    for (let count = 0; count < 4; count += 1) await newDevice(owner);
    const whole = (await owner.get(OWN_SESSIONS)).json<Page<SessionItem>>().items.map(({ id }) => id);
    const paged: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<SessionItem> = (await owner.get(`${OWN_SESSIONS}?limit=2${query}`)).json<
        Page<SessionItem>
      >();
      expect(page.items.length).toBeLessThanOrEqual(2);
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(whole);
    expect(paged).toHaveLength(5);
  });

  test("an out-of-range limit and an invalid cursor are field errors", async () => {
    const owner = await newOwner(service());
    expectFieldErrors(await owner.get(`${OWN_SESSIONS}?limit=0`), { limit: "out_of_range" });
    expectFieldErrors(await owner.get(`${OWN_SESSIONS}?limit=201`), { limit: "out_of_range" });
    expectFieldErrors(await owner.get(`${OWN_SESSIONS}?cursor=zzz`), { cursor: "invalid_value" });
  });
});

describe("DELETE /api/users/me/sessions/{id}", () => {
  test("ends another of the user's sessions as revoked_by_user, and keeps the cookie", async () => {
    const owner = await newOwner(service());
    const device = await newDevice(owner);
    const response = expectStatus(await owner.delete(`${OWN_SESSIONS}/${device.sessionId}`), 204);
    expect(response.text).toBe("");
    expect(response.setCookies).toEqual([]);
    expectRevoked(await device.get("/api/auth/session"), "revoked_by_user");
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("clears the cookie if it ends the calling session", async () => {
    const owner = await newOwner(service());
    const response = expectStatus(await owner.delete(`${OWN_SESSIONS}/${owner.sessionId}`), 204);
    expect(response.setCookies.map(parseSetCookie)).toEqual([
      expect.objectContaining({ name: owner.cookieName, value: "" }),
    ]);
    expect(owner.cookies.size).toBe(0);
    expectRevoked(await owner.get("/api/auth/session"), "revoked_by_user");
  });

  test("an already ended session and another user's session are a 404, for owners too", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const device = await newDevice(owner);
    expectStatus(await owner.delete(`${OWN_SESSIONS}/${device.sessionId}`), 204);
    expectProblem(await owner.delete(`${OWN_SESSIONS}/${device.sessionId}`), 404, "not_found");
    expectProblem(await owner.delete(`${OWN_SESSIONS}/${member.sessionId}`), 404, "not_found");
    expectProblem(await member.delete(`${OWN_SESSIONS}/${owner.sessionId}`), 404, "not_found");
    for (const client of [owner, member]) expectStatus(await client.get("/api/auth/session"), 200);
  });

  test("of ten concurrent calls for one session, one succeeds", async () => {
    const owner = await newOwner(service());
    const device = await newDevice(owner);
    const responses = await Promise.all(
      Array.from({ length: 10 }, () => owner.delete(`${OWN_SESSIONS}/${device.sessionId}`)),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(9).fill(404)]);
  });
});

describe("POST /api/users/me/sessions/revoke-others", () => {
  test("ends all of the user's other sessions as revoked_by_user, and returns their number", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const devices = [await newDevice(member), await newDevice(member)];
    const response = expectStatus(await member.post(`${OWN_SESSIONS}/revoke-others`), 200);
    expect(response.json()).toEqual({ revoked_count: 2 });
    expect(response.setCookies).toEqual([]);
    for (const device of devices) {
      expectRevoked(await device.get("/api/auth/session"), "revoked_by_user");
      expectRevoked(await device.refresh(), "revoked_by_user");
    }
    for (const client of [owner, member]) expectStatus(await client.get("/api/auth/session"), 200);
    expectStatus(await member.refresh(), 200);
    expect((await member.post(`${OWN_SESSIONS}/revoke-others`, {})).json()).toEqual({ revoked_count: 0 });
  });
});
