import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DpopKey } from "../../harness/dpop-key.js";
import { accept, invite, join, login, refresh, register, type SignedIn, signedIn } from "../api-calls.js";
import { createGates } from "../gates.js";
import { type Answer, createTestService, ORIGIN, PASSWORD, type TestService } from "../test-service.js";

const LOGIN = "/api/auth/login";
const MINUTE_MS = 60_000;

describe("an e-mail that a hundred networks guessed at", () => {
  let service: TestService;
  let ada: SignedIn;
  const key = new DpopKey();
  beforeEach(async () => {
    service = await createTestService();
    ada = await register(service, "Ada");
  });
  afterEach(() => service.close());

  const guessFromEverywhere = async (email: string, guesses = 100): Promise<readonly number[]> => {
    const statuses: number[] = [];
    for (let index = 0; index < guesses; index += 1)
      statuses.push((await login(service, email, "wrong", { ip: `2001:db8:${index % 100}:1::1` })).status);
    return statuses;
  };
  const proofFor = (path: string): string =>
    key.proof({
      method: "POST",
      url: `${ORIGIN}${path}`,
      payload: { iat: Math.floor(service.clock.now() / 1000) },
    });
  const STRANGE = "203.0.113.1";

  it.each(["ada@example.test", "nobody@example.test"])(
    "hears 100 of 400 guesses at %s, and then refuses the right password from a strange network for 15 minutes",
    async (email) => {
      const statuses = await guessFromEverywhere(email, 400);
      expect(statuses).toEqual([...Array(100).fill(401), ...Array(300).fill(429)]);
      expect(await login(service, email, PASSWORD, { ip: STRANGE })).toMatchObject({
        status: 429,
        body: { code: "rate_limited" },
      });
      service.clock.stall(15 * MINUTE_MS);
      const answer = await login(service, email, PASSWORD, { ip: STRANGE });
      expect(answer.status).toBe(email === ada.email ? 200 : 401);
    },
  );

  it("lets its owner sign in where they registered, and counts from the start after that", async () => {
    await guessFromEverywhere(ada.email);
    expect((await login(service, ada.email, "wrong", { ip: "192.0.2.1" })).status).toBe(401);
    expect((await login(service, ada.email, PASSWORD, { ip: "192.0.2.1" })).status).toBe(200);
    expect((await login(service, ada.email, PASSWORD, { ip: STRANGE })).status).toBe(200);
  });

  it("lets its owner sign in where they refreshed", async () => {
    const { token } = await invite(service, ada, "Bob");
    const bob = signedIn(await accept(service, token));
    const { cookie } = await service.call("POST", "/api/auth/refresh", {
      cookie: bob.cookie,
      ip: "192.0.2.77",
    });
    await createGates().settled();
    expect(cookie).not.toBeNull();
    await guessFromEverywhere(bob.email);
    expect((await login(service, bob.email, PASSWORD, { ip: STRANGE })).status).toBe(429);
    expect((await login(service, bob.email, PASSWORD, { ip: "192.0.2.77" })).status).toBe(200);
  });

  it("lets its owner sign in anywhere with the key that they signed in with", async () => {
    expect((await login(service, ada.email, PASSWORD, { dpop: proofFor(LOGIN) })).status).toBe(200);
    await guessFromEverywhere(ada.email);
    const strangeKey = new DpopKey();
    const payload = { iat: Math.floor(service.clock.now() / 1000) };
    const dpop = strangeKey.proof({ method: "POST", url: `${ORIGIN}${LOGIN}`, payload });
    expect((await login(service, ada.email, PASSWORD, { ip: STRANGE, dpop })).status).toBe(429);
    expect((await login(service, ada.email, PASSWORD, { ip: STRANGE, dpop: proofFor(LOGIN) })).status).toBe(
      200,
    );
  });

  it("does not know the places of other users of the account", async () => {
    const bob = await join(service, ada, "Bob");
    expect((await login(service, bob.email, PASSWORD, { ip: STRANGE })).status).toBe(200);
    await guessFromEverywhere(ada.email);
    expect((await login(service, ada.email, PASSWORD, { ip: STRANGE })).status).toBe(429);
  });

  it("does not touch its open sessions", async () => {
    await guessFromEverywhere(ada.email);
    expect((await refresh(service, ada.cookie)).status).toBe(200);
  });

  it("limits a change of its password in the same way", async () => {
    await guessFromEverywhere(ada.email);
    const change = (ip: string): Promise<Answer> =>
      service.call("POST", "/api/users/me/password", {
        ip,
        token: ada.token,
        body: { current_password: PASSWORD, new_password: "another of no list" },
      });
    expect((await change(STRANGE)).status).toBe(429);
    expect((await change("192.0.2.1")).status).toBe(200);
    expect((await login(service, ada.email, "another of no list", { ip: STRANGE })).status).toBe(200);
  });
});
