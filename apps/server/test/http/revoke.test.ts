import { describe, expect, test } from "vitest";
import { parseSetCookie, refreshCookieName } from "../harness/cookie-jar.js";
import { expectFieldErrors, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import type { ApiResponse } from "../harness/send.js";
import { useService } from "../harness/service.js";
import { newDevice, newMember, newOwner } from "../harness/users.js";
import type { AuditEvent, Page, Security } from "../harness/wire.js";

const service = useService();
const SECURITY = "/api/accounts/me/security";
const REVOKE = `${SECURITY}/revoke-sessions`;

const clearsCookie = (response: ApiResponse): boolean =>
  response.setCookies
    .map(parseSetCookie)
    .some(({ name, value }) => name === refreshCookieName(service().publicUrl) && value === "");

describe("POST /api/accounts/me/security/revoke-sessions", () => {
  test.each([undefined, {}, { scope: "all" }])(
    "scope all (%j) ends every live session of the account, including the caller's, and clears its cookie",
    async (json) => {
      const owner = await newOwner(service());
      const others = [await newDevice(owner), await newMember(owner), await newMember(owner)];
      const tokens = others.map((client) => client.refreshToken);
      const response = expectStatus(await owner.post(REVOKE, json), 200);
      expect(response.json()).toEqual({ revoked_count: 4 });
      expect(clearsCookie(response)).toBe(true);
      const endTimes = new Set<string>();
      for (const client of [owner, ...others])
        endTimes.add(expectRevoked(await client.get("/api/auth/session"), "revoked_by_owner"));
      for (const [index, client] of others.entries())
        endTimes.add(
          expectRevoked(await client.refresh({ refresh_token: tokens[index] }), "revoked_by_owner"),
        );
      expect(endTimes.size).toBe(1);
    },
  );

  test("scope others ends all sessions but the caller's, whose tokens stay valid", async () => {
    const owner = await newOwner(service());
    const others = [await newDevice(owner), await newMember(owner)];
    const response = expectStatus(await owner.post(REVOKE, { scope: "others" }), 200);
    expect(response.json()).toEqual({ revoked_count: 2 });
    expect(response.setCookies).toEqual([]);
    for (const client of others) expectRevoked(await client.refresh(), "revoked_by_owner");
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expect((await owner.get(SECURITY)).json<Security>()).toMatchObject({
      active_user_count: 1,
      active_session_count: 1,
    });
  });

  test("revoked_count counts live sessions only, not those that had already ended", async () => {
    const owner = await newOwner(service());
    const device = await newDevice(owner);
    await newMember(owner);
    expectStatus(await device.post("/api/auth/logout"), 204);
    expect((await owner.post(REVOKE, { scope: "others" })).json()).toEqual({ revoked_count: 1 });
    expect((await owner.post(REVOKE, { scope: "others" })).json()).toEqual({ revoked_count: 0 });
    expectRevoked(await device.get("/api/auth/session"), "signed_out");
  });

  test("any other scope is a field error, and no session ends", async () => {
    const owner = await newOwner(service());
    expectFieldErrors(await owner.post(REVOKE, { scope: "some" }), { scope: "invalid_value" });
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("users can sign in again at once, and other accounts are unaffected", async () => {
    const owner = await newOwner(service());
    const otherOwner = await newOwner(service());
    expectStatus(await owner.post(REVOKE), 200);
    expectStatus(await owner.login(), 200);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
    expectStatus(await otherOwner.get("/api/auth/session"), 200);
  });

  test("once it has answered, no token of a revoked session is accepted, even under concurrent load", async () => {
    const owner = await newOwner(service());
    const members = await Promise.all([1, 2, 3, 4].map(() => newMember(owner, { transport: "body" })));
    let answered = false;
    const accepted: string[] = [];
    const load = members.map(async (member) => {
      for (let round = 0; round < 40; round += 1) {
        const sentAfterResponse = answered;
        const response = round % 4 === 0 ? await member.refresh() : await member.get("/api/auth/session");
        if (sentAfterResponse && response.status !== 401)
          accepted.push(`${response.status} ${response.text}`);
      }
    });
    expectStatus(await owner.post(REVOKE, { scope: "others" }), 200);
    answered = true;
    await Promise.all(load);
    expect(accepted).toEqual([]);
    for (const member of members) expectRevoked(await member.refresh(), "revoked_by_owner");
  });

  test("sessions.revoked is in the audit trail with the count and the owner", async () => {
    const owner = await newOwner(service());
    await newMember(owner);
    expectStatus(await owner.post(REVOKE, { scope: "others" }), 200);
    const { items } = (await owner.get(`${SECURITY}/events?type=sessions.revoked`)).json<Page<AuditEvent>>();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      actor: { id: owner.user.id },
      session_id: owner.sessionId,
      details: { count: 1 },
    });
  });
});

describe("DELETE /api/accounts/me/security/sessions/{id} → 204 (ended already: 404)", () => {
  test("ends one session of any user of the account as revoked_by_owner", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const device = await newDevice(member);
    const response = expectStatus(await owner.delete(`${SECURITY}/sessions/${member.sessionId}`), 204);
    expect(response.setCookies).toEqual([]);
    expectRevoked(await member.get("/api/auth/session"), "revoked_by_owner");
    expectRevoked(await member.refresh(), "revoked_by_owner");
    expectStatus(await device.get("/api/auth/session"), 200);
    expectProblem(await owner.delete(`${SECURITY}/sessions/${member.sessionId}`), 404, "not_found");
  });

  test("ending the caller's own session clears the cookie", async () => {
    const owner = await newOwner(service());
    const response = expectStatus(await owner.delete(`${SECURITY}/sessions/${owner.sessionId}`), 204);
    expect(clearsCookie(response)).toBe(true);
    expectRevoked(await owner.get("/api/auth/session"), "revoked_by_owner");
  });

  test("session.revoked is in the audit trail with the session that ended", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    expectStatus(await owner.delete(`${SECURITY}/sessions/${member.sessionId}`), 204);
    const { items } = (await owner.get(`${SECURITY}/events?type=session.revoked`)).json<Page<AuditEvent>>();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ session_id: member.sessionId, actor: { id: owner.user.id } });
  });
});

describe("POST /api/accounts/me/security/users/{id}/revoke-sessions → 200 {revoked_count}", () => {
  test("ends all sessions of one user as revoked_by_owner, and no other session", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const device = await newDevice(member);
    const colleague = await newMember(owner);
    const path = `${SECURITY}/users/${member.user.id}/revoke-sessions`;
    const response = expectStatus(await owner.post(path), 200);
    expect(response.json()).toEqual({ revoked_count: 2 });
    expect(response.setCookies).toEqual([]);
    for (const client of [member, device]) {
      expectRevoked(await client.get("/api/auth/session"), "revoked_by_owner");
      expectRevoked(await client.refresh(), "revoked_by_owner");
    }
    for (const client of [owner, colleague]) expectStatus(await client.get("/api/auth/session"), 200);
    expect((await owner.post(path)).json()).toEqual({ revoked_count: 0 });
    expectStatus(await member.login(), 200);
  });

  test("for the caller's own id, it also ends the calling session and clears the cookie", async () => {
    const owner = await newOwner(service());
    const response = await owner.post(`${SECURITY}/users/${owner.user.id}/revoke-sessions`, {});
    expect(expectStatus(response, 200).json()).toEqual({ revoked_count: 1 });
    expect(clearsCookie(response)).toBe(true);
    expectRevoked(await owner.get("/api/auth/session"), "revoked_by_owner");
  });
});
