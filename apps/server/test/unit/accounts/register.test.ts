import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DpopKey } from "../../harness/dpop-key.js";
import { refresh, register, registration, signedIn } from "../api-calls.js";
import { failingAtCommit } from "../failing-transaction.js";
import { createTestService, ORIGIN, PASSWORD, type TestService } from "../test-service.js";

const PATH = "/api/auth/register";
const NOTHING = {
  first_account: 0,
  account_names: 0,
  credentials: 0,
  email_directory: 0,
  invitations: 0,
  password_links: 0,
  curfew_users: 0,
  curfew_sessions: 0,
  curfew_events: 0,
};
const ONE_ACCOUNT = {
  ...NOTHING,
  first_account: 1,
  account_names: 1,
  credentials: 1,
  email_directory: 1,
  curfew_users: 1,
  curfew_sessions: 1,
  curfew_events: 1,
};

describe("registration", () => {
  let service: TestService;
  beforeEach(async () => {
    service = await createTestService();
  });
  afterEach(() => service.close());

  it("creates an account and its first owner, and signs in", async () => {
    const answer = await service.call("POST", PATH, {
      body: registration("Ada", { account_name: " Engines ", email: " Ada@Example.test " }),
    });
    expect(answer.status).toBe(201);
    expect(answer.body.user).toMatchObject({
      name: "Ada",
      email: "Ada@Example.test",
      role: "owner",
      account: { name: "Engines" },
    });
    expect(answer.body.refresh_token).toBeUndefined();
    expect(answer.cookie).toMatch(/^cft1\./);
    const account = await service.call("GET", "/api/accounts/me", { token: answer.body.access_token });
    expect(account.status).toBe(200);
    expect(account.body).toEqual({
      id: answer.body.user.account.id,
      name: "Engines",
      created_at: new Date(service.clock.now()).toISOString(),
    });
    expect(await service.rowCounts()).toEqual(ONE_ACCOUNT);
  });

  it("stores the hash of the password, not the password", async () => {
    await register(service);
    expect(service.hasher.hashed).toEqual([PASSWORD]);
    expect(await service.query("SELECT password_hash FROM credentials")).toEqual([
      { password_hash: `new hash of ${PASSWORD}` },
    ]);
  });

  it("writes one event that names the new session", async () => {
    const owner = await register(service);
    expect(await service.trail(owner.accountId)).toEqual([
      {
        type: "account.created",
        actorId: owner.userId,
        sessionId: owner.sessionId,
        ip: "192.0.2.1",
        details: { name: "Ada's account" },
      },
    ]);
  });

  it("with `transport: body` answers the refresh token in the body and sets no cookie", async () => {
    const answer = await service.call("POST", PATH, { body: registration("Ada", { transport: "body" }) });
    expect(answer.status).toBe(201);
    expect(answer.body.refresh_token).toMatch(/^cft1\./);
    expect(answer.cookie).toBeNull();
  });

  it("binds the session to the key of a DPoP proof", async () => {
    const key = new DpopKey();
    const dpop = key.proof({
      method: "POST",
      url: `${ORIGIN}${PATH}`,
      payload: { iat: Math.floor(service.clock.now() / 1000) },
    });
    const owner = signedIn(await service.call("POST", PATH, { body: registration("Ada"), dpop }));
    const { session } = await service.curfew.sessions.get(owner.accountId, owner.sessionId);
    expect(session.keyThumbprint).toBe(key.thumbprint());
  });

  it("refuses an invalid proof before it creates anything", async () => {
    const answer = await service.call("POST", PATH, { body: registration("Ada"), dpop: "no proof" });
    expect(answer).toMatchObject({ status: 401, body: { code: "invalid_proof" } });
    expect(service.hasher.hashed).toEqual([]);
    expect(await service.rowCounts()).toEqual(NOTHING);
  });

  it("ends the browser's previous session as signed_out", async () => {
    const before = await register(service, "Ada");
    const answer = await service.call("POST", PATH, { body: registration("Bob"), cookie: before.cookie });
    expect(answer.status).toBe(201);
    expect(await refresh(service, before.cookie)).toMatchObject({
      status: 401,
      body: { code: "session_revoked", reason: "signed_out" },
    });
  });

  it.each([
    ["Password1", "weak_password"],
    ["12341234", "weak_password"],
    ["seven77", "weak_password"],
    ["a".repeat(129), "out_of_range"],
    ["long enough\0", "invalid_value"],
  ])("refuses the password %j with %s", async (password, code) => {
    const answer = await service.call("POST", PATH, { body: registration("Ada", { password }) });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: "validation_failed", errors: [{ field: "password", code }] },
    });
    expect(await service.rowCounts()).toEqual(NOTHING);
  });

  it.each([["🔑".repeat(8)], ["x".repeat(128)], ["        "]])(
    "accepts the password %j",
    async (password) => {
      const answer = await service.call("POST", PATH, { body: registration("Ada", { password }) });
      expect(answer.status).toBe(201);
    },
  );

  it.each(["ADA@EXAMPLE.TEST", " ada@example.test"])(
    "refuses an e-mail address that a user has: %j",
    async (email) => {
      await register(service, "Ada");
      const before = await service.rowCounts();
      const answer = await service.call("POST", PATH, { body: registration("Other", { email }) });
      expect(answer).toMatchObject({ status: 409, body: { code: "email_taken" } });
      expect(await service.rowCounts()).toEqual(before);
    },
  );

  it("succeeds for exactly one of two concurrent requests with the same e-mail", async () => {
    const answers = await Promise.all([
      service.call("POST", PATH, { body: registration("Ada") }),
      service.call("POST", PATH, { body: registration("Ada", { email: "ADA@example.test" }) }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
    expect(await service.rowCounts()).toEqual(ONE_ACCOUNT);
  });

  it("writes nothing if its transaction fails", async () => {
    const call = service.callWith(failingAtCommit(service.context));
    const answer = await call("POST", PATH, { body: registration("Ada") });
    expect(answer).toMatchObject({ status: 500, body: { code: "internal_error" } });
    expect(service.errors).toMatchObject([{ message: "the power went" }]);
    expect(await service.rowCounts()).toEqual(NOTHING);
    expect((await service.call("POST", PATH, { body: registration("Ada") })).status).toBe(201);
  });
});

describe("open registration", () => {
  it("needs no setup token, and ignores one", async () => {
    const service = await createTestService();
    for (const fields of [{}, { setup_token: "of no use" }]) {
      const email = `ada-${Object.keys(fields).length}@example.test`;
      const body = registration("Ada", { email, ...fields });
      expect((await service.call("POST", PATH, { body })).status).toBe(201);
    }
    await service.close();
  });
});

describe("closed registration", () => {
  let service: TestService;
  beforeEach(async () => {
    service = await createTestService({ registration: "closed" });
  });
  afterEach(() => service.close());

  const firstAccount = async (name: string, fields: Record<string, unknown> = {}) =>
    registration(name, { setup_token: await service.context.setupToken.current(), ...fields });
  const FORBIDDEN = { status: 403, body: { code: "forbidden" } };

  it("allows only the first account", async () => {
    expect((await service.call("POST", PATH, { body: await firstAccount("Ada") })).status).toBe(201);
    const answer = await service.call("POST", PATH, { body: registration("Bob") });
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(service.hasher.hashed).toHaveLength(1);
    expect(await service.rowCounts()).toEqual(ONE_ACCOUNT);
  });

  it("needs the setup token for the first account: without it nothing is written, and no password is hashed", async () => {
    const token = (await service.context.setupToken.current()) ?? "";
    const others = ["", "0".repeat(32), token.slice(1), `${token}0`, token.toUpperCase(), ` ${token}`];
    for (const setup_token of [undefined, ...others.filter((other) => other !== token)])
      expect(await service.call("POST", PATH, { body: registration("Ada", { setup_token }) })).toMatchObject(
        FORBIDDEN,
      );
    expect(service.hasher.hashed).toEqual([]);
    expect(await service.rowCounts()).toEqual(NOTHING);
    expect((await service.call("POST", PATH, { body: await firstAccount("Ada") })).status).toBe(201);
  });

  it("has no setup token any more once there is an account, and takes none", async () => {
    const { body } = { body: await firstAccount("Ada") };
    expect((await service.call("POST", PATH, { body })).status).toBe(201);
    expect(await service.context.setupToken.current()).toBeNull();
    const again = { ...body, email: "bob@example.test" };
    expect(await service.call("POST", PATH, { body: again })).toMatchObject(FORBIDDEN);
  });

  it("allows exactly one of two concurrent first accounts", async () => {
    const answers = await Promise.all([
      service.call("POST", PATH, { body: await firstAccount("Ada") }),
      service.call("POST", PATH, { body: await firstAccount("Bob") }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 403]);
    expect(service.hasher.hashed).toHaveLength(2);
    expect(await service.rowCounts()).toEqual(ONE_ACCOUNT);
  });

  it("still allows the first account after earlier requests were refused or failed", async () => {
    const call = service.callWith(failingAtCommit(service.context));
    expect((await call("POST", PATH, { body: await firstAccount("Ada") })).status).toBe(500);
    expect(
      (await service.call("POST", PATH, { body: await firstAccount("Ada", { password: "short" }) })).status,
    ).toBe(422);
    expect((await service.call("POST", PATH, { body: await firstAccount("Ada") })).status).toBe(201);
  });
});
