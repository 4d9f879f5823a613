import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { join, login, refresh, register, type SignedIn, signedIn } from "../api-calls.js";
import { createTestService, PASSWORD, type TestService } from "../test-service.js";

const PATH = "/api/users/me";
const WRONG = {
  status: 422,
  body: { code: "validation_failed", errors: [{ field: "current_password", code: "invalid_value" }] },
};

describe("one's own user", () => {
  let service: TestService;
  let ada: SignedIn;
  let bob: SignedIn;
  beforeEach(async () => {
    service = await createTestService();
    ada = await register(service, "Ada");
    bob = await join(service, ada, "Bob");
    service.hasher.verified.length = 0;
  });
  afterEach(() => service.close());

  const change = (fields: Record<string, unknown>, user = bob) =>
    service.call("PATCH", PATH, { token: user.token, body: fields });
  const account = () => ({ id: ada.accountId, name: "Ada's account" });
  const ownEvents = async () =>
    (await service.trail(ada.accountId)).filter(({ type }) => type === "user.changed");

  it("can be read", async () => {
    const answer = await service.call("GET", PATH, { token: bob.token });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id: bob.userId,
      name: "Bob",
      email: bob.email,
      role: "member",
      account: account(),
    });
    expect((await service.call("GET", PATH)).status).toBe(401);
  });

  it("gets another name without a password, and keeps its sessions", async () => {
    const answer = await change({ name: "  Robert " });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id: bob.userId,
      name: "Robert",
      email: bob.email,
      role: "member",
      account: account(),
    });
    expect(service.hasher.verified).toEqual([]);
    expect((await refresh(service, bob.cookie)).body.user).toMatchObject({ name: "Robert" });
    const { body } = await service.call("GET", "/api/accounts/me/members", { token: ada.token });
    expect(body.items.map((member: { name: string }) => member.name)).toEqual(["Ada", "Robert"]);
  });

  it("gets another e-mail with the password, and signs in with that one alone", async () => {
    const answer = await change({ email: "robert@example.test", current_password: PASSWORD });
    expect(answer).toMatchObject({ status: 200, body: { email: "robert@example.test" } });
    expect((await login(service, bob.email)).status).toBe(401);
    expect((await login(service, "Robert@Example.test")).status).toBe(200);
    expect((await refresh(service, bob.cookie)).status).toBe(200);
    const again = { account_name: "B", name: "B", email: bob.email, password: PASSWORD };
    expect((await service.call("POST", "/api/auth/register", { body: again })).status).toBe(201);
  });

  it("gets another spelling of its e-mail", async () => {
    const answer = await change({ email: "BOB@example.test", current_password: PASSWORD });
    expect(answer).toMatchObject({ status: 200, body: { email: "BOB@example.test" } });
    expect((await login(service, bob.email)).status).toBe(200);
  });

  it("is recorded with what was before and after, and nothing that did not change", async () => {
    service.clock.stall(1);
    await change({ name: "Robert", email: bob.email });
    service.clock.stall(1);
    await change({ email: "robert@example.test", current_password: PASSWORD });
    expect(await ownEvents()).toEqual([
      {
        type: "user.changed",
        actorId: bob.userId,
        sessionId: bob.sessionId,
        ip: "192.0.2.1",
        details: {
          user_id: bob.userId,
          before: { email: "bob@example.test" },
          after: { email: "robert@example.test" },
        },
      },
      {
        type: "user.changed",
        actorId: bob.userId,
        sessionId: bob.sessionId,
        ip: "192.0.2.1",
        details: { user_id: bob.userId, before: { name: "Bob" }, after: { name: "Robert" } },
      },
    ]);
  });

  it.each([{}, { name: "Bob" }, { email: "bob@example.test" }, { current_password: "any" }])(
    "is not touched by %j, which changes nothing",
    async (fields) => {
      expect(await change(fields)).toMatchObject({ status: 200, body: { name: "Bob" } });
      expect(await ownEvents()).toEqual([]);
    },
  );

  it("needs the password for another e-mail", async () => {
    expect(await change({ email: "robert@example.test" })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "current_password", code: "required" }] },
    });
    expect(
      await change({ name: "R", email: "robert@example.test", current_password: "not it" }),
    ).toMatchObject(WRONG);
    expect(await ownEvents()).toEqual([]);
    expect((await login(service, bob.email)).status).toBe(200);
  });

  it("counts wrong passwords as failed sign-ins", async () => {
    const wrong = { email: "robert@example.test", current_password: "not it" };
    for (let time = 0; time < 10; time += 1) expect(await change(wrong)).toMatchObject(WRONG);
    expect(await change({ ...wrong, current_password: PASSWORD })).toMatchObject({
      status: 429,
      body: { code: "rate_limited" },
    });
    expect((await login(service, bob.email)).status).toBe(429);
    expect((await change({ name: "Robert" })).status).toBe(200);
  });

  it("can't take somebody else's e-mail, in whatever spelling, and keeps its own then", async () => {
    const eve = await register(service, "Eve");
    for (const email of [ada.email, eve.email, "EVE@example.test"])
      expect(await change({ name: "R", email, current_password: PASSWORD })).toMatchObject({
        status: 409,
        body: { code: "email_taken" },
      });
    expect(await ownEvents()).toEqual([]);
    expect(await login(service, bob.email)).toMatchObject({ status: 200, body: { user: { name: "Bob" } } });
    expect((await login(service, eve.email)).status).toBe(200);
  });

  it.each([
    [{ name: "\u200b" }, "name", "required"],
    [{ name: "a".repeat(201) }, "name", "out_of_range"],
    [{ name: "a\u202eb" }, "name", "invalid_value"],
    [{ email: "no address" }, "email", "invalid_email"],
    [{ role: "owner" }, "role", "unknown_field"],
  ])("refuses %j", async (fields, field, code) => {
    expect(await change(fields)).toMatchObject({ status: 422, body: { errors: [{ field, code }] } });
  });

  it("keeps the name that it gets while a password is being checked", async () => {
    let checks = 0;
    service.hasher.beforeAnswer = async () => {
      checks += 1;
      if (checks === 1) await change({ name: "Robert" });
    };
    const answer = await login(service, bob.email);
    expect(answer).toMatchObject({ status: 200, body: { user: { name: "Robert" } } });
    expect(checks).toBe(2);
  });

  it("lets nobody in by the e-mail that it gives up while the password is being checked", async () => {
    let checks = 0;
    service.hasher.beforeAnswer = async () => {
      checks += 1;
      if (checks === 1) await change({ email: "robert@example.test", current_password: PASSWORD });
    };
    expect((await login(service, bob.email)).status).toBe(401);
    expect((await login(service, "robert@example.test")).status).toBe(200);
  });

  it("keeps its e-mail if its password changes while the old one is being checked", async () => {
    service.hasher.beforeAnswer = async () => {
      service.hasher.beforeAnswer = async () => undefined;
      const body = { current_password: PASSWORD, new_password: "another one of no list" };
      signedIn(await service.call("POST", "/api/users/me/password", { token: bob.token, body }));
    };
    expect(await change({ email: "robert@example.test", current_password: PASSWORD })).toMatchObject(WRONG);
  });

  it("takes an e-mail for one of two who want it at once", async () => {
    const email = "wanted@example.test";
    const answers = await Promise.all(
      [ada, bob].map((user) => change({ email, current_password: PASSWORD }, user)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = answers[0]?.status === 200 ? ada : bob;
    expect((await login(service, email)).body.user.id).toBe(winner.userId);
  });
});
