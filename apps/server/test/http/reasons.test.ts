import { describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { newDevice, newMember, newOwner, newPassword } from "../harness/users.js";

const service = useService({ CURFEW_ROTATION_GRACE_SECONDS: "0", CURFEW_SESSIONS_PER_USER: "2" });
const SECURITY = "/api/accounts/me/security";

/** Each way to revoke a session: `ended` is the client whose session ends, `owner` another client. */
const ENDINGS: readonly [reason: string, end: (ended: ApiClient, owner: ApiClient) => Promise<unknown>][] = [
  ["signed_out", (ended) => ended.post("/api/auth/logout", undefined, { cookies: false })],
  ["revoked_by_owner", (_, owner) => owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" })],
  ["revoked_by_owner", (ended, owner) => owner.delete(`${SECURITY}/sessions/${ended.sessionId}`)],
  ["revoked_by_owner", (ended, owner) => owner.post(`${SECURITY}/users/${ended.user.id}/revoke-sessions`)],
  ["revoked_by_user", (ended) => ended.delete(`/api/users/me/sessions/${ended.sessionId}`)],
  ["revoked_by_user", async (ended) => (await newDevice(ended)).post("/api/users/me/sessions/revoke-others")],
  [
    "token_reused",
    async (ended) => {
      const refresh_token = ended.refreshToken;
      await ended.refresh();
      return ended.refresh({ refresh_token });
    },
  ],
  [
    "password_changed",
    async (ended) => {
      const device = await newDevice(ended);
      return device.post("/api/users/me/password", {
        current_password: ended.password,
        new_password: newPassword(),
      });
    },
  ],
  [
    "user_disabled",
    (ended, owner) => owner.patch(`/api/accounts/me/members/${ended.user.id}`, { disabled: true }),
  ],
  [
    "session_limit",
    async (ended) => {
      await newDevice(ended);
      return newDevice(ended);
    },
  ],
];

/** Later operations, which must not change when or why the session ended. */
const LATER_OPERATIONS: readonly ((ended: ApiClient, owner: ApiClient) => Promise<unknown>)[] = [
  (ended) => ended.post("/api/auth/logout", { refresh_token: ended.refreshToken }),
  (_, owner) => owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" }),
  (ended, owner) => owner.delete(`${SECURITY}/sessions/${ended.sessionId}`),
  (ended, owner) => owner.post(`${SECURITY}/users/${ended.user.id}/revoke-sessions`),
  (ended, owner) => owner.patch(`/api/accounts/me/members/${ended.user.id}`, { disabled: true }),
  (ended, owner) => owner.patch(`/api/accounts/me/members/${ended.user.id}`, { disabled: false }),
  (_, owner) => owner.patch(SECURITY, { idle_minutes: 43_200, absolute_minutes: 129_600 }),
  (ended) => Promise.all(Array.from({ length: 5 }, () => ended.refresh())),
];

describe("the reason of an ended session", () => {
  test.each(ENDINGS)(
    "%s is reported for the refresh token and the access token, with the same ended_at",
    async (reason, end) => {
      const owner = await newOwner(service());
      const ended = await newMember(owner, { transport: "body" });
      const before = Date.now();
      await end(ended, owner);
      const after = Date.now();
      const endedAt = expectRevoked(await ended.refresh(), reason);
      expect(Date.parse(endedAt)).toBeGreaterThanOrEqual(before - 1_000);
      expect(Date.parse(endedAt)).toBeLessThanOrEqual(after + 1_000);
      expect(expectRevoked(await ended.get("/api/auth/session"), reason)).toBe(endedAt);
    },
  );

  test.each(ENDINGS)("%s keeps its reason and ended_at after any later operation", async (reason, end) => {
    const owner = await newOwner(service());
    const ended = await newMember(owner, { transport: "body" });
    await end(ended, owner);
    const endedAt = expectRevoked(await ended.refresh(), reason);
    for (const operation of LATER_OPERATIONS) {
      await operation(ended, owner);
      expect(expectRevoked(await ended.refresh(), reason)).toBe(endedAt);
    }
    expect(expectRevoked(await ended.get("/api/auth/session"), reason)).toBe(endedAt);
  });

  test("a browser that signs in again ends its old session as signed_out, and the new one is live", async () => {
    const owner = await newOwner(service());
    const refresh_token = owner.refreshToken;
    expectStatus(await owner.login(), 200);
    expectRevoked(await owner.refresh({ refresh_token }, { cookies: false }), "signed_out");
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("a session whose refresh races a revocation ends revoked", async () => {
    const owner = await newOwner(service());
    const racers = await Promise.all(
      Array.from({ length: 6 }, () => newMember(owner, { transport: "body" })),
    );
    const refreshes = racers.map((racer) => racer.refresh());
    const revoked = owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" });
    await Promise.all([...refreshes, revoked]);
    for (const racer of racers) {
      expectRevoked(await racer.refresh(), "revoked_by_owner");
      expectRevoked(await racer.get("/api/auth/session"), "revoked_by_owner");
    }
  });

  test("a session whose sign-in races a revocation of everyone can be ended by the next revocation", async () => {
    const owner = await newOwner(service());
    const device = await newMember(owner, { transport: "body" });
    const login = device.login();
    const revoked = owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" });
    const [response] = await Promise.all([login, revoked]);
    expect([200, 401]).toContain(response.status);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" }), 200);
    expectRevoked(await device.get("/api/auth/session"), "revoked_by_owner");
  });

  test("a reason is reported for a genuine token only", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    expectStatus(await owner.post("/api/auth/logout"), 204);
    const forged = owner.refreshToken.replace(/[^.]+$/, "A".repeat(43));
    expectProblem(await owner.refresh({ refresh_token: forged }), 401, "unauthenticated");
  });
});
