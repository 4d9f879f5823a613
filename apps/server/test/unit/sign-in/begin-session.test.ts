import { CurfewError } from "@curfew/core";
import { raw, run } from "@curfew/sql";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { join, login, refresh, register, type SignedIn, signedIn } from "../api-calls.js";
import { createGates } from "../gates.js";
import { createTestService, PASSWORD, type TestService } from "../test-service.js";

const PATH = "/api/auth/login";
const INVALID = { status: 401, body: { code: "invalid_credentials" } };

describe("a sign-in whose user changes during the password check", () => {
  let service: TestService;
  let ada: SignedIn;
  beforeEach(async () => {
    service = await createTestService();
    ada = await register(service, "Ada");
    service.hasher.verified.length = 0;
  });
  afterEach(() => service.close());

  /** Runs `action` during the first password check. */
  const during = (action: () => Promise<unknown>): void => {
    service.hasher.beforeAnswer = async () => {
      service.hasher.beforeAnswer = async () => undefined;
      await action();
    };
  };

  it("checks the password again if it was changed", async () => {
    during(async () => {
      const body = { current_password: PASSWORD, new_password: "another one of no list" };
      expect((await service.call("POST", "/api/users/me/password", { token: ada.token, body })).status).toBe(
        200,
      );
    });
    expect(await login(service, ada.email)).toMatchObject(INVALID);
    expect(service.hasher.verified).toEqual([
      `new hash of ${PASSWORD}`,
      `new hash of ${PASSWORD}`,
      "new hash of another one of no list",
    ]);
  });

  it("starts the session with the new role if the role changed", async () => {
    const bob = await join(service, ada, "Bob");
    during(async () => {
      const path = `/api/accounts/me/members/${bob.userId}`;
      const answer = await service.call("PATCH", path, { token: ada.token, body: { role: "owner" } });
      expect(answer.status).toBe(200);
    });
    const answer = await login(service, bob.email);
    expect(answer).toMatchObject({ status: 200, body: { user: { role: "owner" } } });
  });

  it("is refused if the user was disabled", async () => {
    const bob = await join(service, ada, "Bob");
    const before = (await service.rowCounts()).curfew_sessions;
    during(() =>
      service.call("PATCH", `/api/accounts/me/members/${bob.userId}`, {
        token: ada.token,
        body: { disabled: true },
      }),
    );
    expect(await login(service, bob.email)).toMatchObject(INVALID);
    expect((await service.rowCounts()).curfew_sessions).toBe(before);
  });

  it.each([
    { ends: "all sessions of the account", path: "/api/accounts/me/security/revoke-sessions" },
    { ends: "the user's other sessions", path: "/api/users/me/sessions/revoke-others" },
  ])("begins a live session without another check if somebody ended $ends", async ({ path }) => {
    signedIn(await login(service, ada.email));
    service.hasher.verified.length = 0;
    during(async () => {
      expect((await service.call("POST", path, { token: ada.token, body: {} })).status).toBe(200);
    });
    const { token, cookie } = signedIn(await login(service, ada.email));
    expect(service.hasher.verified).toHaveLength(1);
    expect((await service.call("GET", "/api/auth/session", { token })).status).toBe(200);
    expect((await refresh(service, cookie)).status).toBe(200);
  });

  it("is never kept out by who ends the user's other sessions in a loop: 25 of 25, with one check each", async () => {
    const { settled } = createGates();
    service.hasher.beforeAnswer = settled;
    let isOver = false;
    let ended = 0;
    const endOthers = async (): Promise<void> => {
      while (!isOver) {
        const path = "/api/users/me/sessions/revoke-others";
        const answer = await service.call("POST", path, { token: ada.token, body: {} });
        ended += answer.body.revoked_count;
        // A call that ends nothing waits for nothing, and a loop of them would keep all others waiting.
        await new Promise(setImmediate);
      }
    };
    const loops = [endOthers(), endOthers(), endOthers()];
    const statuses: number[] = [];
    for (let count = 0; count < 25; count += 1) statuses.push((await login(service, ada.email)).status);
    isOver = true;
    await Promise.all(loops);
    expect(statuses).toEqual(Array(25).fill(200));
    expect(service.hasher.verified).toHaveLength(25);
    expect(ended).toBeGreaterThan(20);
  });

  it("answers 503 if the user's password changes on each of three attempts", async () => {
    const { curfew, database } = service.context;
    let changes = 0;
    const start = async () => {
      changes += 1;
      const next = `new hash of ${PASSWORD} hash of ${PASSWORD}`.replace("new", `new ${changes}`);
      await database.write(() =>
        run(raw(database.queries(), sql`UPDATE credentials SET password_hash = ${next}`)),
      );
      throw new CurfewError("sign_in_superseded", {});
    };
    const call = service.callWith({ curfew: { ...curfew, sessions: { ...curfew.sessions, start } } });
    const answer = await call("POST", PATH, { body: { email: ada.email, password: PASSWORD } });
    expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(service.hasher.verified).toHaveLength(3);
  });

  it("answers 503 and counts no failure if the database is unavailable", async () => {
    const { database } = service.context;
    const outage = new CurfewError("unavailable", { retryAfterSeconds: 2 });
    const call = service.callWith({ database: { ...database, read: () => Promise.reject(outage) } });
    for (let count = 0; count < 12; count += 1) {
      const answer = await call("POST", PATH, { body: { email: ada.email, password: "wrong" } });
      expect(answer).toMatchObject({ status: 503, cookie: null, body: { code: "unavailable" } });
    }
    expect((await login(service, ada.email)).status).toBe(200);
  });
});
