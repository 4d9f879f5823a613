import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ApiClient } from "../harness/api-client.js";
import { DpopKey } from "../harness/dpop-key.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { send } from "../harness/send.js";
import { useOwnService } from "../harness/service.js";
import { expectLimited, LOGIN, signInAttempts } from "../harness/sign-in-attempts.js";
import { newOwner, newPassword } from "../harness/users.js";
import type { Page, SessionItem } from "../harness/wire.js";

const service = useOwnService({
  CURFEW_RATE_LIMIT: "on",
  CURFEW_TRUSTED_PROXIES: "127.0.0.0/8,::1/128,10.0.0.0/8,2001:db8:ffff::/48",
});
const direct = useOwnService({ CURFEW_RATE_LIMIT: "on" });

const { newNetwork, attempt, fail } = signInAttempts(service);

const failTimes = async (times: number, from: string, email: string): Promise<void> => {
  for (let round = 0; round < times; round += 1)
    expectProblem(await fail(from, email), 401, "invalid_credentials");
};

describe("after 10 failed sign-ins with one e-mail from one network, the next gets 429", () => {
  test("even with the right password, and existing sessions are unaffected", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    await failTimes(10, from, owner.email);
    expectLimited(await fail(from, owner.email));
    expectLimited(await attempt(from, owner));
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
  });

  test("for unknown e-mails too, compared case-insensitively", async () => {
    const from = newNetwork();
    const email = `Nobody-${randomUUID()}@example.com`;
    await failTimes(5, from, email);
    await failTimes(5, from, email.toUpperCase());
    expectLimited(await fail(from, email.toLowerCase()));
  });

  test("but not from another network or with another e-mail", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    const other = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    await failTimes(10, from, owner.email);
    expectStatus(await attempt(newNetwork(), owner), 200);
    expectStatus(await attempt(from, other), 200);
  });

  test("a right password takes the failures for its e-mail from its network away", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    await failTimes(9, from, owner.email);
    expectStatus(await attempt(from, owner), 200);
    await failTimes(10, from, owner.email);
    expectLimited(await attempt(from, owner));
  });

  test("successful sign-ins are not counted", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    for (let round = 0; round < 12; round += 1) expectStatus(await attempt(from, owner), 200);
  });

  test("30 concurrent failing sign-ins: 10 are checked, the rest get 429", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    const responses = await Promise.all(Array.from({ length: 30 }, () => fail(from, owner.email)));
    expect(responses.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(20);
    expectLimited(await attempt(from, owner));
  });

  test("concurrent sign-ins with the right password all succeed while the remaining allowance covers them", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    await failTimes(3, from, owner.email);
    const responses = await Promise.all(Array.from({ length: 7 }, () => attempt(from, owner)));
    for (const response of responses) expectStatus(response, 200);
  });

  test("an invalid DPoP header is not counted", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    const key = new DpopKey();
    const proof = key.proof({ method: "GET", url: `${service().url}${LOGIN}` });
    for (let round = 0; round < 12; round += 1)
      expectProblem(await owner.login({ password: "wrong" }, { proof }), 401, "invalid_proof");
    expectStatus(await attempt(from, owner), 200);
  });

  test("invalid bodies (422) and cross-origin calls (403) are not counted", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    for (let round = 0; round < 12; round += 1) {
      expectProblem(await owner.login({ x: 1 }), 422, "validation_failed");
      const headers = { origin: "https://evil.example" };
      expectProblem(await owner.login({ password: "wrong" }, { headers }), 403, "cross_origin");
    }
    expectStatus(await attempt(from, owner), 200);
  });

  test("the origin is checked before the rate limit", async () => {
    const from = newNetwork();
    const email = `${randomUUID()}@example.com`;
    await failTimes(10, from, email);
    const headers = { "x-forwarded-for": from, origin: "https://evil.example" };
    const json = { email, password: "wrong" };
    expectProblem(await send(service(), { method: "POST", path: LOGIN, headers, json }), 403, "cross_origin");
  });
});

describe("password changes are limited like sign-ins", () => {
  test("after 10 wrong current passwords the right one gets 429", async () => {
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": newNetwork() } });
    const change = (current_password: string) =>
      owner.post("/api/users/me/password", { current_password, new_password: newPassword() });
    for (let round = 0; round < 10; round += 1)
      expectProblem(await change("wrong"), 422, "validation_failed");
    expectLimited(await change(owner.password));
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
  });
});

describe("after 10 registrations from one network within an hour, the next gets 429", () => {
  test("made or refused as email_taken, before the body is read", async () => {
    const headers = { "x-forwarded-for": newNetwork() };
    const owner = await newOwner(service(), { headers });
    const json = { account_name: "A", name: "B", email: owner.email, password: newPassword() };
    const path = "/api/auth/register";
    for (let round = 0; round < 9; round += 1)
      expectProblem(await send(service(), { method: "POST", path, headers, json }), 409, "email_taken");
    const refused = await send(service(), { method: "POST", path, headers, raw: "{" });
    expectProblem(refused, 429, "rate_limited");
    expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(3_600);
    await newOwner(service(), { headers: { "x-forwarded-for": newNetwork() } });
  });
});

describe("after 30 wrong tokens of invitations from one network within an hour, the next gets 429", () => {
  test("in both calls", async () => {
    const headers = { "x-forwarded-for": newNetwork() };
    const json = { token: "wrong", password: newPassword() };
    const guess = (path: string, fields: object) =>
      send(service(), { method: "POST", path: `/api/auth/${path}`, headers, json: fields });
    for (let round = 0; round < 15; round += 1) {
      expectProblem(await guess("invitation", { token: "wrong" }), 422, "validation_failed");
      expectProblem(await guess("accept-invitation", json), 422, "validation_failed");
    }
    expectProblem(await guess("invitation", { token: "wrong" }), 429, "rate_limited");
    expectProblem(await guess("accept-invitation", json), 429, "rate_limited");
  });
});

describe("a network is an IPv4 address or an IPv6 /64", () => {
  test("addresses in one /64 share a limit, and another /64 has its own", async () => {
    const owner = await newOwner(service());
    for (let round = 0; round < 10; round += 1)
      expectStatus(await fail(`2001:db8:1:2:${round}:5:6:7`, owner.email), 401);
    expectLimited(await attempt("2001:db8:1:2:ffff::1", owner));
    expectLimited(await attempt("2001:0DB8:0001:0002::", owner));
    expectStatus(await attempt("2001:db8:1:3::1", owner), 200);
  });

  test("an IPv4-mapped IPv6 address counts as the IPv4 address", async () => {
    const from = newNetwork();
    const owner = await newOwner(service());
    await failTimes(10, `::ffff:${from}`, owner.email);
    expectLimited(await attempt(from, owner));
    expectStatus(await attempt(`::ffff:${newNetwork()}`, owner), 200);
  });
});

describe("with CURFEW_TRUSTED_PROXIES, the client is the right-most X-Forwarded-For address that is not a trusted proxy", () => {
  test("addresses to the left of it are ignored", async () => {
    const from = newNetwork();
    const owner = await newOwner(service());
    for (let round = 0; round < 10; round += 1)
      expectStatus(await fail(`203.0.113.${round}, ${from}, 10.1.2.3`, owner.email), 401);
    expectLimited(await attempt(`192.0.2.1, ${from}`, owner));
    expectLimited(await attempt(`192.0.2.1,${from} , 10.9.9.9,127.0.0.1, 2001:db8:ffff::5`, owner));
    expectStatus(await attempt(`${from}, ${newNetwork()}`, owner), 200);
  });

  test("a session's device has that address", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), {
      headers: { "x-forwarded-for": `192.0.2.1, ${from}, 10.0.0.1` },
    });
    const { items } = (await owner.get("/api/users/me/sessions")).json<Page<SessionItem>>();
    expect(items[0]?.device.ip).toBe(from);
  });

  test("an invalid address in the header is ignored", async () => {
    const owner = await newOwner(service());
    for (const from of [
      "rubbish",
      ",,,",
      "unknown",
      "300.1.1.1",
      "1.2.3.4:80",
      "[2001:db8::1]:443",
      "::1%eth0",
    ])
      expectStatus(await attempt(from, owner), 200);
  });

  test("without the setting the header is ignored", async () => {
    const owner = await newOwner(direct());
    const tries = (from: string, password: string) => {
      const client = new ApiClient(direct(), { headers: { "x-forwarded-for": from } });
      Object.assign(client, { email: owner.email, password });
      return client.login();
    };
    for (let round = 0; round < 10; round += 1) expectStatus(await tries(`203.0.113.${round}`, "wrong"), 401);
    expectLimited(await tries("198.51.100.7", owner.password));
    const { items } = (await owner.get("/api/users/me/sessions")).json<Page<SessionItem>>();
    expect(items[0]?.device.ip).toBe("127.0.0.1");
  });
});
