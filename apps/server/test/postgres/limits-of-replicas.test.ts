import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { atMost } from "../harness/at-most.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { type ApiResponse, send } from "../harness/send.js";
import { newDataDir, type Service, startService } from "../harness/service.js";
import { newOwner } from "../harness/users.js";

let directory = "";
let replicas: Service[] = [];
beforeAll(async () => {
  directory = await newDataDir();
  const settings = { CURFEW_RATE_LIMIT: "on", CURFEW_TRUSTED_PROXIES: "127.0.0.0/8" };
  replicas = await Promise.all([1, 2, 3].map(() => startService(settings, directory)));
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await rm(directory, { recursive: true, force: true });
});

const replica = (index: number): Service => {
  const service = replicas[index % replicas.length];
  if (service === undefined) throw new Error("there is no replica");
  return service;
};

const attempt = (
  index: number,
  from: string,
  json: { email: string; password: string },
): Promise<ApiResponse> =>
  send(replica(index), {
    method: "POST",
    path: "/api/auth/login",
    headers: { "x-forwarded-for": from },
    json,
  });

/** Repeats an attempt that a busy replica answered with 503: it was not checked. */
async function untilChecked(call: () => Promise<ApiResponse>): Promise<ApiResponse> {
  let response = await call();
  for (let again = 0; response.status === 503 && again < 20; again += 1) response = await call();
  return response;
}

test("36 concurrent wrong passwords at three replicas: 10 are checked, then every replica answers 429", async () => {
  const { email, password } = await newOwner(replica(0));
  const from = "198.51.100.1";
  const responses = await Promise.all(
    Array.from({ length: 36 }, (_, index) =>
      untilChecked(() => attempt(index, from, { email, password: "wrong" })),
    ),
  );
  const statuses = responses.map((response) => response.status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(26);
  for (const index of [0, 1, 2]) {
    const refused = await attempt(index, from, { email, password });
    expectProblem(refused, 429, "rate_limited");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(900);
    expectStatus(await attempt(index, "198.51.100.2", { email, password }), 200);
  }
});

test("400 guesses at one e-mail from 100 networks at three replicas: 100 are checked, and its owner's network goes on", async () => {
  const from = "198.51.100.4";
  const { email, password } = await newOwner(replica(0), { headers: { "x-forwarded-for": from } });
  const guesses = await atMost(30, 400, (index) =>
    untilChecked(() => attempt(index, `2001:db8:${index % 100}:1::${index}`, { email, password: "wrong" })),
  );
  expect(guesses.filter((guess) => guess.status === 401)).toHaveLength(100);
  expect(guesses.filter((guess) => guess.status === 429)).toHaveLength(300);
  for (const index of [0, 1, 2]) {
    expectProblem(await attempt(index, "2001:db8:aaaa:1::1", { email, password }), 429, "rate_limited");
    expectStatus(await attempt(index, "2001:db8:aaaa:1::1", { email: "other@example.test", password }), 401);
  }
  expectStatus(await attempt(1, from, { email, password }), 200);
  expectStatus(await attempt(2, "2001:db8:aaaa:1::1", { email, password }), 200);
});

test("30 concurrent sign-ins with the right password at three replicas all succeed", async () => {
  const { email, password } = await newOwner(replica(0));
  const responses = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      untilChecked(() => attempt(index, "198.51.100.3", { email, password })),
    ),
  );
  expect(responses.map((response) => response.status)).toEqual(Array(30).fill(200));
});
