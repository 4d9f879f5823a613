import { beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.js";
import { expectFieldErrors, expectStatus } from "../harness/expectations.js";
import { useService } from "../harness/service.js";
import { invite, newEmail, newOwner, newPassword } from "../harness/users.js";
import type { Page, SessionItem } from "../harness/wire.js";

const service = useService();
let owner: ApiClient;

beforeAll(async () => {
  owner = await newOwner(service());
});

describe("text fields", () => {
  const register = (fields: Record<string, unknown>) =>
    owner.post(
      "/api/auth/register",
      { account_name: "A", name: "N", email: newEmail(), password: newPassword(), ...fields },
      { cookies: false },
    );

  test("a name of 200 code points is accepted (also outside the BMP), and one of 201 is out_of_range", async () => {
    const client = await newOwner(service(), { name: "🦉".repeat(200), accountName: "🏠".repeat(200) });
    expect(client.user.name).toBe("🦉".repeat(200));
    const errors = expectFieldErrors(
      await register({ name: "🦉".repeat(201), account_name: "a".repeat(201) }),
      {
        name: "out_of_range",
        account_name: "out_of_range",
      },
    );
    for (const error of errors) expect(error).toMatchObject({ min: 1, max: 200 });
  });

  test("names are trimmed, and a blank name is required", async () => {
    const client = await newOwner(service(), { name: "  Olive  ", accountName: "\t Example \n" });
    expect(client.user).toMatchObject({ name: "Olive", account: { name: "Example" } });
    expectFieldErrors(await register({ name: " \t\n ", account_name: "" }), {
      name: "required",
      account_name: "required",
    });
  });

  test("surrounding whitespace doesn't count towards the 200 code points", async () => {
    expectStatus(await register({ name: `  ${"n".repeat(200)}  ` }), 201);
  });

  test("a NUL in any text of a registration is invalid_value", async () => {
    const response = await register({
      account_name: "a\0b",
      name: "\0",
      email: "a\0@example.com",
      password: "long enough\0",
    });
    expectFieldErrors(response, {
      account_name: "invalid_value",
      name: "invalid_value",
      email: "invalid_value",
      password: "invalid_value",
    });
  });

  test("a NUL in a sign-in, refresh, invitation or role is invalid_value", async () => {
    expectFieldErrors(await owner.post("/api/auth/login", { email: "a\0@example.com", password: "x\0" }), {
      email: "invalid_value",
      password: "invalid_value",
    });
    expectFieldErrors(await owner.post("/api/auth/refresh", { refresh_token: "\0" }, { cookies: false }), {
      refresh_token: "invalid_value",
    });
    expectFieldErrors(await owner.post("/api/auth/invitation", { token: "a\0" }), { token: "invalid_value" });
    expectFieldErrors(
      await owner.post("/api/accounts/me/members", { name: "\0", email: "x\0@example.com", role: "member" }),
      { name: "invalid_value", email: "invalid_value" },
    );
    const { member } = await invite(owner);
    expectFieldErrors(await owner.patch(`/api/accounts/me/members/${member.id}`, { role: "own\0er" }), {
      role: "invalid_value",
    });
  });

  test("a user agent is truncated to 512 characters", async () => {
    const long = `Mozilla/5.0 ${"x".repeat(2_000)}`;
    const client = await newOwner(service(), { headers: { "user-agent": long } });
    const { items } = (await client.get("/api/users/me/sessions")).json<Page<SessionItem>>();
    expect(items[0]?.device.user_agent).toBe(long.slice(0, 512));
  });
});
