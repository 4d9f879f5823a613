import { describe, expect, test } from "vitest";
import { DpopKey } from "../harness/dpop-key.js";
import { expectFaults, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { anotherDevice, newEmail, newOwner, newPassword } from "../harness/people.js";
import { useService } from "../harness/service.js";
import { Visitor } from "../harness/visitor.js";
import type { SignIn, TrailEvent } from "../harness/wire.js";

const service = useService();
const closed = useService({ CURFEW_REGISTRATION: "closed" });

const register = (visitor: Visitor, fields: Record<string, unknown> = {}) =>
  visitor.post("/api/auth/register", {
    account_name: "Example Ltd",
    name: "Olive Owner",
    email: newEmail(),
    password: newPassword(),
    ...fields,
  });

describe("POST /api/auth/register", () => {
  test("makes an account and its first owner, signs in, and answers 201 with the body of sign-in", async () => {
    const visitor = new Visitor(service());
    const email = newEmail();
    const answer = expectStatus(await register(visitor, { email }), 201);
    const body = answer.as<SignIn>();
    expect(body.user).toMatchObject({
      name: "Olive Owner",
      email,
      role: "owner",
      account: { name: "Example Ltd" },
    });
    expect(body.session).toMatchObject({ idle_minutes: 60, absolute_minutes: 1440 });
    expectStatus(await visitor.get("/api/auth/session"), 200);
    expectStatus(await visitor.refresh(), 200);
  });

  test("transport body answers the refresh token in the body", async () => {
    const visitor = new Visitor(service(), { transport: "body" });
    const answer = await register(visitor, { transport: "body" });
    expect(answer.setCookies).toEqual([]);
    expect(answer.as<SignIn>().refresh_token).toMatch(/^cft1\./);
  });

  test("a DPoP header binds the session", async () => {
    const owner = await newOwner(service(), { key: new DpopKey() });
    expectProblem(await owner.refresh({}, { proof: null }), 401, "invalid_proof");
    expectStatus(await owner.refresh(), 200);
  });

  test("a faulty DPoP header is invalid_proof, and no account is made", async () => {
    const visitor = new Visitor(service());
    const email = newEmail();
    const json = { account_name: "A", name: "N", email, password: newPassword() };
    expectProblem(await visitor.post("/api/auth/register", json, { proof: "x.y.z" }), 401, "invalid_proof");
    expectStatus(await visitor.post("/api/auth/register", json), 201);
  });

  test("the refresh cookie of an older session ends that one as signed_out", async () => {
    const visitor = await newOwner(service());
    const old = { token: visitor.signedIn.access_token, cookie: `curfew_refresh=${visitor.refreshToken}` };
    expectStatus(await register(visitor), 201);
    expectRevoked(await visitor.get("/api/auth/session", { bearer: old.token }), "signed_out");
    expectRevoked(
      await visitor.refresh({}, { cookies: false, headers: { cookie: old.cookie } }),
      "signed_out",
    );
    expectStatus(await visitor.get("/api/auth/session"), 200);
  });

  test("an e-mail that is a user's is email_taken, without regard to case, and nothing is written", async () => {
    const owner = await newOwner(service(), { email: `Mixed.${newEmail()}` });
    for (const email of [owner.email, owner.email.toUpperCase(), owner.email.toLowerCase()])
      expectProblem(await register(new Visitor(service()), { email }), 409, "email_taken");
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("two registrations of one e-mail at once: one account, and one email_taken", async () => {
    const email = newEmail();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => register(new Visitor(service()), { email })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });

  test.each([
    "",
    "plain",
    "@example.com",
    "a@",
    "a b@example.com",
    "a@b@example.com",
    "a@exam\nple.com",
    `${"a".repeat(300)}@example.com`,
  ])("%j is no e-mail", async (email) => {
    const answer = await register(new Visitor(service()), { email });
    const { errors = [] } = expectProblem(answer, 422, "validation_failed");
    expect(errors.map(({ field }) => field)).toEqual(["email"]);
    expect(["invalid_email", "required", "out_of_range"]).toContain(errors[0]?.code);
  });

  test("an e-mail without an @ is invalid_email", async () => {
    expectFaults(await register(new Visitor(service()), { email: "plain" }), { email: "invalid_email" });
  });

  test("writes one event, account.created, with the session that it begins", async () => {
    const owner = await newOwner(service());
    const { items } = (await owner.get("/api/accounts/me/security/events")).as<{ items: TrailEvent[] }>();
    expect(items.map(({ type, session_id, actor }) => [type, session_id, actor?.id])).toEqual([
      ["account.created", owner.sessionId, owner.user.id],
    ]);
  });
});

describe("passwords: 8 to 128 code points, any Unicode but NUL, never cut", () => {
  test.each(["", "short", "1234567", "🦉🦉🦉🦉🦉🦉🦉"])(
    "%j is too short: weak_password",
    async (password) => {
      const answer = await register(new Visitor(service()), { password });
      expectFaults(answer, { password: "weak_password" });
    },
  );

  test.each(["password", "12345678", "qwertyuiop", "password1", "iloveyou", "PASSWORD"])(
    "%s is one that everyone tries: weak_password",
    async (password) => {
      expectFaults(await register(new Visitor(service()), { password }), { password: "weak_password" });
    },
  );

  test("129 code points are out_of_range with min and max, and 128 are a password", async () => {
    const faults = expectFaults(await register(new Visitor(service()), { password: "🦉".repeat(129) }), {
      password: "out_of_range",
    });
    expect(faults[0]).toMatchObject({ min: 8, max: 128 });
    expectStatus(await register(new Visitor(service()), { password: "🦉".repeat(128) }), 201);
  });

  test("the last of 128 code points counts, blanks at the ends count, and case counts", async () => {
    const email = newEmail();
    const password = ` ${"漢".repeat(126)}x`;
    const visitor = new Visitor(service());
    expectStatus(await register(visitor, { email, password }), 201);
    for (const wrong of [
      ` ${"漢".repeat(126)}y`,
      `${"漢".repeat(126)}x`,
      ` ${"漢".repeat(126)}X`,
      ` ${"漢".repeat(126)}`,
    ])
      expectProblem(
        await visitor.post("/api/auth/login", { email, password: wrong }),
        401,
        "invalid_credentials",
      );
    expectStatus(await visitor.post("/api/auth/login", { email, password }), 200);
  });

  test("eight code points outside the first plane are a password", async () => {
    expectStatus(await register(new Visitor(service()), { password: "🦉🏠🔑🌙🦊🐻🌲🍄" }), 201);
  });
});

describe("403 forbidden when registration is closed and there is an account already", () => {
  test("the first registration passes, the second does not, and sign-in goes on", async () => {
    const owner = await newOwner(closed());
    const second = await register(new Visitor(closed()));
    expectProblem(second, 403, "forbidden");
    expect(second.setCookies).toEqual([]);
    expectStatus(await (await anotherDevice(owner)).get("/api/auth/session"), 200);
    const config = (await owner.get("/api/config")).as<{ registration: string }>();
    expect(config.registration).toBe("closed");
  });
});
