import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeLinkToken, encodeLinkToken } from "../../../src/links/link-token.js";
import { DpopKey } from "../../harness/dpop-key.js";
import {
  invite,
  join,
  login,
  makePasswordLink,
  passwordLinkCall,
  refresh,
  register,
  reset,
  type SignedIn,
  signedIn,
} from "../api-calls.js";
import { failingAtCommit } from "../failing-transaction.js";
import { createTestService, ORIGIN, PASSWORD, type TestService } from "../test-service.js";

const READ = "/api/auth/password-link";
const RESET = "/api/auth/reset-password";
const NEXT = "another one of no list";
const INVALID = {
  status: 422,
  body: { code: "validation_failed", errors: [{ field: "token", code: "invalid_value" }] },
};

describe("a link to a new password", () => {
  let service: TestService;
  let ada: SignedIn;
  let bob: SignedIn;
  let token: string;
  beforeEach(async () => {
    service = await createTestService();
    ada = await register(service, "Ada");
    bob = await join(service, ada, "Bob");
    token = await makePasswordLink(service, ada, bob.userId);
    service.hasher.hashed.length = 0;
  });
  afterEach(() => service.close());

  const read = (text: string) => service.call("POST", READ, { body: { token: text } });

  it("is made by owners, with an end in 24 hours, on the page /reset", async () => {
    const answer = await passwordLinkCall(service, ada, bob.userId);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      url: expect.stringMatching(/^http:\/\/localhost:4000\/reset#[\w-]{86}$/),
      expires_at: new Date(service.clock.now() + 24 * 60 * 60 * 1000).toISOString(),
    });
    expect(await passwordLinkCall(service, bob, bob.userId)).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
  });

  it("is not made for somebody of another account, for an invited member, or for nobody", async () => {
    const eve = await register(service, "Eve");
    const carl = await invite(service, ada, "Carl");
    for (const id of [eve.userId, carl.id, ada.accountId, "no-uuid"])
      expect(await passwordLinkCall(service, ada, id)).toMatchObject({
        status: 404,
        body: { code: "not_found" },
      });
  });

  it("is not made for a disabled person", async () => {
    const path = `/api/accounts/me/members/${bob.userId}`;
    await service.call("PATCH", path, { token: ada.token, body: { disabled: true } });
    expect(await passwordLinkCall(service, ada, bob.userId)).toMatchObject({
      status: 422,
      body: { errors: [{ field: "id", code: "invalid_value" }] },
    });
  });

  it("needs a recent sign-in, once it is known that the person is there", async () => {
    service.clock.stall(16 * 60 * 1000);
    const { body } = await refresh(service, ada.cookie);
    const later = { ...ada, token: body.access_token };
    expect(await passwordLinkCall(service, later, bob.userId)).toMatchObject({
      status: 403,
      body: { code: "reauthentication_required" },
    });
    expect((await passwordLinkCall(service, later, ada.accountId)).status).toBe(404);
    const again = signedIn(await login(service, ada.email));
    expect((await passwordLinkCall(service, again, bob.userId)).status).toBe(201);
  });

  it("is recorded, and so is the password that was chosen by it, with the new session", async () => {
    service.clock.stall(1);
    await passwordLinkCall(service, ada, bob.userId);
    const made = (await service.trail(ada.accountId))[0];
    expect(made).toEqual({
      type: "password.link_made",
      actorId: ada.userId,
      sessionId: ada.sessionId,
      ip: "192.0.2.1",
      details: { user_id: bob.userId },
    });
    service.clock.stall(1);
    const link = await makePasswordLink(service, ada, bob.userId);
    service.clock.stall(1);
    const { sessionId } = signedIn(await reset(service, link, NEXT));
    expect((await service.trail(ada.accountId))[0]).toEqual({
      type: "password.changed",
      actorId: bob.userId,
      sessionId,
      ip: "192.0.2.1",
      details: { by_link: true },
    });
  });

  it("is refused if the token's secret, account or user does not match, and an invitation's token is none", async () => {
    const eve = await register(service, "Eve");
    const carl = await invite(service, ada, "Carl");
    service.hasher.hashed.length = 0;
    const parts = decodeLinkToken(token);
    if (parts === null) throw new Error("the link holds no token");
    const other = Buffer.from(parts.secret);
    other[0] = (other[0] ?? 0) ^ 1;
    for (const wrong of [
      "",
      "nonsense",
      `${token}=`,
      encodeLinkToken({ ...parts, secret: other }),
      encodeLinkToken({ ...parts, accountId: eve.accountId }),
      encodeLinkToken({ ...parts, userId: ada.userId }),
      carl.token,
    ]) {
      expect(await read(wrong)).toMatchObject(INVALID);
      expect(await reset(service, wrong, NEXT)).toMatchObject(INVALID);
    }
    expect((await service.call("POST", "/api/auth/invitation", { body: { token } })).status).toBe(422);
    expect(service.hasher.hashed).toEqual([]);
    expect((await reset(service, token, NEXT)).status).toBe(200);
  });

  it("is stored as a hash only", async () => {
    const secret = decodeLinkToken(token)?.secret ?? Buffer.alloc(0);
    const rows = JSON.stringify(await service.query("SELECT * FROM password_links"));
    expect(rows).toContain(bob.userId);
    for (const encoding of ["base64url", "base64", "hex"] as const)
      expect(rows).not.toContain(secret.toString(encoding));
  });

  it("is refused together with a common password, with both faults in one answer, and is not used up by one", async () => {
    expect(await reset(service, "nonsense", "iloveyou")).toMatchObject({
      status: 422,
      body: {
        errors: [
          { field: "token", code: "invalid_value" },
          { field: "password", code: "weak_password" },
        ],
      },
    });
    expect(await reset(service, token, "iloveyou")).toMatchObject({
      status: 422,
      body: { errors: [{ field: "password", code: "weak_password" }] },
    });
    expect((await reset(service, token, NEXT)).status).toBe(200);
  });

  it("binds the session to the key of a DPoP proof, and is not used up by an invalid proof", async () => {
    const key = new DpopKey();
    const payload = { iat: Math.floor(service.clock.now() / 1000) };
    const body = { token, password: NEXT, transport: "body" };
    expect(await service.call("POST", RESET, { body, dpop: "no proof" })).toMatchObject({
      status: 401,
      body: { code: "invalid_proof" },
    });
    const dpop = key.proof({ method: "POST", url: `${ORIGIN}${RESET}`, payload });
    const answer = await service.call("POST", RESET, { body, dpop });
    expect(answer).toMatchObject({ status: 200, cookie: null });
    expect(answer.body.refresh_token).toMatch(/^cft1\./);
    const { session } = await service.curfew.sessions.get(ada.accountId, answer.body.session.id);
    expect(session.keyThumbprint).toBe(key.thumbprint());
  });

  it("ends the browser's previous session, of somebody else, as signed_out", async () => {
    expect((await reset(service, token, NEXT, { cookie: ada.cookie })).status).toBe(200);
    expect(await refresh(service, ada.cookie)).toMatchObject({
      status: 401,
      body: { code: "session_revoked", reason: "signed_out" },
    });
  });

  it("is not used up, and takes no failures away, if the transaction fails", async () => {
    const call = service.callWith(failingAtCommit(service.context));
    expect((await call("POST", RESET, { body: { token, password: NEXT } })).status).toBe(500);
    expect((await login(service, bob.email)).status).toBe(200);
    expect((await reset(service, token, NEXT)).status).toBe(200);
  });

  it("counts wrong tokens with those of invitations: thirty within an hour, and then 429 before the body is read", async () => {
    const ip = "192.0.2.9";
    const wrong = () => randomBytes(64).toString("base64url");
    for (let count = 0; count < 10; count += 1) {
      expect((await service.call("POST", READ, { ip, body: { token: wrong() } })).status).toBe(422);
      expect((await reset(service, wrong(), NEXT, { ip })).status).toBe(422);
      const invitation = { ip, body: { token: wrong() } };
      expect((await service.call("POST", "/api/auth/invitation", invitation)).status).toBe(422);
    }
    for (const path of [READ, RESET, "/api/auth/invitation"])
      expect(await service.call("POST", path, { ip, body: { nonsense: true } })).toMatchObject({
        status: 429,
        body: { code: "rate_limited" },
      });
    expect((await reset(service, token, NEXT, { ip })).status).toBe(429);
    expect((await reset(service, token, NEXT)).status).toBe(200);
    expect((await login(service, bob.email, PASSWORD)).status).toBe(401);
  });
});
