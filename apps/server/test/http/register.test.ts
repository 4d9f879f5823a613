import { describe, expect, test } from "vitest";
import { ApiClient } from "../harness/api-client.js";
import { DpopKey } from "../harness/dpop-key.js";
import { expectFieldErrors, expectProblem, expectRevoked, expectStatus } from "../harness/expectations.js";
import { useOwnService, useService } from "../harness/service.js";
import { newDevice, newEmail, newOwner, newPassword } from "../harness/users.js";
import type { AuditEvent, SignIn } from "../harness/wire.js";

const service = useService();
const closed = useOwnService({ CURFEW_REGISTRATION: "closed" });

const register = (client: ApiClient, fields: Record<string, unknown> = {}) =>
  client.post("/api/auth/register", {
    account_name: "Example Ltd",
    name: "Olive Owner",
    email: newEmail(),
    password: newPassword(),
    ...fields,
  });

describe("POST /api/auth/register", () => {
  test("creates an account and its first owner, signs in, and answers 201 with the body of sign-in", async () => {
    const client = new ApiClient(service());
    const email = newEmail();
    const response = expectStatus(await register(client, { email }), 201);
    const body = response.json<SignIn>();
    expect(body.user).toMatchObject({
      name: "Olive Owner",
      email,
      role: "owner",
      account: { name: "Example Ltd" },
    });
    expect(body.session).toMatchObject({ idle_minutes: 60, absolute_minutes: 1440 });
    expectStatus(await client.get("/api/auth/session"), 200);
    expectStatus(await client.refresh(), 200);
  });

  test("transport body returns the refresh token in the body", async () => {
    const client = new ApiClient(service(), { transport: "body" });
    const response = await register(client, { transport: "body" });
    expect(response.setCookies).toEqual([]);
    expect(response.json<SignIn>().refresh_token).toMatch(/^cft1\./);
  });

  test("a DPoP header binds the session", async () => {
    const owner = await newOwner(service(), { key: new DpopKey() });
    expectProblem(await owner.refresh({}, { proof: null }), 401, "invalid_proof");
    expectStatus(await owner.refresh(), 200);
  });

  test("an invalid DPoP header is invalid_proof, and no account is created", async () => {
    const client = new ApiClient(service());
    const email = newEmail();
    const json = { account_name: "A", name: "N", email, password: newPassword() };
    expectProblem(await client.post("/api/auth/register", json, { proof: "x.y.z" }), 401, "invalid_proof");
    expectStatus(await client.post("/api/auth/register", json), 201);
  });

  test("the session of a refresh cookie sent along ends as signed_out", async () => {
    const client = await newOwner(service());
    const old = {
      token: client.signedIn.access_token,
      cookie: `${client.cookieName}=${client.refreshToken}`,
    };
    expectStatus(await register(client), 201);
    expectRevoked(await client.get("/api/auth/session", { bearer: old.token }), "signed_out");
    expectRevoked(
      await client.refresh({}, { cookies: false, headers: { cookie: old.cookie } }),
      "signed_out",
    );
    expectStatus(await client.get("/api/auth/session"), 200);
  });

  test("an e-mail that a user has is email_taken, in any case, and nothing is written", async () => {
    const owner = await newOwner(service(), { email: `Mixed.${newEmail()}` });
    for (const email of [owner.email, owner.email.toUpperCase(), owner.email.toLowerCase()])
      expectProblem(await register(new ApiClient(service()), { email }), 409, "email_taken");
    expectStatus(await owner.get("/api/auth/session"), 200);
  });

  test("of concurrent registrations with one e-mail, one succeeds and the others get email_taken", async () => {
    const email = newEmail();
    const responses = await Promise.all(
      Array.from({ length: 6 }, () => register(new ApiClient(service()), { email })),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
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
  ])("%j is not an e-mail address", async (email) => {
    const response = await register(new ApiClient(service()), { email });
    const { errors = [] } = expectProblem(response, 422, "validation_failed");
    expect(errors.map(({ field }) => field)).toEqual(["email"]);
    expect(["invalid_email", "required", "out_of_range"]).toContain(errors[0]?.code);
  });

  test("an e-mail without an @ is invalid_email", async () => {
    expectFieldErrors(await register(new ApiClient(service()), { email: "plain" }), {
      email: "invalid_email",
    });
  });

  test("writes one event, account.created, with the new session", async () => {
    const owner = await newOwner(service());
    const { items } = (await owner.get("/api/accounts/me/security/events")).json<{ items: AuditEvent[] }>();
    expect(items.map(({ type, session_id, actor }) => [type, session_id, actor?.id])).toEqual([
      ["account.created", owner.sessionId, owner.user.id],
    ]);
  });
});

describe("passwords", () => {
  test.each(["", "short", "1234567", "🦉🦉🦉🦉🦉🦉🦉"])(
    "%j is weak_password, because it is too short",
    async (password) => {
      const response = await register(new ApiClient(service()), { password });
      expectFieldErrors(response, { password: "weak_password" });
    },
  );

  test.each(["password", "12345678", "qwertyuiop", "password1", "iloveyou", "PASSWORD"])(
    "%s is weak_password, because it is common",
    async (password) => {
      expectFieldErrors(await register(new ApiClient(service()), { password }), {
        password: "weak_password",
      });
    },
  );

  test("129 code points are out_of_range with min and max, and 128 are accepted", async () => {
    const errors = expectFieldErrors(
      await register(new ApiClient(service()), { password: "🦉".repeat(129) }),
      {
        password: "out_of_range",
      },
    );
    expect(errors[0]).toMatchObject({ min: 8, max: 128 });
    expectStatus(await register(new ApiClient(service()), { password: "🦉".repeat(128) }), 201);
  });

  test("the last of 128 code points, leading blanks and case are significant", async () => {
    const email = newEmail();
    const password = ` ${"漢".repeat(126)}x`;
    const client = new ApiClient(service());
    expectStatus(await register(client, { email, password }), 201);
    for (const wrong of [
      ` ${"漢".repeat(126)}y`,
      `${"漢".repeat(126)}x`,
      ` ${"漢".repeat(126)}X`,
      ` ${"漢".repeat(126)}`,
    ])
      expectProblem(
        await client.post("/api/auth/login", { email, password: wrong }),
        401,
        "invalid_credentials",
      );
    expectStatus(await client.post("/api/auth/login", { email, password }), 200);
  });

  test("eight code points outside the BMP are accepted", async () => {
    expectStatus(await register(new ApiClient(service()), { password: "🦉🏠🔑🌙🦊🐻🌲🍄" }), 201);
  });
});

describe("with closed registration", () => {
  test("the first registration needs the setup token of the log, the second is forbidden, and sign-in still works", async () => {
    const [, setupToken = ""] = /"setupToken":"(\w+)"/.exec(closed().output()) ?? [];
    for (const setup_token of [undefined, "", setupToken.slice(1), `${setupToken}0`])
      expectProblem(await register(new ApiClient(closed()), { setup_token }), 403, "forbidden");
    const visitor = new ApiClient(closed());
    expect((await visitor.get("/api/config")).json()).toMatchObject({ first_run: true });
    const owner = await newOwner(closed(), { setupToken });
    const second = await register(new ApiClient(closed()));
    expectProblem(second, 403, "forbidden");
    expect(second.setCookies).toEqual([]);
    expectStatus(await (await newDevice(owner)).get("/api/auth/session"), 200);
    const config = (await owner.get("/api/config")).json<{ registration: string }>();
    expect(config.registration).toBe("closed");
  });
});
