import { randomUUID } from "node:crypto";
import { beforeAll, describe, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { DpopKey } from "../harness/dpop-key.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { newMember, newOwner } from "../harness/users.js";

const service = useService();
const EVIL = { origin: "https://evil.example" };
const TEXT = { "content-type": "text/plain" };
const TOO_LARGE = `{"x":"${"x".repeat(70_000)}"}`;
const SECURITY = "/api/accounts/me/security";
const unknownId = "01890000-0000-7000-8000-000000000000";

let owner: ApiClient;
let member: ApiClient;

beforeAll(async () => {
  owner = await newOwner(service());
  member = await newMember(owner);
});

describe("the order of checks", () => {
  test("route (404) before origin, token and body", async () => {
    const response = await owner.post("/api/auth/nothing", undefined, {
      bearer: null,
      headers: EVIL,
      raw: "{",
    });
    expectProblem(response, 404, "not_found");
  });

  test("route (405) before origin, token and body", async () => {
    const response = await owner.call("PUT", "/api/users/me/password", {
      bearer: null,
      headers: EVIL,
      raw: "{",
    });
    expectProblem(response, 405, "method_not_allowed");
  });

  test("origin (403) before the token (401)", async () => {
    const response = await owner.post("/api/users/me/password", {}, { bearer: null, headers: EVIL });
    expectProblem(response, 403, "cross_origin");
  });

  test("origin (403) before the body (413, 415, 400, 422)", async () => {
    for (const raw of [TOO_LARGE, "{", "{}"])
      expectProblem(
        await owner.call("POST", "/api/auth/login", { raw, headers: { ...EVIL, ...TEXT } }),
        403,
        "cross_origin",
      );
  });

  test("token (401) before role (403) and body", async () => {
    for (const raw of [TOO_LARGE, "{", '{"nothing":1}'])
      expectProblem(
        await owner.call("PATCH", SECURITY, { bearer: null, raw, headers: TEXT }),
        401,
        "unauthenticated",
      );
  });

  test("role (403) before the body (413, 415, 400, 422)", async () => {
    for (const raw of [TOO_LARGE, "{", '{"nothing":1}'])
      for (const headers of [TEXT, { "content-type": "application/json" }])
        expectProblem(await member.call("PATCH", SECURITY, { raw, headers }), 403, "forbidden");
  });

  test("role (403) before the query (422) and the resource in the path (404)", async () => {
    expectProblem(await member.get(`${SECURITY}/sessions?limit=0`), 403, "forbidden");
    expectProblem(await member.delete(`${SECURITY}/sessions/${unknownId}`), 403, "forbidden");
    expectProblem(await member.patch(`/api/accounts/me/members/${unknownId}`, { x: 1 }), 403, "forbidden");
  });

  test("413 before 415", async () => {
    expectProblem(await owner.call("PATCH", SECURITY, { raw: TOO_LARGE, headers: TEXT }), 413, "too_large");
  });

  test("415 before 400", async () => {
    expectProblem(
      await owner.call("PATCH", SECURITY, { raw: "{", headers: TEXT }),
      415,
      "unsupported_media_type",
    );
  });

  test("400 before 422", async () => {
    const headers = { "content-type": "application/json" };
    expectProblem(await owner.call("PATCH", SECURITY, { raw: '{"nothing":1', headers }), 400, "bad_request");
    expectProblem(
      await owner.call("PATCH", SECURITY, { raw: '{"nothing":1}', headers }),
      422,
      "validation_failed",
    );
  });

  test("body (422) before the resource in the path (404)", async () => {
    const member404 = `/api/accounts/me/members/${unknownId}`;
    expectProblem(await owner.patch(member404, { role: "king" }), 422, "validation_failed");
    expectProblem(await owner.patch(member404, { role: "member" }), 404, "not_found");
    const revoke = `${SECURITY}/users/${unknownId}/revoke-sessions`;
    expectProblem(await owner.post(revoke, { nothing: 1 }), 422, "validation_failed");
    expectProblem(await owner.post(revoke), 404, "not_found");
  });

  test("body (422) before If-Match (412)", async () => {
    const headers = { "if-match": '"no such version"' };
    expectProblem(await owner.patch(SECURITY, { idle_minutes: 1 }, { headers }), 422, "validation_failed");
    expectProblem(await owner.patch(SECURITY, { idle_minutes: 20 }, { headers }), 412, "precondition_failed");
  });

  test("the resource in the path (404) before conflicts (409)", async () => {
    expectProblem(
      await owner.patch(`/api/accounts/me/members/${unknownId}`, { disabled: true }),
      404,
      "not_found",
    );
    expectProblem(
      await owner.patch(`/api/accounts/me/members/${owner.user.id}`, { disabled: true }),
      409,
      "last_owner",
    );
  });

  test("body (422) before conflicts (409)", async () => {
    const response = await owner.post("/api/accounts/me/members", {
      name: "",
      email: owner.email,
      role: "member",
    });
    expectProblem(response, 422, "validation_failed");
  });

  test("a DPoP header is checked before the password", async () => {
    const key = new DpopKey();
    const proof = key.proof({ method: "GET", url: `${service().url}/api/auth/login` });
    const { email } = owner;
    const json = { email, password: "wrong" };
    expectProblem(await owner.post("/api/auth/login", json, { proof }), 401, "invalid_proof");
  });

  test("the sessions are unaffected by all of these calls", async () => {
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await member.get("/api/auth/session"), 200);
    expectStatus(await owner.get(`${SECURITY}/sessions?user_id=${randomUUID()}`), 200);
  });
});
