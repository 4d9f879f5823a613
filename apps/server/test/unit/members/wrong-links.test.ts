import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accept, type InvitedMember, invite, register } from "../api-calls.js";
import { type Answer, createTestService, PASSWORD, type TestService } from "../test-service.js";

const READ = "/api/auth/invitation";
const ACCEPT = "/api/auth/accept-invitation";

describe("the limit on wrong tokens of invitations from one network", () => {
  let service: TestService;
  let bob: InvitedMember;
  beforeEach(async () => {
    service = await createTestService();
    bob = await invite(service, await register(service, "Ada"), "Bob");
  });
  afterEach(() => service.close());

  const newToken = (): string => randomBytes(64).toString("base64url");
  const guess = (path: string, ip = "192.0.2.9"): Promise<Answer> =>
    service.call("POST", path, {
      ip,
      body: { token: newToken(), ...(path === ACCEPT ? { password: PASSWORD } : {}) },
    });

  it("is thirty within an hour in both calls, and then 429 before the body is read, with a right token too", async () => {
    for (let count = 0; count < 15; count += 1)
      for (const path of [READ, ACCEPT]) expect((await guess(path)).status).toBe(422);
    expect(service.hasher.hashed).toEqual([PASSWORD]);
    for (const path of [READ, ACCEPT]) {
      const answer = await guess(path);
      expect(answer).toMatchObject({ status: 429, body: { code: "rate_limited" } });
      expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(3_600);
      const body = { nonsense: true };
      expect((await service.call("POST", path, { ip: "192.0.2.9", body })).status).toBe(429);
    }
    const right = { token: bob.token };
    expect((await service.call("POST", READ, { ip: "192.0.2.9", body: right })).status).toBe(429);
    expect((await service.call("POST", READ, { ip: "192.0.2.8", body: right })).status).toBe(200);
    service.clock.stall(3_600_000);
    expect((await accept(service, bob.token)).status).toBe(200);
  });

  it("does not count right tokens or other faults", async () => {
    const weak = { token: bob.token, password: "password1" };
    for (let count = 0; count < 35; count += 1) {
      expect((await service.call("POST", READ, { body: { token: bob.token } })).status).toBe(200);
      expect((await service.call("POST", ACCEPT, { body: weak })).status).toBe(422);
    }
    expect((await guess(READ, "192.0.2.1")).status).toBe(422);
  });

  it("holds for a hundred concurrent ones", async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => guess(READ)));
    expect(answers.filter((answer) => answer.status === 422)).toHaveLength(30);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(70);
  });
});
