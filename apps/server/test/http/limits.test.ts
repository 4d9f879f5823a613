import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DpopKey } from "../harness/dpop-key.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { newOwner, newPassword } from "../harness/people.js";
import { type Answer, send } from "../harness/send.js";
import { useService } from "../harness/service.js";
import { Visitor } from "../harness/visitor.js";
import type { Page, SessionItem } from "../harness/wire.js";

const service = useService({
  CURFEW_RATE_LIMIT: "on",
  CURFEW_TRUSTED_PROXIES: "127.0.0.0/8,::1/128,10.0.0.0/8,2001:db8:ffff::/48",
});
const direct = useService({ CURFEW_RATE_LIMIT: "on" });
const LOGIN = "/api/auth/login";

let count = 0;
/** A network that no other test uses. */
const newNetwork = (): string => {
  count += 1;
  return `198.18.${count >> 8}.${count & 255}`;
};

const attempt = (from: string, { email, password }: { email: string; password: string }): Promise<Answer> =>
  send(service(), {
    method: "POST",
    path: LOGIN,
    headers: { "x-forwarded-for": from },
    json: { email, password },
  });

const fail = (from: string, email: string): Promise<Answer> => attempt(from, { email, password: "wrong" });

const failTimes = async (times: number, from: string, email: string): Promise<void> => {
  for (let round = 0; round < times; round += 1)
    expectProblem(await fail(from, email), 401, "invalid_credentials");
};

const expectLimited = (answer: Answer): void => {
  expectProblem(answer, 429, "rate_limited");
  expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  expect(Number(answer.headers["retry-after"])).toBeLessThanOrEqual(900);
};

describe("after 10 failures for one e-mail from one network, the next attempt gets 429", () => {
  test("right password or not, and sessions that exist go on", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    await failTimes(10, from, owner.email);
    expectLimited(await fail(from, owner.email));
    expectLimited(await attempt(from, owner));
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
  });

  test("an e-mail that nobody has is limited just so, and in any case of letters", async () => {
    const from = newNetwork();
    const email = `Nobody-${randomUUID()}@example.com`;
    await failTimes(5, from, email);
    await failTimes(5, from, email.toUpperCase());
    expectLimited(await fail(from, email.toLowerCase()));
  });

  test("another network and another e-mail are not", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    const other = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    await failTimes(10, from, owner.email);
    expectStatus(await attempt(newNetwork(), owner), 200);
    expectStatus(await attempt(from, other), 200);
  });

  test("successes are no failures", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    for (let round = 0; round < 12; round += 1) expectStatus(await attempt(from, owner), 200);
  });

  test("of thirty attempts at once ten are heard", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    const answers = await Promise.all(Array.from({ length: 30 }, () => fail(from, owner.email)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
    expectLimited(await attempt(from, owner));
  });

  test("right passwords that arrive at once are all heard, as long as there is room for as many failures", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    await failTimes(3, from, owner.email);
    const answers = await Promise.all(Array.from({ length: 7 }, () => attempt(from, owner)));
    for (const answer of answers) expectStatus(answer, 200);
  });

  test("a faulty DPoP header is no failure of the password", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    const key = new DpopKey();
    const proof = key.proof({ method: "GET", url: `${service().url}${LOGIN}` });
    for (let round = 0; round < 12; round += 1)
      expectProblem(await owner.login({ password: "wrong" }, { proof }), 401, "invalid_proof");
    expectStatus(await attempt(from, owner), 200);
  });

  test("an attempt that is no sign-in (422, 403) is no failure either", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    for (let round = 0; round < 12; round += 1) {
      expectProblem(await owner.login({ x: 1 }), 422, "validation_failed");
      const headers = { origin: "https://evil.example" };
      expectProblem(await owner.login({ password: "wrong" }, { headers }), 403, "cross_origin");
    }
    expectStatus(await attempt(from, owner), 200);
  });

  test("origin comes before the rate limit", async () => {
    const from = newNetwork();
    const email = `${randomUUID()}@example.com`;
    await failTimes(10, from, email);
    const headers = { "x-forwarded-for": from, origin: "https://evil.example" };
    const json = { email, password: "wrong" };
    expectProblem(await send(service(), { method: "POST", path: LOGIN, headers, json }), 403, "cross_origin");
  });
});

describe("a password change is limited like sign-in", () => {
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

describe("after 100 failures from one network for any e-mail, the next attempt gets 429", () => {
  test("right password or not; another network is heard; the rate limit comes before the body", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": from } });
    const emails = Array.from({ length: 20 }, () => `${randomUUID()}@example.com`);
    for (const email of emails)
      await Promise.all([1, 2, 3, 4, 5].map(async () => expectStatus(await fail(from, email), 401)));
    expectLimited(await fail(from, `${randomUUID()}@example.com`));
    expectLimited(await attempt(from, owner));
    const headers = { "x-forwarded-for": from, "content-type": "text/plain" };
    expectLimited(await send(service(), { method: "POST", path: LOGIN, headers, raw: "{" }));
    expectStatus(await attempt(newNetwork(), owner), 200);
    expectStatus(await owner.refresh(), 200);
  });
});

describe("a network is an IPv4 address or an IPv6 /64", () => {
  test("addresses of one /64 are one network, another /64 is another", async () => {
    const owner = await newOwner(service());
    for (let round = 0; round < 10; round += 1)
      expectStatus(await fail(`2001:db8:1:2:${round}:5:6:7`, owner.email), 401);
    expectLimited(await attempt("2001:db8:1:2:ffff::1", owner));
    expectLimited(await attempt("2001:0DB8:0001:0002::", owner));
    expectStatus(await attempt("2001:db8:1:3::1", owner), 200);
  });

  test("an IPv4 address written as IPv6 is that IPv4 address", async () => {
    const from = newNetwork();
    const owner = await newOwner(service());
    await failTimes(10, `::ffff:${from}`, owner.email);
    expectLimited(await attempt(from, owner));
    expectStatus(await attempt(`::ffff:${newNetwork()}`, owner), 200);
  });
});

describe("behind CURFEW_TRUSTED_PROXIES it is the right-most X-Forwarded-For address that is not one of them", () => {
  test("what a client writes to the left of it does not matter", async () => {
    const from = newNetwork();
    const owner = await newOwner(service());
    for (let round = 0; round < 10; round += 1)
      expectStatus(await fail(`203.0.113.${round}, ${from}, 10.1.2.3`, owner.email), 401);
    expectLimited(await attempt(`192.0.2.1, ${from}`, owner));
    expectLimited(await attempt(`192.0.2.1,${from} , 10.9.9.9,127.0.0.1, 2001:db8:ffff::5`, owner));
    expectStatus(await attempt(`${from}, ${newNetwork()}`, owner), 200);
  });

  test("a session's device shows that address", async () => {
    const from = newNetwork();
    const owner = await newOwner(service(), {
      headers: { "x-forwarded-for": `192.0.2.1, ${from}, 10.0.0.1` },
    });
    const { items } = (await owner.get("/api/users/me/sessions")).as<Page<SessionItem>>();
    expect(items[0]?.device.ip).toBe(from);
  });

  test("rubbish in the header is no address, and no failure of the service", async () => {
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

  test("without the setting the header counts for nothing", async () => {
    const owner = await newOwner(direct());
    const tries = (from: string, password: string) => {
      const visitor = new Visitor(direct(), { headers: { "x-forwarded-for": from } });
      Object.assign(visitor, { email: owner.email, password });
      return visitor.login();
    };
    for (let round = 0; round < 10; round += 1) expectStatus(await tries(`203.0.113.${round}`, "wrong"), 401);
    expectLimited(await tries("198.51.100.7", owner.password));
    const { items } = (await owner.get("/api/users/me/sessions")).as<Page<SessionItem>>();
    expect(items[0]?.device.ip).toBe("127.0.0.1");
  });
});
