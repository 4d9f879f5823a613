import { beforeAll, describe, expect, test } from "vitest";
import { expectFaults, expectStatus } from "../harness/expectations.js";
import { invite, newEmail, newOwner, newPassword } from "../harness/people.js";
import { useService } from "../harness/service.js";
import type { Visitor } from "../harness/visitor.js";
import type { Page, SessionItem } from "../harness/wire.js";

const service = useService();
let owner: Visitor;

beforeAll(async () => {
  owner = await newOwner(service());
});

describe("texts: names are 1 to 200 code points after trimming, a NUL anywhere is invalid_value, agents are cut to 512", () => {
  const register = (fields: Record<string, unknown>) =>
    owner.post(
      "/api/auth/register",
      { account_name: "A", name: "N", email: newEmail(), password: newPassword(), ...fields },
      { cookies: false },
    );

  test("200 code points outside the first plane are a name, and 201 are out_of_range", async () => {
    const visitor = await newOwner(service(), { name: "🦉".repeat(200), accountName: "🏠".repeat(200) });
    expect(visitor.user.name).toBe("🦉".repeat(200));
    const faults = expectFaults(await register({ name: "🦉".repeat(201), account_name: "a".repeat(201) }), {
      name: "out_of_range",
      account_name: "out_of_range",
    });
    for (const fault of faults) expect(fault).toMatchObject({ min: 1, max: 200 });
  });

  test("names are trimmed, and blanks alone are no name", async () => {
    const visitor = await newOwner(service(), { name: "  Olive  ", accountName: "\t Example \n" });
    expect(visitor.user).toMatchObject({ name: "Olive", account: { name: "Example" } });
    expectFaults(await register({ name: " \t\n ", account_name: "" }), {
      name: "required",
      account_name: "required",
    });
  });

  test("200 code points between blanks are a name", async () => {
    expectStatus(await register({ name: `  ${"n".repeat(200)}  ` }), 201);
  });

  test("a NUL is invalid_value in every text of a registration", async () => {
    const answer = await register({
      account_name: "a\0b",
      name: "\0",
      email: "a\0@example.com",
      password: "long enough\0",
    });
    expectFaults(answer, {
      account_name: "invalid_value",
      name: "invalid_value",
      email: "invalid_value",
      password: "invalid_value",
    });
  });

  test("a NUL is invalid_value in sign-in, invitation, refresh token and password too", async () => {
    expectFaults(await owner.post("/api/auth/login", { email: "a\0@example.com", password: "x\0" }), {
      email: "invalid_value",
      password: "invalid_value",
    });
    expectFaults(await owner.post("/api/auth/refresh", { refresh_token: "\0" }, { cookies: false }), {
      refresh_token: "invalid_value",
    });
    expectFaults(await owner.post("/api/auth/invitation", { token: "a\0" }), { token: "invalid_value" });
    expectFaults(
      await owner.post("/api/accounts/me/members", { name: "\0", email: "x\0@example.com", role: "member" }),
      { name: "invalid_value", email: "invalid_value" },
    );
    const { member } = await invite(owner);
    expectFaults(await owner.patch(`/api/accounts/me/members/${member.id}`, { role: "own\0er" }), {
      role: "invalid_value",
    });
  });

  test("a user agent is cut to 512", async () => {
    const long = `Mozilla/5.0 ${"x".repeat(2_000)}`;
    const visitor = await newOwner(service(), { headers: { "user-agent": long } });
    const { items } = (await visitor.get("/api/users/me/sessions")).as<Page<SessionItem>>();
    expect(items[0]?.device.user_agent).toBe(long.slice(0, 512));
  });
});
