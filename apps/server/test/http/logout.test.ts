import { beforeEach, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { parseSetCookie, refreshCookieName } from "../harness/cookie-jar.js";
import { DpopKey } from "../harness/dpop-key.js";
import { expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import type { ApiResponse } from "../harness/send.js";
import { useService } from "../harness/service.js";
import { newDevice, newOwner } from "../harness/users.js";
import type { AuditEvent, Page } from "../harness/wire.js";

const service = useService();
const LOGOUT = "/api/auth/logout";

let owner: ApiClient;
beforeEach(async () => {
  owner = await newOwner(service());
});

/** Expects that the response clears the refresh cookie, with all of the cookie's attributes. */
const expectCleared = (response: ApiResponse): void => {
  expect(response.setCookies.map(parseSetCookie)).toEqual([
    {
      name: refreshCookieName(service().publicUrl),
      value: "",
      attributes: { "max-age": "0", path: "/", httponly: true, samesite: "Strict" },
    },
  ]);
};

const cookieOf = (client: ApiClient) => ({ cookie: `${client.cookieName}=${client.refreshToken}` });

describe("POST /api/auth/logout → 204 for any token", () => {
  test("ends the access token's session as signed_out and clears the cookie", async () => {
    const cookie = cookieOf(owner);
    const response = expectStatus(await owner.post(LOGOUT), 204);
    expect(response.text).toBe("");
    expectCleared(response);
    expectRevoked(await owner.get("/api/auth/session"), "signed_out");
    expectRevoked(await owner.refresh({}, { headers: cookie }), "signed_out");
  });

  test("without an access token, ends the session of the refresh token in the body", async () => {
    const program = await newOwner(service(), { transport: "body" });
    expectStatus(await program.post(LOGOUT, { refresh_token: program.refreshToken }, { bearer: null }), 204);
    expectRevoked(await program.refresh(), "signed_out");
  });

  test("without both, ends the session of the refresh cookie", async () => {
    const cookie = cookieOf(owner);
    expectCleared(expectStatus(await owner.post(LOGOUT, undefined, { bearer: null }), 204));
    expectRevoked(await owner.refresh({}, { headers: cookie }), "signed_out");
  });

  test("the access token takes precedence over the body, and the body over the cookie", async () => {
    const second = await newOwner(service(), { transport: "body" });
    const third = await newOwner(service());
    const body = { refresh_token: second.refreshToken };
    expectStatus(await owner.post(LOGOUT, body, { headers: cookieOf(third) }), 204);
    expectRevoked(await owner.get("/api/auth/session"), "signed_out");
    expectStatus(await second.get("/api/auth/session"), 200);
    expectStatus(await owner.post(LOGOUT, body, { bearer: null, headers: cookieOf(third) }), 204);
    expectRevoked(await second.get("/api/auth/session"), "signed_out");
    expectStatus(await third.get("/api/auth/session"), 200);
  });

  test("no token, invalid tokens and ended sessions get 204 too", async () => {
    expectStatus(await owner.post(LOGOUT, undefined, { bearer: null, cookies: false }), 204);
    expectStatus(await owner.post(LOGOUT, undefined, { bearer: "rubbish", cookies: false }), 204);
    expectStatus(
      await owner.post(LOGOUT, { refresh_token: "rubbish" }, { bearer: null, cookies: false }),
      204,
    );
    const headers = { cookie: `${owner.cookieName}=rubbish` };
    expectStatus(await owner.post(LOGOUT, {}, { bearer: null, cookies: false, headers }), 204);
    expectStatus(await owner.get("/api/auth/session"), 200);
    for (let round = 0; round < 2; round += 1) expectStatus(await owner.post(LOGOUT), 204);
  });

  test("a second logout does not change when or why the session ended", async () => {
    expectStatus(await owner.post("/api/accounts/me/security/revoke-sessions", {}), 200);
    const endedAt = expectRevoked(await owner.get("/api/auth/session"), "revoked_by_owner");
    expectStatus(await owner.post(LOGOUT), 204);
    expect(expectRevoked(await owner.get("/api/auth/session"), "revoked_by_owner")).toBe(endedAt);
  });

  test("writes user.signed_out with the session and the user", async () => {
    const device = await newDevice(owner);
    expectStatus(await device.post(LOGOUT), 204);
    const { items } = (await owner.get("/api/accounts/me/security/events?type=user.signed_out")).json<
      Page<AuditEvent>
    >();
    expect(items.map(({ session_id, actor }) => [session_id, actor?.id])).toEqual([
      [device.sessionId, owner.user.id],
    ]);
  });
});

describe("the refresh cookie of another session", () => {
  test("is kept if that session is live, and the session stays live", async () => {
    const other = await newOwner(service());
    const response = await owner.post(LOGOUT, {}, { headers: cookieOf(other) });
    expectStatus(response, 204);
    expect(response.setCookies).toEqual([]);
    expectStatus(await other.refresh(), 200);
  });

  test("is cleared if that session has ended", async () => {
    const other = await newOwner(service());
    const headers = cookieOf(other);
    expectStatus(await other.post(LOGOUT), 204);
    expectCleared(expectStatus(await owner.post(LOGOUT, {}, { headers }), 204));
  });

  test("is cleared if it is not a valid token", async () => {
    expectCleared(await owner.post(LOGOUT, {}, { headers: { cookie: `${owner.cookieName}=rubbish` } }));
  });
});

describe("logout with the refresh token of a bound session", () => {
  const key = new DpopKey();

  test("ends the session if the proof is valid", async () => {
    const bound = await newOwner(service(), { key });
    const headers = cookieOf(bound);
    expectCleared(expectStatus(await bound.post(LOGOUT, undefined, { bearer: null }), 204));
    expectRevoked(await bound.refresh({}, { headers }), "signed_out");
  });

  test("ends nothing without a valid proof, but clears the cookie", async () => {
    const bound = await newOwner(service(), { key });
    const headers = cookieOf(bound);
    const url = `${service().url}${LOGOUT}`;
    for (const proof of [null, new DpopKey().proof({ method: "POST", url }), "rubbish"]) {
      const response = await bound.post(LOGOUT, undefined, { bearer: null, proof, headers });
      expectCleared(expectStatus(response, 204));
      expectStatus(await bound.get("/api/auth/session"), 200);
    }
    expectStatus(await bound.refresh({}, { headers }), 200);
  });

  test("needs the proof for a token in the body too", async () => {
    const bound = await newOwner(service(), { key, transport: "body" });
    const body = { refresh_token: bound.refreshToken };
    expectStatus(await bound.post(LOGOUT, body, { bearer: null, proof: null }), 204);
    expectStatus(await bound.get("/api/auth/session"), 200);
    expectStatus(await bound.post(LOGOUT, body, { bearer: null }), 204);
    expectRevoked(await bound.get("/api/auth/session"), "signed_out");
  });

  test("needs no proof with the access token", async () => {
    const bound = await newOwner(service(), { key });
    expectStatus(await bound.post(LOGOUT, undefined, { proof: null }), 204);
    expectRevoked(await bound.get("/api/auth/session"), "signed_out");
  });
});

describe("logout has no effect", () => {
  test("on the user's other sessions", async () => {
    const device = await newDevice(owner);
    expectStatus(await owner.post(LOGOUT), 204);
    expectStatus(await device.get("/api/auth/session"), 200);
  });

  test("with a body that is not JSON", async () => {
    const headers = { "content-type": "application/json" };
    expectProblem(await owner.call("POST", LOGOUT, { raw: "{", headers }), 400, "bad_request");
    expectStatus(await owner.get("/api/auth/session"), 200);
  });
});
