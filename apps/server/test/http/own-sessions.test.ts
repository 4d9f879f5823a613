import { describe, expect, test } from "vitest";
import { parseSetCookie } from "../harness/cookie-jar.js";
import { expectFaults, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { anotherDevice, newMember, newOwner } from "../harness/people.js";
import { useService } from "../harness/service.js";
import type { Page, SessionItem } from "../harness/wire.js";

const service = useService();
const OWN = "/api/users/me/sessions";

describe("GET /api/users/me/sessions", () => {
  test("lists the user's own live sessions, newest last_active_at first, the calling one marked", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner, { headers: { "user-agent": "First/1.0" } });
    const device = await anotherDevice(member, { headers: { "user-agent": "Second/2.0" } });
    const { items, next_cursor } = expectStatus(await member.get(OWN), 200).as<Page<SessionItem>>();
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
      started_at: session.started_at,
      last_active_at: session.last_active_at,
      idle_expires_at: session.idle_expires_at,
      absolute_expires_at: session.absolute_expires_at,
      current: true,
    });
  });

  test("an ended session is not listed", async () => {
    const owner = await newOwner(service());
    const device = await anotherDevice(owner);
    expectStatus(await device.post("/api/auth/logout"), 204);
    const { items } = (await owner.get(OWN)).as<Page<SessionItem>>();
    expect(items.map(({ id }) => id)).toEqual([owner.sessionId]);
  });

  test("pages by limit and cursor, without gaps or doubles", async () => {
    const owner = await newOwner(service());
    for (let count = 0; count < 4; count += 1) await anotherDevice(owner);
    const whole = (await owner.get(OWN)).as<Page<SessionItem>>().items.map(({ id }) => id);
    const paged: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<SessionItem> = (await owner.get(`${OWN}?limit=2${query}`)).as<Page<SessionItem>>();
      expect(page.items.length).toBeLessThanOrEqual(2);
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(whole);
    expect(paged).toHaveLength(5);
  });

  test("a limit out of bounds and a cursor that is not ours are faults", async () => {
    const owner = await newOwner(service());
    expectFaults(await owner.get(`${OWN}?limit=0`), { limit: "out_of_range" });
    expectFaults(await owner.get(`${OWN}?limit=201`), { limit: "out_of_range" });
    expectFaults(await owner.get(`${OWN}?cursor=zzz`), { cursor: "invalid_value" });
  });
});

describe("DELETE /api/users/me/sessions/{id}", () => {
  test("ends another session of one's own as revoked_by_user, and leaves the cookie alone", async () => {
    const owner = await newOwner(service());
    const device = await anotherDevice(owner);
    const answer = expectStatus(await owner.delete(`${OWN}/${device.sessionId}`), 204);
    expect(answer.text).toBe("");
    expect(answer.setCookies).toEqual([]);
    expectRevoked(await device.get("/api/auth/session"), "revoked_by_user");
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("a call that ends the calling session clears the cookie in its answer", async () => {
    const owner = await newOwner(service());
    const answer = expectStatus(await owner.delete(`${OWN}/${owner.sessionId}`), 204);
    expect(answer.setCookies.map(parseSetCookie)).toEqual([
      expect.objectContaining({ name: "curfew_refresh", value: "" }),
    ]);
    expect(owner.cookies.size).toBe(0);
    expectRevoked(await owner.get("/api/auth/session"), "revoked_by_user");
  });

  test("a session that ended already is a 404, and so is a colleague's, an owner's call included", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const device = await anotherDevice(owner);
    expectStatus(await owner.delete(`${OWN}/${device.sessionId}`), 204);
    expectProblem(await owner.delete(`${OWN}/${device.sessionId}`), 404, "not_found");
    expectProblem(await owner.delete(`${OWN}/${member.sessionId}`), 404, "not_found");
    expectProblem(await member.delete(`${OWN}/${owner.sessionId}`), 404, "not_found");
    for (const visitor of [owner, member]) expectStatus(await visitor.get("/api/auth/session"), 200);
  });

  test("of ten calls at once for one session, one ends it", async () => {
    const owner = await newOwner(service());
    const device = await anotherDevice(owner);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => owner.delete(`${OWN}/${device.sessionId}`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(9).fill(404)]);
  });
});

describe("POST /api/users/me/sessions/revoke-others", () => {
  test("ends all of the user's other sessions and tells how many, as revoked_by_user", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const devices = [await anotherDevice(member), await anotherDevice(member)];
    const answer = expectStatus(await member.post(`${OWN}/revoke-others`), 200);
    expect(answer.as()).toEqual({ revoked_count: 2 });
    expect(answer.setCookies).toEqual([]);
    for (const device of devices) {
      expectRevoked(await device.get("/api/auth/session"), "revoked_by_user");
      expectRevoked(await device.refresh(), "revoked_by_user");
    }
    for (const visitor of [owner, member]) expectStatus(await visitor.get("/api/auth/session"), 200);
    expectStatus(await member.refresh(), 200);
    expect((await member.post(`${OWN}/revoke-others`, {})).as()).toEqual({ revoked_count: 0 });
  });
});
