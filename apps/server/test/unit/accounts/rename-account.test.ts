import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAccountDirectory, NAMES_CHECKED_MS } from "../../../src/accounts/accounts.js";
import { join, login, refresh, register, type SignedIn } from "../api-calls.js";
import { createTestService, type TestService } from "../test-service.js";

const PATH = "/api/accounts/me";

describe("an account's name", () => {
  let service: TestService;
  let ada: SignedIn;
  beforeEach(async () => {
    service = await createTestService();
    ada = await register(service, "Ada");
  });
  afterEach(() => service.close());

  const rename = (name: string, user = ada) =>
    service.call("PATCH", PATH, { token: user.token, body: { name } });

  /** The directory of another process on the same database, whose reads can be counted and fail. */
  const otherProcess = () => {
    const process = { reads: 0, isDown: false };
    const directory = createAccountDirectory(
      {
        ...service.database,
        read: (unit) => {
          process.reads += 1;
          return process.isDown ? Promise.reject(new Error("down")) : service.database.read(unit);
        },
      },
      service.clock.monotonic,
    );
    return { process, directory };
  };

  it("is changed by owners, and shown at once wherever a name is", async () => {
    const bob = await join(service, ada, "Bob");
    const answer = await rename("  Acme Ltd ");
    expect(answer).toMatchObject({ status: 200, body: { id: ada.accountId, name: "Acme Ltd" } });
    expect((await service.call("GET", PATH, { token: bob.token })).body).toEqual(answer.body);
    for (const { body } of [
      await refresh(service, bob.cookie),
      await login(service, bob.email),
      await service.call("GET", "/api/auth/session", { token: bob.token }),
    ])
      expect(body.user.account).toEqual({ id: ada.accountId, name: "Acme Ltd" });
    expect(await rename("Bob's", bob)).toMatchObject({ status: 403, body: { code: "forbidden" } });
  });

  it("is recorded where it changes", async () => {
    service.clock.stall(1);
    await rename("Ada's account");
    await rename("Acme");
    const trail = await service.trail(ada.accountId);
    expect(trail).toHaveLength(2);
    expect(trail[0]).toEqual({
      type: "account.renamed",
      actorId: ada.userId,
      sessionId: ada.sessionId,
      ip: "192.0.2.1",
      details: { before: "Ada's account", after: "Acme" },
    });
  });

  it.each([
    [{}, "required"],
    [{ name: "\u2060" }, "required"],
    [{ name: "a\u0000b" }, "invalid_value"],
    [{ name: "a".repeat(201) }, "out_of_range"],
  ])("is refused: %j", async (body, code) => {
    expect(await service.call("PATCH", PATH, { token: ada.token, body })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "name", code }] },
    });
  });

  it("is looked up again by other processes once they have not looked for two seconds", async () => {
    const { process, directory } = otherProcess();
    for (const name of ["Acme", "Acme Ltd", "Acme plc"]) {
      const before = await directory.nameOf(ada.accountId);
      const { reads } = process;
      await rename(name);
      service.clock.stall(NAMES_CHECKED_MS - 1);
      expect(await directory.nameOf(ada.accountId)).toBe(before);
      expect(process.reads).toBe(reads);
      service.clock.stall(1);
      expect(await Promise.all([1, 2, 3].map(() => directory.nameOf(ada.accountId)))).toEqual([
        name,
        name,
        name,
      ]);
    }
  });

  it("takes one read for all accounts, however many refreshes ask", async () => {
    const eve = await register(service, "Eve");
    const { process, directory } = otherProcess();
    const ask = () => Promise.all([ada, eve, ada, eve].map(({ accountId }) => directory.nameOf(accountId)));
    await ask();
    service.clock.stall(NAMES_CHECKED_MS);
    await ask();
    await ask();
    const { reads } = process;
    service.clock.stall(NAMES_CHECKED_MS);
    expect(await ask()).toEqual(["Ada's account", "Eve's account", "Ada's account", "Eve's account"]);
    expect(process.reads).toBe(reads + 1);
  });

  it("is the one of before while the database can't be asked", async () => {
    const { process, directory } = otherProcess();
    await directory.nameOf(ada.accountId);
    service.clock.stall(NAMES_CHECKED_MS);
    await directory.nameOf(ada.accountId);
    process.isDown = true;
    service.clock.stall(NAMES_CHECKED_MS);
    expect(await directory.nameOf(ada.accountId)).toBe("Ada's account");
  });
});
