import { describe, expect, test } from "vitest";
import { expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { anotherDevice, newMember, newOwner, newPassword } from "../harness/people.js";
import { useService } from "../harness/service.js";
import type { Visitor } from "../harness/visitor.js";

const service = useService({ CURFEW_ROTATION_GRACE_SECONDS: "0", CURFEW_SESSIONS_PER_USER: "2" });
const SECURITY = "/api/accounts/me/security";

/** Each way that a session can be revoked by: `ended` is the one it happens to, `owner` another session that may act. */
const ENDINGS: readonly [reason: string, end: (ended: Visitor, owner: Visitor) => Promise<unknown>][] = [
  ["signed_out", (ended) => ended.post("/api/auth/logout", undefined, { cookies: false })],
  ["revoked_by_owner", (_, owner) => owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" })],
  ["revoked_by_owner", (ended, owner) => owner.delete(`${SECURITY}/sessions/${ended.sessionId}`)],
  ["revoked_by_owner", (ended, owner) => owner.post(`${SECURITY}/users/${ended.user.id}/revoke-sessions`)],
  ["revoked_by_user", (ended) => ended.delete(`/api/users/me/sessions/${ended.sessionId}`)],
  [
    "revoked_by_user",
    async (ended) => (await anotherDevice(ended)).post("/api/users/me/sessions/revoke-others"),
  ],
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
      const device = await anotherDevice(ended);
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
      await anotherDevice(ended);
      return anotherDevice(ended);
    },
  ],
];

/** What may come after: none of it may change when or why the session ended. */
const AFTERMATH: readonly ((ended: Visitor, owner: Visitor) => Promise<unknown>)[] = [
  (ended) => ended.post("/api/auth/logout", { refresh_token: ended.refreshToken }),
  (_, owner) => owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" }),
  (ended, owner) => owner.delete(`${SECURITY}/sessions/${ended.sessionId}`),
  (ended, owner) => owner.post(`${SECURITY}/users/${ended.user.id}/revoke-sessions`),
  (ended, owner) => owner.patch(`/api/accounts/me/members/${ended.user.id}`, { disabled: true }),
  (ended, owner) => owner.patch(`/api/accounts/me/members/${ended.user.id}`, { disabled: false }),
  (_, owner) => owner.patch(SECURITY, { idle_minutes: 43_200, absolute_minutes: 129_600 }),
  (ended) => Promise.all(Array.from({ length: 5 }, () => ended.refresh())),
];

describe("an ended session keeps its reason: whoever presents its refresh token is told why, however it ended", () => {
  test.each(ENDINGS)(
    "%s, told by refresh token and by access token, with one moment",
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

  test.each(ENDINGS)(
    "%s is the first cause, and stays, with its moment, whatever comes after",
    async (reason, end) => {
      const owner = await newOwner(service());
      const ended = await newMember(owner, { transport: "body" });
      await end(ended, owner);
      const endedAt = expectRevoked(await ended.refresh(), reason);
      for (const act of AFTERMATH) {
        await act(ended, owner);
        expect(expectRevoked(await ended.refresh(), reason)).toBe(endedAt);
      }
      expect(expectRevoked(await ended.get("/api/auth/session"), reason)).toBe(endedAt);
    },
  );

  test("signed_out is the reason where the browser signs in anew, and the new session is not touched", async () => {
    const owner = await newOwner(service());
    const refresh_token = owner.refreshToken;
    expectStatus(await owner.login(), 200);
    expectRevoked(await owner.refresh({ refresh_token }, { cookies: false }), "signed_out");
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("a refresh racing a revocation: whichever commits last, the session ends revoked", async () => {
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

  test("a sign-in racing a revocation of everyone is either dead or after it, never alive from before", async () => {
    const owner = await newOwner(service());
    const device = await newMember(owner, { transport: "body" });
    const login = device.login();
    const revoked = owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" });
    const [answer] = await Promise.all([login, revoked]);
    expect([200, 401]).toContain(answer.status);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.post(`${SECURITY}/revoke-sessions`, { scope: "others" }), 200);
    expectRevoked(await device.get("/api/auth/session"), "revoked_by_owner");
  });

  test("a reason is told to the holder of a genuine token alone", async () => {
    const owner = await newOwner(service(), { transport: "body" });
    expectStatus(await owner.post("/api/auth/logout"), 204);
    const forged = owner.refreshToken.replace(/[^.]+$/, "A".repeat(43));
    expectProblem(await owner.refresh({ refresh_token: forged }), 401, "unauthenticated");
  });
});
