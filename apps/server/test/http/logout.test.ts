import { beforeEach, describe, expect, test } from "vitest";
import { parseSetCookie } from "../harness/cookie-jar.js";
import { DpopKey } from "../harness/dpop-key.js";
import { expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { anotherDevice, newOwner } from "../harness/people.js";
import type { Answer } from "../harness/send.js";
import { useService } from "../harness/service.js";
import type { Visitor } from "../harness/visitor.js";
import type { Page, TrailEvent } from "../harness/wire.js";

const service = useService();
const LOGOUT = "/api/auth/logout";

let owner: Visitor;
beforeEach(async () => {
  owner = await newOwner(service());
});

/** The answer clears the refresh cookie, with all attributes of the cookie that it clears. */
const expectCleared = (answer: Answer): void => {
  expect(answer.setCookies.map(parseSetCookie)).toEqual([
    {
      name: "curfew_refresh",
      value: "",
      attributes: { "max-age": "0", path: "/", httponly: true, samesite: "Strict" },
    },
  ]);
};

const cookieOf = (visitor: Visitor) => ({ cookie: `curfew_refresh=${visitor.refreshToken}` });

describe("POST /api/auth/logout → 204, whatever was presented", () => {
  test("ends the session of the access token as signed_out, and clears its cookie", async () => {
    const cookie = cookieOf(owner);
    const answer = expectStatus(await owner.post(LOGOUT), 204);
    expect(answer.text).toBe("");
    expectCleared(answer);
    expectRevoked(await owner.get("/api/auth/session"), "signed_out");
    expectRevoked(await owner.refresh({}, { headers: cookie }), "signed_out");
  });

  test("without an access token it is the session of the token in the body", async () => {
    const program = await newOwner(service(), { transport: "body" });
    expectStatus(await program.post(LOGOUT, { refresh_token: program.refreshToken }, { bearer: null }), 204);
    expectRevoked(await program.refresh(), "signed_out");
  });

  test("else of the cookie", async () => {
    const cookie = cookieOf(owner);
    expectCleared(expectStatus(await owner.post(LOGOUT, undefined, { bearer: null }), 204));
    expectRevoked(await owner.refresh({}, { headers: cookie }), "signed_out");
  });

  test("the access token comes before the body, and the body before the cookie", async () => {
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

  test("nothing, rubbish and ended sessions are a 204 too", async () => {
    expectStatus(await owner.post(LOGOUT, undefined, { bearer: null, cookies: false }), 204);
    expectStatus(await owner.post(LOGOUT, undefined, { bearer: "rubbish", cookies: false }), 204);
    expectStatus(
      await owner.post(LOGOUT, { refresh_token: "rubbish" }, { bearer: null, cookies: false }),
      204,
    );
    const headers = { cookie: "curfew_refresh=rubbish" };
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
    const device = await anotherDevice(owner);
    expectStatus(await device.post(LOGOUT), 204);
    const { items } = (await owner.get("/api/accounts/me/security/events?type=user.signed_out")).as<
      Page<TrailEvent>
    >();
    expect(items.map(({ session_id, actor }) => [session_id, actor?.id])).toEqual([
      [device.sessionId, owner.user.id],
    ]);
  });
});

describe("clears the cookie, unless it is of another live session than the one named", () => {
  test("the cookie of another live session stays, and that session lives on", async () => {
    const other = await newOwner(service());
    const answer = await owner.post(LOGOUT, {}, { headers: cookieOf(other) });
    expectStatus(answer, 204);
    expect(answer.setCookies).toEqual([]);
    expectStatus(await other.refresh(), 200);
  });

  test("the cookie of another session that has ended goes", async () => {
    const other = await newOwner(service());
    const headers = cookieOf(other);
    expectStatus(await other.post(LOGOUT), 204);
    expectCleared(expectStatus(await owner.post(LOGOUT, {}, { headers }), 204));
  });

  test("a cookie that is no token of ours goes", async () => {
    expectCleared(await owner.post(LOGOUT, {}, { headers: { cookie: "curfew_refresh=rubbish" } }));
  });
});

describe("a bound session's refresh token ends it with its proof alone", () => {
  const key = new DpopKey();

  test("with the proof it ends", async () => {
    const bound = await newOwner(service(), { key });
    const headers = cookieOf(bound);
    expectCleared(expectStatus(await bound.post(LOGOUT, undefined, { bearer: null }), 204));
    expectRevoked(await bound.refresh({}, { headers }), "signed_out");
  });

  test("without, or with another key's, nothing ends, and the cookie goes all the same", async () => {
    const bound = await newOwner(service(), { key });
    const headers = cookieOf(bound);
    const url = `${service().url}${LOGOUT}`;
    for (const proof of [null, new DpopKey().proof({ method: "POST", url }), "rubbish"]) {
      const answer = await bound.post(LOGOUT, undefined, { bearer: null, proof, headers });
      expectCleared(expectStatus(answer, 204));
      expectStatus(await bound.get("/api/auth/session"), 200);
    }
    expectStatus(await bound.refresh({}, { headers }), 200);
  });

  test("in the body the same holds", async () => {
    const bound = await newOwner(service(), { key, transport: "body" });
    const body = { refresh_token: bound.refreshToken };
    expectStatus(await bound.post(LOGOUT, body, { bearer: null, proof: null }), 204);
    expectStatus(await bound.get("/api/auth/session"), 200);
    expectStatus(await bound.post(LOGOUT, body, { bearer: null }), 204);
    expectRevoked(await bound.get("/api/auth/session"), "signed_out");
  });

  test("its access token needs no proof", async () => {
    const bound = await newOwner(service(), { key });
    expectStatus(await bound.post(LOGOUT, undefined, { proof: null }), 204);
    expectRevoked(await bound.get("/api/auth/session"), "signed_out");
  });
});

describe("what a logout leaves alone", () => {
  test("the user's other sessions live on", async () => {
    const device = await anotherDevice(owner);
    expectStatus(await owner.post(LOGOUT), 204);
    expectStatus(await device.get("/api/auth/session"), 200);
  });

  test("a body that is no JSON ends nothing", async () => {
    const headers = { "content-type": "application/json" };
    expectProblem(await owner.call("POST", LOGOUT, { raw: "{", headers }), 400, "bad_request");
    expectStatus(await owner.get("/api/auth/session"), 200);
  });
});
