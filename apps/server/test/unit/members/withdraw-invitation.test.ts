import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accept, type InvitedMember, invite, login, refresh, register, type SignedIn } from "../api-calls.js";
import { createTestService, type TestService } from "../test-service.js";

const MEMBERS = "/api/accounts/me/members";
const NOT_FOUND = { status: 404, body: { code: "not_found" } };
const INVALID = {
  status: 422,
  body: { code: "validation_failed", errors: [{ field: "token", code: "invalid_value" }] },
};

describe("withdrawing an invitation", () => {
  let service: TestService;
  let ada: SignedIn;
  let bob: InvitedMember;
  beforeEach(async () => {
    service = await createTestService();
    ada = await register(service, "Ada");
    bob = await invite(service, ada, "Bob");
  });
  afterEach(() => service.close());

  const withdraw = (id = bob.id, user = ada) =>
    service.call("DELETE", `${MEMBERS}/${id}`, { token: user.token });

  it("ends the link, and takes the invited member off the list", async () => {
    expect(await withdraw()).toMatchObject({ status: 204, body: null });
    expect(await service.call("POST", "/api/auth/invitation", { body: { token: bob.token } })).toMatchObject(
      INVALID,
    );
    expect(await accept(service, bob.token)).toMatchObject(INVALID);
    const { body } = await service.call("GET", MEMBERS, { token: ada.token });
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(["Ada"]);
    expect((await service.rowCounts()).invitations).toBe(0);
  });

  it("is recorded", async () => {
    service.clock.stall(1);
    await withdraw();
    expect((await service.trail(ada.accountId))[0]).toEqual({
      type: "member.invitation_withdrawn",
      actorId: ada.userId,
      sessionId: ada.sessionId,
      ip: "192.0.2.1",
      details: { user_id: bob.id, role: "member" },
    });
  });

  it("lets the e-mail be invited again, as another member", async () => {
    await withdraw();
    const again = await invite(service, ada, "Bob");
    expect(again.id).not.toBe(bob.id);
    expect((await accept(service, again.token)).status).toBe(200);
  });

  it("works for one that is too old, without a recent sign-in", async () => {
    service.clock.stall(8 * 24 * 60 * 60 * 1000);
    const signedIn = await login(service, ada.email);
    service.clock.stall(16 * 60 * 1000);
    const { body } = await refresh(service, signedIn.cookie ?? "");
    expect((await withdraw(bob.id, { ...ada, token: body.access_token })).status).toBe(204);
  });

  it("lets nobody in who is choosing a password meanwhile", async () => {
    service.hasher.beforeHash = async () => void (await withdraw());
    expect(await accept(service, bob.token)).toMatchObject(INVALID);
    expect(await service.rowCounts()).toMatchObject({ credentials: 1, curfew_users: 1, invitations: 0 });
  });

  it("happens once, and finds none that does not exist or that is another account's", async () => {
    const eve = await register(service, "Eve");
    expect(await withdraw(bob.id, eve)).toMatchObject(NOT_FOUND);
    expect(await withdraw(ada.accountId)).toMatchObject(NOT_FOUND);
    const answers = await Promise.all([withdraw(), withdraw()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
    const trail = await service.trail(ada.accountId);
    expect(trail.filter(({ type }) => type === "member.invitation_withdrawn")).toHaveLength(1);
  });

  it("is for owners", async () => {
    const answer = await accept(service, bob.token);
    const carl = await invite(service, ada, "Carl");
    const call = { token: answer.body.access_token };
    expect(await service.call("DELETE", `${MEMBERS}/${carl.id}`, call)).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
  });
});
