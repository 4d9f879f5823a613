import { all, raw, run } from "@curfew/sql";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DpopKey } from "../../harness/dpop-key.js";
import { join, login, refresh, register, type SignedIn, signedIn } from "../api-calls.js";
import { failingAtCommit } from "../failing-transaction.js";
import { createTestService, ORIGIN, PASSWORD, type TestService } from "../test-service.js";

const PATH = "/api/users/me/password";
const NEXT = "another one of no list";
const WRONG = {
  status: 422,
  body: { code: "validation_failed", errors: [{ field: "current_password", code: "invalid_value" }] },
};

describe("changing a password", () => {
  let service: TestService;
  let ada: SignedIn;
  beforeEach(async () => {
    service = await createTestService();
    ada = await register(service, "Ada");
  });
  afterEach(() => service.close());

  const change = (fields: Record<string, unknown> = {}, call: Record<string, string> = {}) =>
    service.call("POST", PATH, {
      token: ada.token,
      body: { current_password: PASSWORD, new_password: NEXT, ...fields },
      ...call,
    });

  it("begins a new session and ends all other sessions of the user", async () => {
    const other = signedIn(await login(service, ada.email));
    const answer = await change({}, { cookie: ada.cookie });
    const next = signedIn(answer);
    expect(next.sessionId).not.toBe(ada.sessionId);
    expect(answer.cookie).toMatch(/^cft1\./);
    for (const { cookie } of [ada, other])
      expect(await refresh(service, cookie)).toMatchObject({
        status: 401,
        body: { code: "session_revoked", reason: "password_changed" },
      });
    expect((await refresh(service, next.cookie)).status).toBe(200);
  });

  it("makes the new password valid and the old one invalid", async () => {
    await change();
    expect((await login(service, ada.email)).status).toBe(401);
    expect((await login(service, ada.email, NEXT)).status).toBe(200);
  });

  it("writes one event that names the new session", async () => {
    service.clock.stall(1);
    const { sessionId } = signedIn(await change());
    const trail = await service.trail(ada.accountId);
    expect(trail.map(({ type }) => type)).toEqual(["password.changed", "account.created"]);
    expect(trail[0]).toEqual({
      type: "password.changed",
      actorId: ada.userId,
      sessionId,
      ip: "192.0.2.1",
      details: {},
    });
  });

  it("does not end sessions of other users", async () => {
    const bob = await join(service, ada, "Bob");
    await change();
    expect((await refresh(service, bob.cookie)).status).toBe(200);
    expect((await login(service, bob.email)).status).toBe(200);
  });

  it("answers the refresh token in the body on request, and binds the session to the key of a DPoP proof", async () => {
    const key = new DpopKey();
    const iat = Math.floor(service.clock.now() / 1000);
    const dpop = key.proof({ method: "POST", url: `${ORIGIN}${PATH}`, payload: { iat } });
    const answer = await change({ transport: "body" }, { dpop });
    expect(answer.body.refresh_token).toMatch(/^cft1\./);
    expect(answer.cookie).toBeNull();
    const { session } = await service.curfew.sessions.get(ada.accountId, answer.body.session.id);
    expect(session.keyThumbprint).toBe(key.thumbprint());
  });

  it("refuses an invalid proof before it checks the password", async () => {
    service.hasher.verified.length = 0;
    expect(await change({}, { dpop: "no proof" })).toMatchObject({
      status: 401,
      body: { code: "invalid_proof" },
    });
    expect(service.hasher.verified).toEqual([]);
  });

  it("refuses a wrong current password with a fault on its field, and changes nothing", async () => {
    expect(await change({ current_password: "not the one" })).toMatchObject(WRONG);
    expect((await refresh(service, ada.cookie)).status).toBe(200);
    expect((await login(service, ada.email)).status).toBe(200);
  });

  it.each([
    ["iloveyou", "weak_password"],
    ["short", "weak_password"],
    ["a".repeat(129), "out_of_range"],
  ])("refuses the new password %j before it checks the current one", async (password, code) => {
    service.hasher.verified.length = 0;
    expect(await change({ new_password: password })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "new_password", code }] },
    });
    expect(service.hasher.verified).toEqual([]);
  });

  it("shares its attempt limit with sign-in", async () => {
    for (let count = 0; count < 5; count += 1) {
      expect(await change({ current_password: "not the one" })).toMatchObject(WRONG);
      expect((await login(service, ada.email, "not the one")).status).toBe(401);
    }
    const answer = await change();
    expect(answer).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(880);
    expect((await login(service, ada.email)).status).toBe(429);
    expect((await refresh(service, ada.cookie)).status).toBe(200);
  });

  it("succeeds for exactly one of two concurrent changes", async () => {
    const answers = await Promise.all([
      change({ new_password: NEXT }),
      change({ new_password: "a third one" }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422]);
    const lost = answers.find((answer) => answer.status === 422);
    expect(lost).toMatchObject(WRONG);
    expect(await service.trail(ada.accountId)).toHaveLength(2);
  });

  it("retries if the hash was replaced concurrently, so that the new password takes effect", async () => {
    service.hasher.beforeHash = async () => {
      service.hasher.beforeHash = async () => undefined;
      const rehashed = `other hash of ${PASSWORD}`;
      await service.database.write(() =>
        run(raw(service.database.queries(), sql`UPDATE credentials SET password_hash = ${rehashed}`)),
      );
    };
    expect((await change()).status).toBe(200);
    expect((await login(service, ada.email, NEXT)).status).toBe(200);
    expect((await login(service, ada.email)).status).toBe(401);
  });

  it("changes nothing if its transaction fails", async () => {
    const call = service.callWith(failingAtCommit(service.context));
    const body = { current_password: PASSWORD, new_password: NEXT };
    expect((await call("POST", PATH, { token: ada.token, body })).status).toBe(500);
    expect((await refresh(service, ada.cookie)).status).toBe(200);
    expect((await login(service, ada.email, NEXT)).status).toBe(401);
    expect((await login(service, ada.email)).status).toBe(200);
    const hashes = await service.database.read(() =>
      all(
        raw<{ password_hash: string }>(
          service.database.queries(),
          sql`SELECT password_hash FROM credentials`,
        ),
      ),
    );
    expect(hashes).toEqual([{ password_hash: `new hash of ${PASSWORD}` }]);
  });
});
