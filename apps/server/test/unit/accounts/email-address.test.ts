import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addressKeyOf } from "../../../src/accounts/email-address.js";
import { describeReleasedAddresses } from "../../accounts/released-addresses.js";
import { login, register, registration } from "../api-calls.js";
import { openMigratedDatabase } from "../migrated-database.js";
import { createTestService, type TestService } from "../test-service.js";

const EMAIL_TAKEN = { status: 409, body: { code: "email_taken" } };

describe("the key of an address", () => {
  it.each([
    ["Ada@Example.TEST", "ADA@example.test"],
    ["  ada@example.test\n", "ADA@example.test"],
    ["e\u0301mile@example.test", "\u00c9MILE@example.test"],
    ["ada+curfew@example.test", "ADA+CURFEW@example.test"],
    ["νικος.παπας@example.test", "ΝΙΚΟΣ.ΠΑΠΑΣ@example.test"],
    ["ΝΙΚΟΣ.ΠΑΠΑΣ@example.test", "ΝΙΚΟΣ.ΠΑΠΑΣ@example.test"],
    ["weiß@example.test", "WEISS@example.test"],
    ["i\u0307lker@example.test", "\u0130LKER@example.test"],
    ["info@bücher.example", "INFO@xn--bcher-kva.example"],
    ["info@BÜCHER.example", "INFO@xn--bcher-kva.example"],
    ["info@xn--bcher-kva.example", "INFO@xn--bcher-kva.example"],
    ["info@XN--BCHER-KVA.example", "INFO@xn--bcher-kva.example"],
    ["info@bu\u0308cher。example", "INFO@xn--bcher-kva.example"],
    ["info@faß.example", "INFO@xn--fa-hia.example"],
    ["почта@пример.рф", "ПОЧТА@xn--e1afmkfd.xn--p1ai"],
    ["ada@a_b.example", "ADA@a_b.example"],
    ["ada@Localhost", "ADA@localhost"],
    ["ada@xn--a.example", "ADA@xn--a.example"],
  ])("of %j is %j", (email, key) => {
    expect(addressKeyOf(email)).toBe(key);
  });

  it.each([
    ["ada@example.test/evil", "ada@example.test"],
    ["ada@example.test\\evil", "ada@example.test"],
    ["ada@example.test?evil", "ada@example.test"],
    ["ada@example.test#evil", "ada@example.test"],
    ["ada@example.test:80", "ada@example.test"],
    ["ada@ex%61mple.test", "ada@example.test"],
    ["ada@127.1", "ada@127.0.0.1"],
    ["ada@0x7f.1", "ada@127.0.0.1"],
    ["a.da@example.test", "ada@example.test"],
    ["ada+x@example.test", "ada@example.test"],
    ["info@fass.example", "info@faß.example"],
  ])("of %j is not that of %j", (one, other) => {
    expect(addressKeyOf(one)).not.toBe(addressKeyOf(other));
  });
});

describe("two spellings of one address", () => {
  let service: TestService;
  beforeEach(async () => {
    service = await createTestService();
  });
  afterEach(() => service.close());

  const registerAs = (email: string) =>
    service.call("POST", "/api/auth/register", { body: registration("Ada", { email }) });

  const spellings = [
    ["info@bücher.example", "info@xn--bcher-kva.example"],
    ["info@xn--bcher-kva.example", "Info@BÜCHER.example"],
    ["νικος.παπας@example.test", "ΝΙΚΟΣ.ΠΑΠΑΣ@example.test"],
    ["weiß@example.test", "WEISS@example.test"],
  ] as const;

  it.each(spellings)("are one user: registered as %s, signed in as %s", async (one, other) => {
    const { status, body } = await registerAs(one);
    expect(status).toBe(201);
    expect(body.user.email).toBe(one);
    expect((await login(service, other)).body.user).toEqual(body.user);
    expect(await registerAs(other)).toMatchObject(EMAIL_TAKEN);
  });

  it.each(spellings)("are one user to whoever invites: %s and %s", async (one, other) => {
    const ada = await register(service, "Eve");
    await registerAs(one);
    const body = { name: "Somebody", email: other, role: "member" };
    expect(await service.call("POST", "/api/accounts/me/members", { token: ada.token, body })).toMatchObject(
      EMAIL_TAKEN,
    );
  });

  it.each(spellings)(
    "are one invitation, whose link the second one replaces: %s and %s",
    async (one, other) => {
      const ada = await register(service, "Eve");
      const inviteAs = async (email: string) =>
        (
          await service.call("POST", "/api/accounts/me/members", {
            token: ada.token,
            body: { name: "Somebody", email, role: "member" },
          })
        ).body.member;
      const first = await inviteAs(one);
      expect(await inviteAs(other)).toEqual({ ...first, email: other });
      expect((await service.rowCounts()).invitations).toBe(1);
    },
  );

  it("are one user to registrations at the same time", async () => {
    const answers = await Promise.all(spellings[0].map(registerAs));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it("share the failures that are counted", async () => {
    await registerAs("info@bücher.example");
    for (let failure = 0; failure < 10; failure += 1)
      await login(service, spellings[0][failure % 2] ?? "", "a wrong password");
    for (const email of spellings[0]) expect((await login(service, email)).status).toBe(429);
  });
});

describeReleasedAddresses({ name: "on SQLite", open: openMigratedDatabase });
