import { CurfewError } from "@curfew/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { join, login, refresh, register, type SignedIn, signedIn } from "../acts.js";
import { createWorld, PASSWORD, type World } from "../world.js";

const PATH = "/api/auth/login";
const INVALID = { status: 401, body: { code: "invalid_credentials" } };

describe("a sign-in that something happens to", () => {
  let world: World;
  let ada: SignedIn;
  beforeEach(async () => {
    world = await createWorld();
    ada = await register(world, "Ada");
    world.hasher.verified.length = 0;
  });
  afterEach(() => world.close());

  /** Runs `act` while the first check of a password is under way. */
  const during = (act: () => Promise<unknown>): void => {
    world.hasher.beforeAnswer = async () => {
      world.hasher.beforeAnswer = async () => undefined;
      await act();
    };
  };

  it("checks the password again where it was changed meanwhile", async () => {
    during(async () => {
      const body = { current_password: PASSWORD, new_password: "another one of no list" };
      expect((await world.call("POST", "/api/users/me/password", { token: ada.token, body })).status).toBe(
        200,
      );
    });
    expect(await login(world, ada.email)).toMatchObject(INVALID);
    expect(world.hasher.verified).toEqual([
      `new hash of ${PASSWORD}`,
      `new hash of ${PASSWORD}`,
      "new hash of another one of no list",
    ]);
  });

  it("starts over under the new role where that changed meanwhile", async () => {
    const bob = await join(world, ada, "Bob");
    during(async () => {
      const path = `/api/accounts/me/members/${bob.userId}`;
      const answer = await world.call("PATCH", path, { token: ada.token, body: { role: "owner" } });
      expect(answer.status).toBe(200);
    });
    const answer = await login(world, bob.email);
    expect(answer).toMatchObject({ status: 200, body: { user: { role: "owner" } } });
  });

  it("is refused where the user was disabled meanwhile", async () => {
    const bob = await join(world, ada, "Bob");
    const before = (await world.rowCounts()).curfew_sessions;
    during(() =>
      world.call("PATCH", `/api/accounts/me/members/${bob.userId}`, {
        token: ada.token,
        body: { disabled: true },
      }),
    );
    expect(await login(world, bob.email)).toMatchObject(INVALID);
    expect((await world.rowCounts()).curfew_sessions).toBe(before);
  });

  it("is worth nothing where everybody was signed out meanwhile", async () => {
    during(() =>
      world.call("POST", "/api/accounts/me/security/revoke-sessions", { token: ada.token, body: {} }),
    );
    const { token, cookie } = signedIn(await login(world, ada.email));
    expect(await world.call("GET", "/api/auth/session", { token })).toMatchObject({
      status: 401,
      body: { code: "session_revoked", reason: "revoked_by_owner" },
    });
    expect(await refresh(world, cookie)).toMatchObject({
      status: 401,
      body: { code: "session_revoked", reason: "revoked_by_owner" },
    });
  });

  it("is unavailable where the user moves again and again", async () => {
    const { curfew } = world.people;
    const start = () => Promise.reject(new CurfewError("sign_in_superseded", {}));
    const call = world.clientOf({ curfew: { ...curfew, sessions: { ...curfew.sessions, start } } });
    const answer = await call("POST", PATH, { body: { email: ada.email, password: PASSWORD } });
    expect(answer).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(world.hasher.verified).toHaveLength(3);
  });

  it("is unavailable and no failure where the database can't answer", async () => {
    const { database } = world.people;
    const outage = new CurfewError("unavailable", { retryAfterSeconds: 2 });
    const call = world.clientOf({ database: { ...database, read: () => Promise.reject(outage) } });
    for (let count = 0; count < 12; count += 1) {
      const answer = await call("POST", PATH, { body: { email: ada.email, password: "wrong" } });
      expect(answer).toMatchObject({ status: 503, cookie: null, body: { code: "unavailable" } });
    }
    expect((await login(world, ada.email)).status).toBe(200);
  });
});
