import { all, raw, run } from "@curfew/sql";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DpopKey } from "../../harness/dpop-key.js";
import { join, login, refresh, register, type SignedIn, signedIn } from "../acts.js";
import { breakingAtTheEnd } from "../breaking.js";
import { createWorld, ORIGIN, PASSWORD, type World } from "../world.js";

const PATH = "/api/users/me/password";
const NEXT = "another one of no list";
const WRONG = {
  status: 422,
  body: { code: "validation_failed", errors: [{ field: "current_password", code: "invalid_value" }] },
};

describe("changing a password", () => {
  let world: World;
  let ada: SignedIn;
  beforeEach(async () => {
    world = await createWorld();
    ada = await register(world, "Ada");
  });
  afterEach(() => world.close());

  const change = (fields: Record<string, unknown> = {}, call: Record<string, string> = {}) =>
    world.call("POST", PATH, {
      token: ada.token,
      body: { current_password: PASSWORD, new_password: NEXT, ...fields },
      ...call,
    });

  it("begins a new session and ends every one of the user that was open", async () => {
    const other = signedIn(await login(world, ada.email));
    const answer = await change({}, { cookie: ada.cookie });
    const next = signedIn(answer);
    expect(next.sessionId).not.toBe(ada.sessionId);
    expect(answer.cookie).toMatch(/^cft1\./);
    for (const { cookie } of [ada, other])
      expect(await refresh(world, cookie)).toMatchObject({
        status: 401,
        body: { code: "session_revoked", reason: "password_changed" },
      });
    expect((await refresh(world, next.cookie)).status).toBe(200);
  });

  it("lets the new password in from then on, and the old one no more", async () => {
    await change();
    expect((await login(world, ada.email)).status).toBe(401);
    expect((await login(world, ada.email, NEXT)).status).toBe(200);
  });

  it("writes one event, which names the session that it begins", async () => {
    world.clock.stall(1);
    const { sessionId } = signedIn(await change());
    const trail = await world.trail(ada.accountId);
    expect(trail.map(({ type }) => type)).toEqual(["password.changed", "account.created"]);
    expect(trail[0]).toEqual({
      type: "password.changed",
      actorId: ada.userId,
      sessionId,
      ip: "192.0.2.1",
      details: {},
    });
  });

  it("leaves the sessions of everybody else alone", async () => {
    const bob = await join(world, ada, "Bob");
    await change();
    expect((await refresh(world, bob.cookie)).status).toBe(200);
    expect((await login(world, bob.email)).status).toBe(200);
  });

  it("carries the refresh token in the body where it is asked to, and binds to the key of a proof", async () => {
    const key = new DpopKey();
    const iat = Math.floor(world.clock.now() / 1000);
    const dpop = key.proof({ method: "POST", url: `${ORIGIN}${PATH}`, payload: { iat } });
    const answer = await change({ transport: "body" }, { dpop });
    expect(answer.body.refresh_token).toMatch(/^cft1\./);
    expect(answer.cookie).toBeNull();
    const { session } = await world.curfew.sessions.get(ada.accountId, answer.body.session.id);
    expect(session.keyThumbprint).toBe(key.thumbprint());
  });

  it("refuses a faulty proof before the password", async () => {
    world.hasher.verified.length = 0;
    expect(await change({}, { dpop: "no proof" })).toMatchObject({
      status: 401,
      body: { code: "invalid_proof" },
    });
    expect(world.hasher.verified).toEqual([]);
  });

  it("refuses a wrong current password on its field, and changes nothing", async () => {
    expect(await change({ current_password: "not the one" })).toMatchObject(WRONG);
    expect((await refresh(world, ada.cookie)).status).toBe(200);
    expect((await login(world, ada.email)).status).toBe(200);
  });

  it.each([
    ["iloveyou", "weak_password"],
    ["short", "weak_password"],
    ["a".repeat(129), "out_of_range"],
  ])("refuses %j as the new one, before the current one is checked", async (password, code) => {
    world.hasher.verified.length = 0;
    expect(await change({ new_password: password })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "new_password", code }] },
    });
    expect(world.hasher.verified).toEqual([]);
  });

  it("is limited together with signing in", async () => {
    for (let count = 0; count < 5; count += 1) {
      expect(await change({ current_password: "not the one" })).toMatchObject(WRONG);
      expect((await login(world, ada.email, "not the one")).status).toBe(401);
    }
    const answer = await change();
    expect(answer).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(880);
    expect((await login(world, ada.email)).status).toBe(429);
    expect((await refresh(world, ada.cookie)).status).toBe(200);
  });

  it("lets exactly one of two changes through that come at once", async () => {
    const answers = await Promise.all([
      change({ new_password: NEXT }),
      change({ new_password: "a third one" }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422]);
    const lost = answers.find((answer) => answer.status === 422);
    expect(lost).toMatchObject(WRONG);
    expect(await world.trail(ada.accountId)).toHaveLength(2);
  });

  it("starts over where the hash was replaced meanwhile, so that the new password holds", async () => {
    world.hasher.beforeHash = async () => {
      world.hasher.beforeHash = async () => undefined;
      const rehashed = `other hash of ${PASSWORD}`;
      await world.database.write(() =>
        run(raw(world.database.queries(), sql`UPDATE credentials SET password_hash = ${rehashed}`)),
      );
    };
    expect((await change()).status).toBe(200);
    expect((await login(world, ada.email, NEXT)).status).toBe(200);
    expect((await login(world, ada.email)).status).toBe(401);
  });

  it("changes nothing where its transaction breaks", async () => {
    const call = world.clientOf(breakingAtTheEnd(world.people));
    const body = { current_password: PASSWORD, new_password: NEXT };
    expect((await call("POST", PATH, { token: ada.token, body })).status).toBe(500);
    expect((await refresh(world, ada.cookie)).status).toBe(200);
    expect((await login(world, ada.email, NEXT)).status).toBe(401);
    expect((await login(world, ada.email)).status).toBe(200);
    const hashes = await world.database.read(() =>
      all(
        raw<{ password_hash: string }>(world.database.queries(), sql`SELECT password_hash FROM credentials`),
      ),
    );
    expect(hashes).toEqual([{ password_hash: `new hash of ${PASSWORD}` }]);
  });
});
