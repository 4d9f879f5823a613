import { describe, expect, test } from "vitest";
import { expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { newDevice, newMember, newOwner } from "../harness/users.js";
import type { SignIn } from "../harness/wire.js";

const service = useService();
const SESSION = "/api/auth/session";

describe("GET /api/auth/session", () => {
  test("returns {session, user} of the access token, with the current deadlines", async () => {
    const owner = await newOwner(service());
    const body = expectStatus(await owner.get(SESSION), 200).json<SignIn>();
    expect(Object.keys(body).sort()).toEqual(["session", "user"]);
    expect(body.user).toEqual(owner.user);
    const { idle_expires_in_ms, absolute_expires_in_ms, ...fields } = body.session;
    const {
      idle_expires_in_ms: idleThen,
      absolute_expires_in_ms: absoluteThen,
      ...expectedFields
    } = owner.signedIn.session;
    expect(fields).toEqual(expectedFields);
    expect(idle_expires_in_ms).toBeLessThanOrEqual(idleThen);
    expect(absolute_expires_in_ms).toBeLessThanOrEqual(absoluteThen);
  });

  test("never moves a deadline, however often it is called", async () => {
    const owner = await newOwner(service());
    const { idle_expires_at, last_active_at } = owner.signedIn.session;
    for (let round = 0; round < 20; round += 1) await owner.get(SESSION);
    const { session } = expectStatus(await owner.get(SESSION), 200).json<SignIn>();
    expect(session).toMatchObject({ idle_expires_at, last_active_at });
  });

  test("returns the deadlines that a refresh has moved", async () => {
    const owner = await newOwner(service());
    const first = owner.signedIn.access_token;
    expectStatus(await owner.refresh(), 200);
    const { session } = expectStatus(await owner.get(SESSION, { bearer: first }), 200).json<SignIn>();
    expect(session.idle_expires_at).toBe(owner.signedIn.session.idle_expires_at);
  });

  test("an ended session gets session_revoked with its reason until the access token expires", async () => {
    const owner = await newOwner(service());
    const device = await newDevice(owner);
    expectStatus(await owner.delete(`/api/users/me/sessions/${device.sessionId}`), 204);
    const first = expectRevoked(await device.get(SESSION), "revoked_by_user");
    expect(expectRevoked(await device.get(SESSION), "revoked_by_user")).toBe(first);
  });

  test("without a token it answers unauthenticated", async () => {
    const owner = await newOwner(service());
    expectProblem(await owner.get(SESSION, { bearer: null }), 401, "unauthenticated");
  });

  test("every operation refuses an ended session", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.post("/api/accounts/me/security/revoke-sessions"), 200);
    const responses = await Promise.all([
      owner.get("/api/accounts/me"),
      owner.get("/api/accounts/me/security"),
      owner.patch("/api/accounts/me/security", { idle_minutes: 20 }),
      owner.post("/api/accounts/me/security/preview", {}),
      owner.post("/api/accounts/me/security/revoke-sessions"),
      owner.get("/api/accounts/me/security/sessions"),
      owner.get("/api/accounts/me/security/events"),
      owner.get("/api/accounts/me/members"),
      owner.post("/api/accounts/me/members", { name: "N", email: "n@example.com", role: "member" }),
      owner.patch("/api/accounts/me", { name: "N" }),
      owner.delete(`/api/accounts/me/members/${owner.user.id}`),
      owner.post(`/api/accounts/me/members/${owner.user.id}/password-link`),
      owner.get("/api/users/me"),
      owner.patch("/api/users/me", { name: "N" }),
      owner.get("/api/users/me/export"),
      owner.get("/api/users/me/sessions"),
      owner.post("/api/users/me/sessions/revoke-others"),
      owner.post("/api/users/me/password", { current_password: owner.password, new_password: "another one" }),
      owner.get("/api/auth/events"),
    ]);
    for (const response of responses) expectRevoked(response, "revoked_by_owner");
  });
});

describe("a role change makes older access tokens token_expired", () => {
  test("a promoted member has to refresh, and is an owner afterwards", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    expectProblem(await member.get("/api/accounts/me/security"), 403, "forbidden");
    expectStatus(await owner.patch(`/api/accounts/me/members/${member.user.id}`, { role: "owner" }), 200);
    expectProblem(await member.get(SESSION), 401, "token_expired");
    expectStatus(await member.refresh(), 200);
    expectStatus(await member.get("/api/accounts/me/security"), 200);
  });

  test("a demoted owner loses the role at once", async () => {
    const owner = await newOwner(service());
    const second = await newMember(owner, { role: "owner" });
    expectStatus(await second.get("/api/accounts/me/security"), 200);
    expectStatus(await owner.patch(`/api/accounts/me/members/${second.user.id}`, { role: "member" }), 200);
    expectProblem(await second.get("/api/accounts/me/security"), 401, "token_expired");
    expectStatus(await second.refresh(), 200);
    expectProblem(await second.get("/api/accounts/me/security"), 403, "forbidden");
  });
});

describe("a policy applied now makes older access tokens of the account token_expired", () => {
  test("the caller's and a member's tokens expire, and a refresh returns a valid one", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const otherOwner = await newOwner(service());
    expectStatus(await owner.patch("/api/accounts/me/security", { idle_minutes: 15, apply: "now" }), 200);
    for (const client of [owner, member]) {
      expectProblem(await client.get(SESSION), 401, "token_expired");
      expectStatus(await client.refresh(), 200);
      expectStatus(await client.get(SESSION), 200);
      expect(client.signedIn.session.idle_minutes).toBe(15);
    }
    expectStatus(await otherOwner.get(SESSION), 200);
  });

  test("a policy for the next sign-in expires no token", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.patch("/api/accounts/me/security", { idle_minutes: 15 }), 200);
    expectStatus(await owner.get(SESSION), 200);
  });
});
