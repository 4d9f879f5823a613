import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeLinkToken, encodeLinkToken } from "../../../src/links/link-token.js";
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
} from "../api-calls.js";
import { failingAtCommit } from "../failing-transaction.js";
import { createTestService, ORIGIN, PASSWORD, type TestService } from "../test-service.js";

const READ = "/api/auth/invitation";
const ACCEPT = "/api/auth/accept-invitation";
const DAY_MS = 24 * 60 * 60 * 1000;
const INVALID = {
  status: 422,
  body: { code: "validation_failed", errors: [{ field: "token", code: "invalid_value" }] },
};

describe("an invitation", () => {
  let service: TestService;
  let ada: SignedIn;
  let bob: InvitedMember;
  beforeEach(async () => {
    service = await createTestService();
    ada = await register(service, "Ada");
    bob = await invite(service, ada, "Bob");
    service.hasher.hashed.length = 0;
  });
  afterEach(() => service.close());

  const read = (token: string) => service.call("POST", READ, { body: { token } });

  it("can be read any number of times before it is accepted", async () => {
    for (let time = 0; time < 2; time += 1) {
      const answer = await read(bob.token);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        account: { name: "Ada's account" },
        name: "Bob",
        email: "bob@example.test",
      });
    }
    expect((await accept(service, bob.token)).status).toBe(200);
  });

  it("creates a user with the chosen password, and signs in", async () => {
    const answer = await accept(service, bob.token, "a password of Bob's");
    expect(answer.status).toBe(200);
    expect(answer.body.user).toEqual({
      id: bob.id,
      name: "Bob",
      email: "bob@example.test",
      role: "member",
      account: { id: ada.accountId, name: "Ada's account" },
    });
    expect(answer.cookie).toMatch(/^cft1\./);
    expect((await login(service, "Bob@example.test", "a password of Bob's")).status).toBe(200);
  });

  it("writes one event that names the new session", async () => {
    service.clock.stall(1);
    const { sessionId } = signedIn(await accept(service, bob.token));
    const trail = await service.trail(ada.accountId);
    expect(trail).toHaveLength(3);
    expect(trail[0]).toEqual({
      type: "member.joined",
      actorId: bob.id,
      sessionId,
      ip: "192.0.2.1",
      details: { role: "member" },
    });
  });

  it("can be accepted only once", async () => {
    expect((await accept(service, bob.token)).status).toBe(200);
    expect(await accept(service, bob.token)).toMatchObject(INVALID);
    expect(await read(bob.token)).toMatchObject(INVALID);
  });

  it("can be accepted by only one of two concurrent requests", async () => {
    const answers = await Promise.all([
      accept(service, bob.token, "the password of one"),
      accept(service, bob.token, "the password of another"),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422]);
    expect(answers.find((answer) => answer.status === 422)).toMatchObject(INVALID);
    expect(await service.rowCounts()).toMatchObject({
      credentials: 2,
      email_directory: 2,
      curfew_sessions: 2,
    });
    const won = answers[0]?.status === 200 ? "the password of one" : "the password of another";
    expect((await login(service, bob.email, won)).status).toBe(200);
  });

  it("expires exactly seven days after it was made", async () => {
    service.clock.stall(7 * DAY_MS - 1);
    expect((await read(bob.token)).status).toBe(200);
    service.clock.stall(1);
    expect(await read(bob.token)).toMatchObject(INVALID);
    expect(await accept(service, bob.token)).toMatchObject(INVALID);
    expect(service.hasher.hashed).toEqual([]);
  });

  it("can expire while the password is being hashed", async () => {
    service.clock.stall(7 * DAY_MS - 1);
    service.hasher.beforeHash = async () => service.clock.stall(1);
    expect(await accept(service, bob.token)).toMatchObject(INVALID);
    expect(await service.rowCounts()).toMatchObject({ credentials: 1, curfew_users: 1, invitations: 1 });
  });

  it("stops working when it is replaced, even while the password is being hashed", async () => {
    service.hasher.beforeHash = async () => {
      service.hasher.beforeHash = async () => undefined;
      await invite(service, ada, "Bob");
    };
    expect(await accept(service, bob.token)).toMatchObject(INVALID);
    expect(await service.rowCounts()).toMatchObject({ credentials: 1, curfew_users: 1, invitations: 1 });
  });

  it("grants the role that was set while the password was being hashed", async () => {
    service.hasher.beforeHash = async () => {
      const path = `/api/accounts/me/members/${bob.id}`;
      await service.call("PATCH", path, { token: ada.token, body: { role: "owner" } });
    };
    expect((await accept(service, bob.token)).body.user).toMatchObject({ role: "owner" });
    expect(service.hasher.hashed).toEqual([PASSWORD]);
  });

  it("is refused with email_taken if a user has the e-mail by now, and stays open", async () => {
    await service.call("POST", "/api/auth/register", { body: registration("Bob") });
    expect(await accept(service, bob.token)).toMatchObject({ status: 409, body: { code: "email_taken" } });
    expect(await service.rowCounts()).toMatchObject({ invitations: 1, credentials: 2, curfew_users: 2 });
  });

  it("is refused if the token's secret, account or user does not match", async () => {
    const eve = await register(service, "Eve");
    const parts = decodeLinkToken(bob.token);
    if (parts === null) throw new Error("the link holds no token");
    const other = Buffer.from(parts.secret);
    other[0] = (other[0] ?? 0) ^ 1;
    const carl = await invite(service, ada, "Carl");
    for (const token of [
      "",
      "nonsense",
      `${bob.token}=`,
      encodeLinkToken({ ...parts, secret: other }),
      encodeLinkToken({ ...parts, accountId: eve.accountId }),
      encodeLinkToken({ ...parts, userId: carl.id }),
      encodeLinkToken({ ...parts, userId: ada.userId }),
    ]) {
      expect(await read(token)).toMatchObject(INVALID);
      expect(await accept(service, token)).toMatchObject(INVALID);
    }
    expect((await accept(service, bob.token)).status).toBe(200);
  });

  it("is stored as a hash only", async () => {
    const secret = decodeLinkToken(bob.token)?.secret ?? Buffer.alloc(0);
    const rows = JSON.stringify(await service.query("SELECT * FROM invitations"));
    expect(rows).toContain("bob@example.test");
    for (const encoding of ["base64url", "base64", "hex"] as const)
      expect(rows).not.toContain(secret.toString(encoding));
    expect(rows).not.toContain(bob.token);
  });

  it("is refused together with a common password, with both faults in one answer", async () => {
    expect(await accept(service, "nonsense", "iloveyou")).toMatchObject({
      status: 422,
      body: {
        errors: [
          { field: "token", code: "invalid_value" },
          { field: "password", code: "weak_password" },
        ],
      },
    });
    expect(await accept(service, bob.token, "iloveyou")).toMatchObject({
      status: 422,
      body: { errors: [{ field: "password", code: "weak_password" }] },
    });
    expect((await accept(service, bob.token)).status).toBe(200);
  });

  it("binds the session to the key of a DPoP proof, and is not used up by an invalid proof", async () => {
    const key = new DpopKey();
    const payload = { iat: Math.floor(service.clock.now() / 1000) };
    const body = { token: bob.token, password: PASSWORD, transport: "body" };
    expect(await service.call("POST", ACCEPT, { body, dpop: "no proof" })).toMatchObject({
      status: 401,
      body: { code: "invalid_proof" },
    });
    const dpop = key.proof({ method: "POST", url: `${ORIGIN}${ACCEPT}`, payload });
    const answer = await service.call("POST", ACCEPT, { body, dpop });
    expect(answer).toMatchObject({ status: 200, cookie: null });
    expect(answer.body.refresh_token).toMatch(/^cft1\./);
    const { session } = await service.curfew.sessions.get(ada.accountId, answer.body.session.id);
    expect(session.keyThumbprint).toBe(key.thumbprint());
  });

  it("ends the browser's previous session as signed_out", async () => {
    const body = { token: bob.token, password: PASSWORD };
    expect((await service.call("POST", ACCEPT, { body, cookie: ada.cookie })).status).toBe(200);
    expect(await refresh(service, ada.cookie)).toMatchObject({
      status: 401,
      body: { code: "session_revoked", reason: "signed_out" },
    });
  });

  it("is not used up if the transaction fails", async () => {
    const before = await service.rowCounts();
    const call = service.callWith(failingAtCommit(service.context));
    const body = { token: bob.token, password: PASSWORD };
    expect((await call("POST", ACCEPT, { body })).status).toBe(500);
    expect(await service.rowCounts()).toEqual(before);
    expect((await accept(service, bob.token)).status).toBe(200);
  });
});
