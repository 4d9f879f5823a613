import { describe, expect, test } from "vitest";
import { expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { anotherDevice, newMember, newOwner } from "../harness/people.js";
import { useService } from "../harness/service.js";
import type { SignIn } from "../harness/wire.js";

const service = useService();
const SESSION = "/api/auth/session";

describe("GET /api/auth/session", () => {
  test("answers {session, user} for the access token, with the current deadlines", async () => {
    const owner = await newOwner(service());
    const body = expectStatus(await owner.get(SESSION), 200).as<SignIn>();
    expect(Object.keys(body).sort()).toEqual(["session", "user"]);
    expect(body.user).toEqual(owner.user);
    const { idle_expires_in_ms, absolute_expires_in_ms, ...still } = body.session;
    const {
      idle_expires_in_ms: idleThen,
      absolute_expires_in_ms: absoluteThen,
      ...then
    } = owner.signedIn.session;
    expect(still).toEqual(then);
    expect(idle_expires_in_ms).toBeLessThanOrEqual(idleThen);
    expect(absolute_expires_in_ms).toBeLessThanOrEqual(absoluteThen);
  });

  test("never moves a deadline, however often it is asked", async () => {
    const owner = await newOwner(service());
    const { idle_expires_at, last_active_at } = owner.signedIn.session;
    for (let round = 0; round < 20; round += 1) await owner.get(SESSION);
    const { session } = expectStatus(await owner.get(SESSION), 200).as<SignIn>();
    expect(session).toMatchObject({ idle_expires_at, last_active_at });
  });

  test("sees what a refresh on the same session moved", async () => {
    const owner = await newOwner(service());
    const first = owner.signedIn.access_token;
    expectStatus(await owner.refresh(), 200);
    const { session } = expectStatus(await owner.get(SESSION, { bearer: first }), 200).as<SignIn>();
    expect(session.idle_expires_at).toBe(owner.signedIn.session.idle_expires_at);
  });

  test("an ended session is session_revoked with its reason while its access token has not expired", async () => {
    const owner = await newOwner(service());
    const device = await anotherDevice(owner);
    expectStatus(await owner.delete(`/api/users/me/sessions/${device.sessionId}`), 204);
    const first = expectRevoked(await device.get(SESSION), "revoked_by_user");
    expect(expectRevoked(await device.get(SESSION), "revoked_by_user")).toBe(first);
  });

  test("no token is unauthenticated", async () => {
    const owner = await newOwner(service());
    expectProblem(await owner.get(SESSION, { bearer: null }), 401, "unauthenticated");
  });

  test("an ended session may do nothing else either, on any operation", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.post("/api/accounts/me/security/revoke-sessions"), 200);
    const answers = await Promise.all([
      owner.get("/api/accounts/me"),
      owner.get("/api/accounts/me/security"),
      owner.patch("/api/accounts/me/security", { idle_minutes: 20 }),
      owner.post("/api/accounts/me/security/preview", {}),
      owner.post("/api/accounts/me/security/revoke-sessions"),
      owner.get("/api/accounts/me/security/sessions"),
      owner.get("/api/accounts/me/security/events"),
      owner.get("/api/accounts/me/members"),
      owner.post("/api/accounts/me/members", { name: "N", email: "n@example.com", role: "member" }),
      owner.get("/api/users/me/sessions"),
      owner.post("/api/users/me/sessions/revoke-others"),
      owner.post("/api/users/me/password", { current_password: owner.password, new_password: "another one" }),
      owner.get("/api/auth/events"),
    ]);
    for (const answer of answers) expectRevoked(answer, "revoked_by_owner");
  });
});

describe("a new role counts from the next request: older access tokens are token_expired", () => {
  test("a member who was promoted refreshes, and then is an owner", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    expectProblem(await member.get("/api/accounts/me/security"), 403, "forbidden");
    expectStatus(await owner.patch(`/api/accounts/me/members/${member.user.id}`, { role: "owner" }), 200);
    expectProblem(await member.get(SESSION), 401, "token_expired");
    expectStatus(await member.refresh(), 200);
    expectStatus(await member.get("/api/accounts/me/security"), 200);
  });

  test("an owner who was demoted loses the role at once", async () => {
    const owner = await newOwner(service());
    const second = await newMember(owner, { role: "owner" });
    expectStatus(await second.get("/api/accounts/me/security"), 200);
    expectStatus(await owner.patch(`/api/accounts/me/members/${second.user.id}`, { role: "member" }), 200);
    expectProblem(await second.get("/api/accounts/me/security"), 401, "token_expired");
    expectStatus(await second.refresh(), 200);
    expectProblem(await second.get("/api/accounts/me/security"), 403, "forbidden");
  });
});

describe("401 token_expired: older than a policy applied now to its account", () => {
  test("the caller's own token, another owner's and a member's: a refresh gives a new one", async () => {
    const owner = await newOwner(service());
    const member = await newMember(owner);
    const elsewhere = await newOwner(service());
    expectStatus(await owner.patch("/api/accounts/me/security", { idle_minutes: 15, apply: "now" }), 200);
    for (const visitor of [owner, member]) {
      expectProblem(await visitor.get(SESSION), 401, "token_expired");
      expectStatus(await visitor.refresh(), 200);
      expectStatus(await visitor.get(SESSION), 200);
      expect(visitor.signedIn.session.idle_minutes).toBe(15);
    }
    expectStatus(await elsewhere.get(SESSION), 200);
  });

  test("a policy for the next sign-in makes no token old", async () => {
    const owner = await newOwner(service());
    expectStatus(await owner.patch("/api/accounts/me/security", { idle_minutes: 15 }), 200);
    expectStatus(await owner.get(SESSION), 200);
  });
});
