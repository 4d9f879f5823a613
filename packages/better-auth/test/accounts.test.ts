import { expect, test } from "vitest";
import { MINUTE, NOBODY, openAuth } from "./support/auth.js";

const sessionsOf = async (engine: Awaited<ReturnType<typeof openAuth>>["engine"], accountId: string) =>
  (await engine.sessions.list({ accountId, limit: 10, after: null })).items;

test("governs a session in its active organization, from when better-auth issued it", async () => {
  const { register, engine, findSession } = await openAuth();
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  await ada.get("/get-session");
  const [item] = await sessionsOf(engine, acme);
  const stored = await findSession(ada.token());
  expect(item).toMatchObject({
    user: { id: ada.user.id, name: "ada", email: "ada@acme.example" },
    session: { startedAt: stored?.session.createdAt.getTime() },
  });
});

test("leaves a session without an active organization to better-auth", async () => {
  const { register, clock, engine } = await openAuth();
  const ada = await register("ada");
  await ada.get("/get-session");
  await clock.advance(61 * MINUTE);
  expect((await ada.get("/list-sessions")).status).toBe(200);
  expect(await sessionsOf(engine, ada.user.id)).toEqual([]);
  expect((await ada.get("/curfew/auth/session")).status).toBe(401);
});

test("governs it in the person's own account with personalAccounts, as its owner", async () => {
  const { register, clock, engine } = await openAuth({ plugin: { personalAccounts: true } });
  const ada = await register("ada");
  await ada.get("/get-session");
  expect(await engine.users.get(ada.user.id, ada.user.id)).toMatchObject({ role: "owner" });
  expect((await ada.get("/curfew/auth/session")).body).toMatchObject({ user: { account: { name: "ada" } } });
  await clock.advance(61 * MINUTE);
  expect(await ada.get("/list-sessions")).toMatchObject({ status: 401, body: { reason: "idle" } });
});

test("keeps nobody out who has got a NUL into their name", async () => {
  const { register, engine } = await openAuth();
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  await ada.get("/get-session");
  expect(await ada.post("/update-user", { name: "A\0da" })).toMatchObject({ status: 200 });
  expect((await ada.get("/get-session")).body).toMatchObject({ user: { name: "A\0da" } });
  expect(await engine.users.get(acme, ada.user.id)).toMatchObject({ name: "A\ufffdda" });
});

test("takes account and role from the host where it says them", async () => {
  const asked: string[] = [];
  const { register, engine } = await openAuth({
    plugin: {
      account: ({ user, session, token }, request) => {
        asked.push(`${session.token === token} ${new URL(request.url).pathname}`);
        return user.email.endsWith("@acme.example") ? "acme" : null;
      },
      role: (_session, _request, accountId) => (accountId === "acme" ? "owner" : "member"),
    },
  });
  const ada = await register("ada");
  await ada.get("/get-session");
  expect(await engine.users.get("acme", ada.user.id)).toMatchObject({ role: "owner" });
  expect(asked).toEqual(["true /api/auth/sign-up/email", "true /api/auth/get-session"]);
  await engine.revoke.account("acme", { actor: NOBODY });
  expect((await ada.get("/get-session")).body).toBeNull();
});

test.each([
  ["owner", "owner"],
  ["admin", "owner"],
  ["member", "member"],
] as const)(
  "takes the organization's %s for the account's %s, who gets the policy page or not",
  async (role, expected) => {
    const { register, addMember } = await openAuth();
    const ada = await register("ada");
    const acme = await ada.createOrganization("acme");
    const ben = await register("ben");
    await addMember(acme, ben, role);
    await ben.setActive(acme);
    const { body } = await ben.get("/curfew/auth/session");
    expect(body).toMatchObject({ user: { role: expected, account: { id: acme, name: "acme" } } });
    const page = await ben.get("/curfew/accounts/me/security");
    expect(page.status).toBe(expected === "owner" ? 200 : 403);
  },
);

test("goes by another role from the next request on", async () => {
  const { register, addMember } = await openAuth();
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  const ben = await register("ben");
  const { id: memberId } = await addMember(acme, ben);
  await ben.setActive(acme);
  expect((await ben.get("/curfew/accounts/me/security")).status).toBe(403);
  const body = { memberId, role: "admin", organizationId: acme };
  expect((await ada.post("/organization/update-member-role", body)).status).toBe(200);
  expect((await ben.get("/curfew/accounts/me/security")).status).toBe(200);
});

test("judges a session by the next organization's policy, from the same start, and finds the one of before", async () => {
  const { register, engine, clock } = await openAuth();
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  const globex = await ada.createOrganization("globex");
  const changes = { actor: NOBODY, authenticatedAt: clock.now() };
  await engine.policy.update(globex, { idleMinutes: 10, absoluteMinutes: 60 }, changes);
  await ada.setActive(acme);
  await ada.get("/get-session");
  const [before] = await sessionsOf(engine, acme);
  await ada.setActive(globex);
  const [other] = await sessionsOf(engine, globex);
  expect(other?.session.startedAt).toBe(before?.session.startedAt);
  expect((other?.session.absoluteExpiresAt ?? 0) - (other?.session.startedAt ?? 0)).toBe(60 * MINUTE);
  await ada.setActive(acme);
  await ada.get("/get-session");
  expect(await sessionsOf(engine, acme)).toMatchObject([{ session: { id: before?.session.id } }]);
  await clock.advance(11 * MINUTE);
  expect((await ada.get("/organization/list")).status).toBe(200);
  expect(await ada.setActive(globex)).toMatchObject({ status: 401, body: { reason: "idle" } });
});

test("signs a person out after ten minutes without use, though better-auth refreshes once a day", async () => {
  const { register, engine, clock } = await openAuth({ plugin: { activity: "requests" } });
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  await engine.policy.update(acme, { idleMinutes: 10 }, { actor: NOBODY, authenticatedAt: clock.now() });
  for (let minute = 0; minute < 20; minute += 5) {
    expect((await ada.get("/organization/list")).status).toBe(200);
    await clock.advance(5 * MINUTE);
  }
  await clock.advance(6 * MINUTE);
  expect(await ada.get("/organization/list")).toMatchObject({ status: 401, body: { reason: "idle" } });
});

test.each(["reported", "requests"] as const)("counts use as %s says", async (activity) => {
  const { register, clock } = await openAuth({ plugin: { activity } });
  const ada = await register("ada");
  await ada.createOrganization("acme");
  const idle = async (): Promise<number> => {
    const { body } = await ada.get("/curfew/auth/session");
    return (body as { session: { idle_expires_in_ms: number } }).session.idle_expires_in_ms;
  };
  await idle();
  await clock.advance(10 * MINUTE);
  await ada.get("/organization/list", { "X-Curfew-Background": "1" });
  await clock.advance(0);
  expect(await idle()).toBeLessThanOrEqual(50 * MINUTE);
  await ada.get("/organization/list");
  await clock.advance(0);
  expect((await idle()) > 59 * MINUTE).toBe(activity === "requests");
  await ada.post("/curfew/auth/refresh", { idle_for_seconds: 0 });
  expect(await idle()).toBeGreaterThan(59 * MINUTE);
});

test("goes by the role of the moment in every session, whatever another one was told meanwhile", async () => {
  const { register, addMember, signInAgain } = await openAuth();
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  const ben = await register("ben");
  const { id: memberId } = await addMember(acme, ben);
  const again = await signInAgain("ben");
  for (const session of [ben, again]) await session.setActive(acme);
  const setRole = (role: string) =>
    ada.post("/organization/update-member-role", { memberId, role, organizationId: acme });
  const statusOf = async (session: typeof ben) => (await session.get("/curfew/accounts/me/security")).status;
  expect(await statusOf(ben)).toBe(403);
  await setRole("admin");
  expect(await statusOf(again)).toBe(200);
  await setRole("member");
  expect(await statusOf(ben)).toBe(403);
  expect((await ben.post("/curfew/accounts/me/security/revoke-sessions")).status).toBe(403);
  expect(await statusOf(again)).toBe(403);
});
