import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { DpopKey } from "../harness/dpop-key.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { type ApiResponse, send } from "../harness/send.js";
import { useOwnService } from "../harness/service.js";
import { newOwner } from "../harness/users.js";

const service = useOwnService({ CURFEW_RATE_LIMIT: "on", CURFEW_TRUSTED_PROXIES: "127.0.0.0/8" });
const LOGIN = "/api/auth/login";

let count = 0;
/** An address in a network that no other test uses. */
const newNetwork = (): string => {
  count += 1;
  return `198.18.0.${count}`;
};

const attempt = (
  from: string,
  { email, password }: { email: string; password: string },
): Promise<ApiResponse> =>
  send(service(), {
    method: "POST",
    path: LOGIN,
    headers: { "x-forwarded-for": from },
    json: { email, password },
  });

const fail = (from: string, email: string): Promise<ApiResponse> =>
  attempt(from, { email, password: "wrong" });

const expectLimited = (response: ApiResponse): void => {
  expectProblem(response, 429, "rate_limited");
  expect(Number(response.headers["retry-after"])).toBeGreaterThan(0);
  expect(Number(response.headers["retry-after"])).toBeLessThanOrEqual(900);
};

describe("after 100 failed sign-ins from one network, the next gets 429", () => {
  test("even with the right password and before the body is read; other networks are unaffected", async () => {
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

describe("after 100 failed sign-ins with one e-mail from anywhere, a stranger's next attempt gets 429", () => {
  test("and its owner signs in where they refreshed or with their key", async () => {
    const home = newNetwork();
    const owner = await newOwner(service(), { headers: { "x-forwarded-for": home } });
    const key = new DpopKey();
    const proof = () => key.proof({ method: "POST", url: `${service().url}${LOGIN}` });
    expectStatus(await owner.login({}, { proof: proof() }), 200);
    const guesses = Array.from({ length: 100 }, (_, index) => fail(`2001:db8:${index}:7::1`, owner.email));
    for (const guess of await Promise.all(guesses)) expectStatus(guess, 401);
    const strange = newNetwork();
    expectLimited(await attempt(strange, owner));
    const headers = { "x-forwarded-for": strange };
    expectStatus(await owner.login({}, { headers, proof: proof() }), 200);
  });
});
