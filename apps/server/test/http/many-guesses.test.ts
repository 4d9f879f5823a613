import { randomUUID } from "node:crypto";
import { describe, test } from "vitest";
import { DpopKey } from "../harness/dpop-key.js";
import { expectStatus } from "../harness/expectations.js";
import { send } from "../harness/send.js";
import { useOwnService } from "../harness/service.js";
import { expectLimited, LOGIN, signInAttempts } from "../harness/sign-in-attempts.js";
import { newOwner } from "../harness/users.js";

const service = useOwnService({ CURFEW_RATE_LIMIT: "on", CURFEW_TRUSTED_PROXIES: "127.0.0.0/8" });

const { newNetwork, attempt, fail } = signInAttempts(service);

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
