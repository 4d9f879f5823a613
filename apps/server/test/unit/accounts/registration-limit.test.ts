import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { login, register, registration } from "../api-calls.js";
import { type Answer, createTestService, PASSWORD, type TestService } from "../test-service.js";

const PATH = "/api/auth/register";
const HOUR_MS = 3_600_000;

describe("the limit on registrations from one network", () => {
  let service: TestService;
  beforeEach(async () => {
    service = await createTestService();
  });
  afterEach(() => service.close());

  const attempt = (name: string, options: { ip?: string; fields?: object } = {}): Promise<Answer> =>
    service.call("POST", PATH, {
      ip: options.ip ?? "192.0.2.1",
      body: registration(name, { ...options.fields }),
    });

  const expectLimited = (answer: Answer): void => {
    expect(answer).toMatchObject({ status: 429, body: { code: "rate_limited" }, cookie: null });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(3_500);
    expect(Number(answer.headers.get("retry-after"))).toBeLessThanOrEqual(3_600);
  };

  it("is ten within an hour, made or `email_taken`, and then 429 before the body is read", async () => {
    for (let count = 0; count < 5; count += 1) expect((await attempt(`Person${count}`)).status).toBe(201);
    for (let count = 0; count < 5; count += 1) expect((await attempt(`Person${count}`)).status).toBe(409);
    expectLimited(await attempt("Eleventh"));
    expectLimited(await service.call("POST", PATH, { body: { nonsense: true } }));
    expect((await attempt("Elsewhere", { ip: "192.0.2.2" })).status).toBe(201);
    expect((await login(service, "person1@example.test")).status).toBe(200);
    service.clock.stall(HOUR_MS);
    expect((await attempt("Eleventh")).status).toBe(201);
  });

  it("counts no registration that is refused for another reason", async () => {
    for (let count = 0; count < 12; count += 1) {
      expect((await attempt("Ada", { fields: { password: "password1" } })).status).toBe(422);
      const fields = { dpop: "no proof" };
      expect((await service.call("POST", PATH, { body: registration("Ada"), ...fields })).status).toBe(401);
    }
    const { curfew } = service.context;
    const start = () => Promise.reject(new Error("the power went"));
    const call = service.callWith({ curfew: { ...curfew, sessions: { ...curfew.sessions, start } } });
    for (let count = 0; count < 12; count += 1)
      expect((await call("POST", PATH, { body: registration("Ada") })).status).toBe(500);
    expect((await attempt("Ada")).status).toBe(201);
  });

  it("holds for fifty concurrent ones", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => attempt(`Person${index}`)));
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(10);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(40);
    expect(service.hasher.hashed).toHaveLength(10);
  });

  it("does not count what it refused", async () => {
    for (let count = 0; count < 30; count += 1) await attempt(`Person${count}`);
    service.clock.stall(HOUR_MS);
    expect((await attempt("Late")).status).toBe(201);
  });

  it("does not apply if limits are turned off", async () => {
    const free = await createTestService({ limits: "off" });
    for (let count = 0; count < 12; count += 1) await register(free, `Person${count}`);
    await free.close();
  });
});

describe("a registration with an e-mail that is taken", () => {
  it("costs no hash", async () => {
    const service = await createTestService();
    await register(service, "Ada");
    service.hasher.hashed.length = 0;
    const answer = await service.call("POST", PATH, { body: registration("Ada") });
    expect(answer).toMatchObject({ status: 409, body: { code: "email_taken" } });
    expect(service.hasher.hashed).toEqual([]);
    await service.close();
  });
});

describe("a flood of registrations and sign-ins from one network", () => {
  it("delays a sign-in from another by a few hashes", async () => {
    const service = await createTestService({ limits: "off" });
    const ada = await register(service, "Ada");
    const order: string[] = [];
    service.hasher.beforeAnswer = async (password) => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push(password);
    };
    service.hasher.beforeHash = service.hasher.beforeAnswer;
    const flood = Array.from({ length: 100 }, (_, index) =>
      index % 2 === 0
        ? login(service, ada.email, "flood", { ip: "198.51.100.1" })
        : service.call("POST", PATH, {
            ip: "198.51.100.1",
            body: registration(`Person${index}`, { password: "flood of passwords" }),
          }),
    );
    const answer = await login(service, ada.email, PASSWORD, { ip: "192.0.2.1" });
    expect(answer.status).toBe(200);
    expect(order.indexOf(PASSWORD)).toBeLessThan(12);
    await Promise.all(flood);
    await service.close();
  });
});
