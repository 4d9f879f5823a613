import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DpopKey } from "../../harness/dpop-key.js";
import { refresh, register, registration, signedIn } from "../acts.js";
import { breakingAtTheEnd } from "../breaking.js";
import { createWorld, ORIGIN, PASSWORD, type World } from "../world.js";

const PATH = "/api/auth/register";
const NOTHING = {
  first_account: 0,
  account_names: 0,
  credentials: 0,
  email_directory: 0,
  invitations: 0,
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
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(() => world.close());

  it("makes an account and its first owner, and signs in", async () => {
    const answer = await world.call("POST", PATH, {
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
    const account = await world.call("GET", "/api/accounts/me", { token: answer.body.access_token });
    expect(account.status).toBe(200);
    expect(account.body).toEqual({
      id: answer.body.user.account.id,
      name: "Engines",
      created_at: new Date(world.clock.now()).toISOString(),
    });
    expect(await world.rowCounts()).toEqual(ONE_ACCOUNT);
  });

  it("keeps the hash of the password and not the password", async () => {
    await register(world);
    expect(world.hasher.hashed).toEqual([PASSWORD]);
    expect(await world.query("SELECT password_hash FROM credentials")).toEqual([
      { password_hash: `new hash of ${PASSWORD}` },
    ]);
  });

  it("writes one event, which names the session that it begins", async () => {
    const owner = await register(world);
    expect(await world.trail(owner.accountId)).toEqual([
      {
        type: "account.created",
        actorId: owner.userId,
        sessionId: owner.sessionId,
        ip: "192.0.2.1",
        details: { name: "Ada's account" },
      },
    ]);
  });

  it("carries the refresh token in the body where it is asked to, and then sets no cookie", async () => {
    const answer = await world.call("POST", PATH, { body: registration("Ada", { transport: "body" }) });
    expect(answer.status).toBe(201);
    expect(answer.body.refresh_token).toMatch(/^cft1\./);
    expect(answer.cookie).toBeNull();
  });

  it("binds the session to the key of a proof", async () => {
    const key = new DpopKey();
    const dpop = key.proof({
      method: "POST",
      url: `${ORIGIN}${PATH}`,
      payload: { iat: Math.floor(world.clock.now() / 1000) },
    });
    const owner = signedIn(await world.call("POST", PATH, { body: registration("Ada"), dpop }));
    const { session } = await world.curfew.sessions.get(owner.accountId, owner.sessionId);
    expect(session.keyThumbprint).toBe(key.thumbprint());
  });

  it("refuses a faulty proof before anything is made", async () => {
    const answer = await world.call("POST", PATH, { body: registration("Ada"), dpop: "no proof" });
    expect(answer).toMatchObject({ status: 401, body: { code: "invalid_proof" } });
    expect(world.hasher.hashed).toEqual([]);
    expect(await world.rowCounts()).toEqual(NOTHING);
  });

  it("ends the browser's old session as signed out", async () => {
    const before = await register(world, "Ada");
    const answer = await world.call("POST", PATH, { body: registration("Bob"), cookie: before.cookie });
    expect(answer.status).toBe(201);
    expect(await refresh(world, before.cookie)).toMatchObject({
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
  ])("refuses the password %j as %s", async (password, code) => {
    const answer = await world.call("POST", PATH, { body: registration("Ada", { password }) });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: "validation_failed", errors: [{ field: "password", code }] },
    });
    expect(await world.rowCounts()).toEqual(NOTHING);
  });

  it.each([["🔑".repeat(8)], ["x".repeat(128)], ["        "]])("takes the password %j", async (password) => {
    const answer = await world.call("POST", PATH, { body: registration("Ada", { password }) });
    expect(answer.status).toBe(201);
  });

  it.each(["ADA@EXAMPLE.TEST", " ada@example.test"])("refuses an e-mail that is taken: %j", async (email) => {
    await register(world, "Ada");
    const before = await world.rowCounts();
    const answer = await world.call("POST", PATH, { body: registration("Other", { email }) });
    expect(answer).toMatchObject({ status: 409, body: { code: "email_taken" } });
    expect(await world.rowCounts()).toEqual(before);
  });

  it("lets exactly one of two in that come at once with one e-mail", async () => {
    const answers = await Promise.all([
      world.call("POST", PATH, { body: registration("Ada") }),
      world.call("POST", PATH, { body: registration("Ada", { email: "ADA@example.test" }) }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
    expect(await world.rowCounts()).toEqual(ONE_ACCOUNT);
  });

  it("leaves nothing behind where its transaction breaks", async () => {
    const call = world.clientOf(breakingAtTheEnd(world.people));
    const answer = await call("POST", PATH, { body: registration("Ada") });
    expect(answer).toMatchObject({ status: 500, body: { code: "internal_error" } });
    expect(world.errors).toMatchObject([{ message: "the power went" }]);
    expect(await world.rowCounts()).toEqual(NOTHING);
    expect((await world.call("POST", PATH, { body: registration("Ada") })).status).toBe(201);
  });
});

describe("registration that is closed", () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ registration: "closed" });
  });
  afterEach(() => world.close());

  it("lets the first account in, and nobody after it", async () => {
    expect((await world.call("POST", PATH, { body: registration("Ada") })).status).toBe(201);
    const answer = await world.call("POST", PATH, { body: registration("Bob") });
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(world.hasher.hashed).toHaveLength(1);
    expect(await world.rowCounts()).toEqual(ONE_ACCOUNT);
  });

  it("lets exactly one of two in that come first at once", async () => {
    const answers = await Promise.all([
      world.call("POST", PATH, { body: registration("Ada") }),
      world.call("POST", PATH, { body: registration("Bob") }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 403]);
    expect(world.hasher.hashed).toHaveLength(2);
    expect(await world.rowCounts()).toEqual(ONE_ACCOUNT);
  });

  it("stays open for the first account where one was refused or broke before", async () => {
    const call = world.clientOf(breakingAtTheEnd(world.people));
    expect((await call("POST", PATH, { body: registration("Ada") })).status).toBe(500);
    expect(
      (await world.call("POST", PATH, { body: registration("Ada", { password: "short" }) })).status,
    ).toBe(422);
    expect((await world.call("POST", PATH, { body: registration("Ada") })).status).toBe(201);
  });
});
