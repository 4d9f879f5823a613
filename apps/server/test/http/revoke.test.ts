import { describe, expect, test } from "vitest";
import { parseSetCookie } from "../harness/cookie-jar.js";
import { expectFaults, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { anotherDevice, newMember, newOwner } from "../harness/people.js";
import type { Answer } from "../harness/send.js";
import { useService } from "../harness/service.js";
import type { Page, Security, TrailEvent } from "../harness/wire.js";

const service = useService();
const SECURITY = "/api/accounts/me/security";
const REVOKE = `${SECURITY}/revoke-sessions`;

const clears = (answer: Answer): boolean =>
  answer.setCookies.map(parseSetCookie).some(({ name, value }) => name === "curfew_refresh" && value === "");

describe("POST /api/accounts/me/security/revoke-sessions", () => {
  test.each([undefined, {}, { scope: "all" }])(
    "all (%j) ends every live session of the account, the caller's too, and clears its cookie",
    async (json) => {
      const owner = await newOwner(service());
      const others = [await anotherDevice(owner), await newMember(owner), await newMember(owner)];
      const tokens = others.map((visitor) => visitor.refreshToken);
      const answer = expectStatus(await owner.post(REVOKE, json), 200);
      expect(answer.as()).toEqual({ revoked_count: 4 });
      expect(clears(answer)).toBe(true);
      const moments = new Set<string>();
      for (const visitor of [owner, ...others])
        moments.add(expectRevoked(await visitor.get("/api/auth/session"), "revoked_by_owner"));
      for (const [at, visitor] of others.entries())
        moments.add(expectRevoked(await visitor.refresh({ refresh_token: tokens[at] }), "revoked_by_owner"));
      expect(moments.size).toBe(1);
    },
  );

  test("others spares the calling session alone, and its tokens go on", async () => {
    const owner = await newOwner(service());
    const others = [await anotherDevice(owner), await newMember(owner)];
    const answer = expectStatus(await owner.post(REVOKE, { scope: "others" }), 200);
    expect(answer.as()).toEqual({ revoked_count: 2 });
    expect(answer.setCookies).toEqual([]);
    for (const visitor of others) expectRevoked(await visitor.refresh(), "revoked_by_owner");
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expect((await owner.get(SECURITY)).as<Security>()).toMatchObject({
      active_user_count: 1,
      active_session_count: 1,
    });
  });

  test("the count is of live sessions: those that ended already are not counted again", async () => {
    const owner = await newOwner(service());
    const device = await anotherDevice(owner);
    await newMember(owner);
    expectStatus(await device.post("/api/auth/logout"), 204);
    expect((await owner.post(REVOKE, { scope: "others" })).as()).toEqual({ revoked_count: 1 });
    expect((await owner.post(REVOKE, { scope: "others" })).as()).toEqual({ revoked_count: 0 });
    expectRevoked(await device.get("/api/auth/session"), "signed_out");
  });

  test("a scope that is neither is a fault, and nothing ends", async () => {
    const owner = await newOwner(service());
    expectFaults(await owner.post(REVOKE, { scope: "some" }), { scope: "invalid_value" });
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("everyone may sign in again at once, and other accounts notice nothing", async () => {
    const owner = await newOwner(service());
    const elsewhere = await newOwner(service());
    expectStatus(await owner.post(REVOKE), 200);
    expectStatus(await owner.login(), 200);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
    expectStatus(await elsewhere.get("/api/auth/session"), 200);
  });

  test("when it has answered no token of an ended session works, under fire from all sides", async () => {
    const owner = await newOwner(service());
    const members = await Promise.all([1, 2, 3, 4].map(() => newMember(owner, { transport: "body" })));
    let answered = false;
    const accepted: string[] = [];
    const hammer = members.map(async (member) => {
      for (let round = 0; round < 40; round += 1) {
        const began = answered;
        const answer = round % 4 === 0 ? await member.refresh() : await member.get("/api/auth/session");
        if (began && answer.status !== 401) accepted.push(`${answer.status} ${answer.text}`);
      }
    });
    expectStatus(await owner.post(REVOKE, { scope: "others" }), 200);
    answered = true;
    await Promise.all(hammer);
    expect(accepted).toEqual([]);
    for (const member of members) expectRevoked(await member.refresh(), "revoked_by_owner");
  });

  test("sessions.revoked is in the trail with the count and the owner", async () => {
    const owner = await newOwner(service());
    await newMember(owner);
    expectStatus(await owner.post(REVOKE, { scope: "others" }), 200);
    const { items } = (await owner.get(`${SECURITY}/events?type=sessions.revoked`)).as<Page<TrailEvent>>();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      actor: { id: owner.user.id },
      session_id: owner.sessionId,
      details: { count: 1 },
    });
  });
});

describe("DELETE /api/accounts/me/security/sessions/{id} → 204 (ended already: 404)", () => {
  test("ends one session of anyone in the account as revoked_by_owner", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const device = await anotherDevice(member);
    const answer = expectStatus(await owner.delete(`${SECURITY}/sessions/${member.sessionId}`), 204);
    expect(answer.setCookies).toEqual([]);
    expectRevoked(await member.get("/api/auth/session"), "revoked_by_owner");
    expectRevoked(await member.refresh(), "revoked_by_owner");
    expectStatus(await device.get("/api/auth/session"), 200);
    expectProblem(await owner.delete(`${SECURITY}/sessions/${member.sessionId}`), 404, "not_found");
  });

  test("the calling one clears the cookie", async () => {
    const owner = await newOwner(service());
    const answer = expectStatus(await owner.delete(`${SECURITY}/sessions/${owner.sessionId}`), 204);
    expect(clears(answer)).toBe(true);
    expectRevoked(await owner.get("/api/auth/session"), "revoked_by_owner");
  });

  test("session.revoked is in the trail, about the session that ended", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    expectStatus(await owner.delete(`${SECURITY}/sessions/${member.sessionId}`), 204);
    const { items } = (await owner.get(`${SECURITY}/events?type=session.revoked`)).as<Page<TrailEvent>>();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ session_id: member.sessionId, actor: { id: owner.user.id } });
  });
});

describe("POST /api/accounts/me/security/users/{id}/revoke-sessions → 200 {revoked_count}", () => {
  test("ends all sessions of one user as revoked_by_owner, and of no other", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const device = await anotherDevice(member);
    const colleague = await newMember(owner);
    const path = `${SECURITY}/users/${member.user.id}/revoke-sessions`;
    const answer = expectStatus(await owner.post(path), 200);
    expect(answer.as()).toEqual({ revoked_count: 2 });
    expect(answer.setCookies).toEqual([]);
    for (const visitor of [member, device]) {
      expectRevoked(await visitor.get("/api/auth/session"), "revoked_by_owner");
      expectRevoked(await visitor.refresh(), "revoked_by_owner");
    }
    for (const visitor of [owner, colleague]) expectStatus(await visitor.get("/api/auth/session"), 200);
    expect((await owner.post(path)).as()).toEqual({ revoked_count: 0 });
    expectStatus(await member.login(), 200);
  });

  test("the caller's own sessions: the calling one too, and the cookie goes", async () => {
    const owner = await newOwner(service());
    const answer = await owner.post(`${SECURITY}/users/${owner.user.id}/revoke-sessions`, {});
    expect(expectStatus(answer, 200).as()).toEqual({ revoked_count: 1 });
    expect(clears(answer)).toBe(true);
    expectRevoked(await owner.get("/api/auth/session"), "revoked_by_owner");
  });
});
