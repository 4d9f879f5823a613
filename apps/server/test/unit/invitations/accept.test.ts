import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readInvitationToken, writeInvitationToken } from "../../../src/invitations/link.js";
import { DpopKey } from "../../harness/dpop-key.js";
import {
  accept,
  type InvitedMember,
  invite,
  login,
  refresh,
  register,
  registration,
  type SignedIn,
  signedIn,
} from "../acts.js";
import { breakingAtTheEnd } from "../breaking.js";
import { createWorld, ORIGIN, PASSWORD, type World } from "../world.js";

const READ = "/api/auth/invitation";
const ACCEPT = "/api/auth/accept-invitation";
const DAY_MS = 24 * 60 * 60 * 1000;
const INVALID = {
  status: 422,
  body: { code: "validation_failed", errors: [{ field: "token", code: "invalid_value" }] },
};

describe("an invitation", () => {
  let world: World;
  let ada: SignedIn;
  let bob: InvitedMember;
  beforeEach(async () => {
    world = await createWorld();
    ada = await register(world, "Ada");
    bob = await invite(world, ada, "Bob");
    world.hasher.hashed.length = 0;
  });
  afterEach(() => world.close());

  const read = (token: string) => world.call("POST", READ, { body: { token } });

  it("says what it is for, as often as it is asked", async () => {
    for (let time = 0; time < 2; time += 1) {
      const answer = await read(bob.token);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        account: { name: "Ada's account" },
        name: "Bob",
        email: "bob@example.test",
      });
    }
    expect((await accept(world, bob.token)).status).toBe(200);
  });

  it("makes a user with the password that was chosen, and signs in", async () => {
    const answer = await accept(world, bob.token, "a password of Bob's");
    expect(answer.status).toBe(200);
    expect(answer.body.user).toEqual({
      id: bob.id,
      name: "Bob",
      email: "bob@example.test",
      role: "member",
      account: { id: ada.accountId, name: "Ada's account" },
    });
    expect(answer.cookie).toMatch(/^cft1\./);
    expect((await login(world, "Bob@example.test", "a password of Bob's")).status).toBe(200);
  });

  it("is recorded as one event, which names the session that it begins", async () => {
    world.clock.stall(1);
    const { sessionId } = signedIn(await accept(world, bob.token));
    const trail = await world.trail(ada.accountId);
    expect(trail).toHaveLength(3);
    expect(trail[0]).toEqual({
      type: "member.joined",
      actorId: bob.id,
      sessionId,
      ip: "192.0.2.1",
      details: { role: "member" },
    });
  });

  it("works once", async () => {
    expect((await accept(world, bob.token)).status).toBe(200);
    expect(await accept(world, bob.token)).toMatchObject(INVALID);
    expect(await read(bob.token)).toMatchObject(INVALID);
  });

  it("works once where it is taken twice at once", async () => {
    const answers = await Promise.all([
      accept(world, bob.token, "the password of one"),
      accept(world, bob.token, "the password of another"),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422]);
    expect(answers.find((answer) => answer.status === 422)).toMatchObject(INVALID);
    expect(await world.rowCounts()).toMatchObject({ credentials: 2, email_directory: 2, curfew_sessions: 2 });
    const won = answers[0]?.status === 200 ? "the password of one" : "the password of another";
    expect((await login(world, bob.email, won)).status).toBe(200);
  });

  it("works until seven days have passed, and not at that moment", async () => {
    world.clock.stall(7 * DAY_MS - 1);
    expect((await read(bob.token)).status).toBe(200);
    world.clock.stall(1);
    expect(await read(bob.token)).toMatchObject(INVALID);
    expect(await accept(world, bob.token)).toMatchObject(INVALID);
    expect(world.hasher.hashed).toEqual([]);
  });

  it("can be too old by the time that the password is hashed", async () => {
    world.clock.stall(7 * DAY_MS - 1);
    world.hasher.beforeHash = async () => world.clock.stall(1);
    expect(await accept(world, bob.token)).toMatchObject(INVALID);
    expect(await world.rowCounts()).toMatchObject({ credentials: 1, curfew_users: 1, invitations: 1 });
  });

  it("is worth nothing once it was replaced, also while the password is hashed", async () => {
    world.hasher.beforeHash = async () => {
      world.hasher.beforeHash = async () => undefined;
      await invite(world, ada, "Bob");
    };
    expect(await accept(world, bob.token)).toMatchObject(INVALID);
    expect(await world.rowCounts()).toMatchObject({ credentials: 1, curfew_users: 1, invitations: 1 });
  });

  it("leads to the role that was given while the password was hashed", async () => {
    world.hasher.beforeHash = async () => {
      const path = `/api/accounts/me/members/${bob.id}`;
      await world.call("PATCH", path, { token: ada.token, body: { role: "owner" } });
    };
    expect((await accept(world, bob.token)).body.user).toMatchObject({ role: "owner" });
    expect(world.hasher.hashed).toEqual([PASSWORD]);
  });

  it("is no use where the e-mail is a user's by now, and stays open", async () => {
    await world.call("POST", "/api/auth/register", { body: registration("Bob") });
    expect(await accept(world, bob.token)).toMatchObject({ status: 409, body: { code: "email_taken" } });
    expect(await world.rowCounts()).toMatchObject({ invitations: 1, credentials: 2, curfew_users: 2 });
  });

  it("is no use where its secret, its account or its user is not its own", async () => {
    const eve = await register(world, "Eve");
    const parts = readInvitationToken(bob.token);
    if (parts === null) throw new Error("the link holds no token");
    const other = Buffer.from(parts.secret);
    other[0] = (other[0] ?? 0) ^ 1;
    const carl = await invite(world, ada, "Carl");
    for (const token of [
      "",
      "nonsense",
      `${bob.token}=`,
      writeInvitationToken({ ...parts, secret: other }),
      writeInvitationToken({ ...parts, accountId: eve.accountId }),
      writeInvitationToken({ ...parts, userId: carl.id }),
      writeInvitationToken({ ...parts, userId: ada.userId }),
    ]) {
      expect(await read(token)).toMatchObject(INVALID);
      expect(await accept(world, token)).toMatchObject(INVALID);
    }
    expect((await accept(world, bob.token)).status).toBe(200);
  });

  it("is in the database as a hash alone", async () => {
    const secret = readInvitationToken(bob.token)?.secret ?? Buffer.alloc(0);
    const rows = JSON.stringify(await world.query("SELECT * FROM invitations"));
    expect(rows).toContain("bob@example.test");
    for (const encoding of ["base64url", "base64", "hex"] as const)
      expect(rows).not.toContain(secret.toString(encoding));
    expect(rows).not.toContain(bob.token);
  });

  it("is refused together with a password that everyone tries, all faults at once", async () => {
    expect(await accept(world, "nonsense", "iloveyou")).toMatchObject({
      status: 422,
      body: {
        errors: [
          { field: "token", code: "invalid_value" },
          { field: "password", code: "weak_password" },
        ],
      },
    });
    expect(await accept(world, bob.token, "iloveyou")).toMatchObject({
      status: 422,
      body: { errors: [{ field: "password", code: "weak_password" }] },
    });
    expect((await accept(world, bob.token)).status).toBe(200);
  });

  it("binds the session to the key of a proof, and is not used up by a faulty one", async () => {
    const key = new DpopKey();
    const payload = { iat: Math.floor(world.clock.now() / 1000) };
    const body = { token: bob.token, password: PASSWORD, transport: "body" };
    expect(await world.call("POST", ACCEPT, { body, dpop: "no proof" })).toMatchObject({
      status: 401,
      body: { code: "invalid_proof" },
    });
    const dpop = key.proof({ method: "POST", url: `${ORIGIN}${ACCEPT}`, payload });
    const answer = await world.call("POST", ACCEPT, { body, dpop });
    expect(answer).toMatchObject({ status: 200, cookie: null });
    expect(answer.body.refresh_token).toMatch(/^cft1\./);
    const { session } = await world.curfew.sessions.get(ada.accountId, answer.body.session.id);
    expect(session.keyThumbprint).toBe(key.thumbprint());
  });

  it("ends the browser's old session as signed out", async () => {
    const body = { token: bob.token, password: PASSWORD };
    expect((await world.call("POST", ACCEPT, { body, cookie: ada.cookie })).status).toBe(200);
    expect(await refresh(world, ada.cookie)).toMatchObject({
      status: 401,
      body: { code: "session_revoked", reason: "signed_out" },
    });
  });

  it("is not used up where the transaction breaks", async () => {
    const before = await world.rowCounts();
    const call = world.clientOf(breakingAtTheEnd(world.people));
    const body = { token: bob.token, password: PASSWORD };
    expect((await call("POST", ACCEPT, { body })).status).toBe(500);
    expect(await world.rowCounts()).toEqual(before);
    expect((await accept(world, bob.token)).status).toBe(200);
  });
});
