import { betterAuth } from "better-auth";
import { createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { admin, multiSession, oneTimeToken, organization } from "better-auth/plugins";
import { describe, expect, test } from "vitest";
import { curfew } from "../src/index.js";
import { type Browser, NOBODY, openAuth, openEngine, PUBLIC_URL, type TestOptions } from "./support/auth.js";

const REVOKED = { code: "session_revoked", reason: "revoked_by_owner" };
const REFUSED = { status: 401, body: REVOKED };

/** A person who is in two organizations, the second one active, and whom the first one has signed out. */
async function openClosed(options: TestOptions = {}) {
  const auth = await openAuth(options);
  const ada = await auth.register("ada");
  const acme = await ada.createOrganization("acme");
  await ada.get("/get-session");
  const globex = await ada.createOrganization("globex");
  await ada.get("/get-session");
  const close = () => auth.engine.revoke.account(acme, { actor: NOBODY });
  return { ...auth, auth, ada, acme, globex, close };
}

const activeOf = async (browser: Browser): Promise<unknown> =>
  ((await browser.get("/get-session")).body as { session: { activeOrganizationId?: unknown } } | null)
    ?.session.activeOrganizationId;

describe("set-active", () => {
  test.each([
    ["the query names another organization", (globex: string) => [`?organizationId=${globex}`, {}] as const],
    ["data names another", (globex: string) => ["", { data: { organizationId: globex } }] as const],
    ["the slug of another stands beside the id", () => ["", { organizationSlug: "globex" }] as const],
    ["it names none", () => ["", {}] as const],
  ])("does not go to a closed organization where %s", async (_, callOf) => {
    const { ada, acme, globex, close } = await openClosed();
    await ada.setActive(acme);
    await close();
    const [query, body] = callOf(globex);
    const id = "organizationSlug" in body ? { organizationId: acme } : {};
    expect(await ada.post(`/organization/set-active${query}`, { ...body, ...id })).toMatchObject(REFUSED);
    expect((await ada.setActive(globex)).status).toBe(200);
    expect(await activeOf(ada)).toBe(globex);
  });

  test("goes to none from a closed organization", async () => {
    const { ada, acme, close } = await openClosed();
    await ada.setActive(acme);
    await close();
    expect((await ada.setActive(null)).status).toBe(200);
    expect(await activeOf(ada)).toBeNull();
  });

  test.each([
    ["none", () => null],
    ["one that the person is not in", (foreign: string) => foreign],
  ])(
    "does not go from a closed organization to %s where no account governs the session live",
    async (_, to) => {
      const { register, engine, findSession } = await openAuth();
      const foreign = await (await register("eve")).createOrganization("globex");
      const ada = await register("ada");
      const acme = await ada.createOrganization("acme");
      await ada.get("/get-session");
      const token = ada.token();
      await engine.revoke.account(acme, { actor: NOBODY });
      expect(await ada.setActive(to(foreign))).toMatchObject(REFUSED);
      expect(await findSession(token)).toBeNull();
      expect((await ada.get("/get-session")).body).toBeNull();
    },
  );

  test("goes from a closed organization to a personal account that nobody has seen yet", async () => {
    const { register, engine } = await openAuth({ plugin: { personalAccounts: true } });
    const ada = await register("ada");
    const acme = await ada.createOrganization("acme");
    await ada.get("/get-session");
    await engine.revoke.account(acme, { actor: NOBODY });
    expect((await ada.setActive(null)).status).toBe(200);
    expect(await activeOf(ada)).toBeNull();
  });

  test("goes to another one by its slug", async () => {
    const { ada, acme, globex, close } = await openClosed();
    await ada.setActive(acme);
    await close();
    expect((await ada.post("/organization/set-active", { organizationSlug: "globex" })).status).toBe(200);
    expect(await activeOf(ada)).toBe(globex);
    const slug = { organizationSlug: "acme" };
    expect(await ada.post("/organization/set-active", slug)).toMatchObject(REFUSED);
    expect(await activeOf(ada)).toBe(globex);
  });
});

describe("a closed organization is not reached", () => {
  test("by its id or slug in the query or the body", async () => {
    const { ada, acme, close } = await openClosed();
    await close();
    for (const path of [
      `/organization/list-members?organizationId=${acme}`,
      "/organization/list-members?organizationSlug=acme",
      "/organization/get-full-organization?organizationSlug=acme",
    ])
      expect(await ada.get(path)).toMatchObject(REFUSED);
    for (const [path, body] of [
      ["invite-member", { organizationId: acme, email: "eve@acme.example", role: "owner" }],
      ["update", { organizationId: acme, data: { name: "Mine" } }],
      ["has-permission", { organizationId: acme, permissions: { member: ["delete"] } }],
      ["leave", { organizationId: acme }],
      ["delete", { organizationId: acme }],
    ] as const)
      expect(await ada.post(`/organization/${path}`, body)).toMatchObject(REFUSED);
    expect((await ada.get("/organization/list")).status).toBe(200);
  });

  test("by the id of a team, or by the active team that was chosen before", async () => {
    const { ada, acme, globex, close } = await openClosed({ organization: { teams: { enabled: true } } });
    await ada.setActive(acme);
    const created = await ada.post("/organization/create-team", { name: "Legal" });
    const { id: teamId } = created.body as { id: string };
    await ada.post("/organization/add-team-member", { teamId, userId: ada.user.id });
    expect((await ada.post("/organization/set-active-team", { teamId })).status).toBe(200);
    await ada.setActive(globex);
    const members = "/organization/list-team-members";
    expect((await ada.get(`${members}?teamId=${teamId}`)).status).toBe(200);
    expect((await ada.get(members)).status).toBe(200);
    await close();
    expect(await ada.get(`${members}?teamId=${teamId}`)).toMatchObject(REFUSED);
    expect(await ada.get(members)).toMatchObject(REFUSED);
    const teams = (await ada.get("/organization/list-user-teams")).body as { organizationId: string }[];
    expect(new Set(teams.map(({ organizationId }) => organizationId))).toEqual(new Set([globex]));
  });

  test("by the id of an invitation", async () => {
    const { ada, acme, close } = await openClosed();
    const body = { organizationId: acme, email: "ben@acme.example", role: "member" };
    const { id: invitationId } = (await ada.post("/organization/invite-member", body)).body as { id: string };
    await close();
    expect(await ada.post("/organization/cancel-invitation", { invitationId })).toMatchObject(REFUSED);
  });
});

test("an id that can't be an organization's is better-auth's to refuse", async () => {
  const { ada } = await openClosed();
  for (const id of [".", "x".repeat(300)])
    expect((await ada.get(`/organization/list-members?organizationId=${id}`)).status).toBe(403);
});

describe("a hook of the host's does not bring back a session that is over", () => {
  test.each(["memory", "cookie cache", "secondary storage"] as const)(
    "where it reads the session before the endpoint (%s)",
    async (kind) => {
      const before = createAuthMiddleware(async (ctx) => void (await getSessionFromCtx(ctx)));
      const { ada, acme, auth, close } = await openClosed({ kind, auth: { hooks: { before } } });
      await ada.setActive(acme);
      expect((await ada.get("/organization/get-full-organization")).status).toBe(200);
      await close();
      expect(await ada.get("/organization/get-full-organization")).toMatchObject(REFUSED);
      expect(await auth.auth.api.getSession({ headers: ada.headers() })).toBeNull();
    },
  );

  test("where it puts the session in place, or makes its cookie of another header", async () => {
    for (const isCookie of [true, false]) {
      const before = createAuthMiddleware(async (ctx) => {
        const given = ctx.headers?.get("x-app-session");
        if (!given) return;
        if (isCookie) return { context: { headers: new Headers({ cookie: given }) } };
        const token = decodeURIComponent(given.split("session_token=")[1] ?? "").split(".")[0] ?? "";
        const session = await ctx.context.internalAdapter.findSession(token);
        return { context: { context: { session } } };
      });
      // Better-auth copies its options for the plugin.
      const { ada, acme, close, browser } = await openClosed({
        plugins: [admin()],
        auth: { hooks: { before } },
      });
      await ada.setActive(acme);
      const app = { "x-app-session": ada.headers().get("cookie") ?? "" };
      expect((await browser().get("/organization/get-full-organization", app)).status).toBe(200);
      await close();
      for (const visitor of [browser(), ada]) {
        expect(await visitor.get("/organization/get-full-organization", app)).toMatchObject(REFUSED);
        expect((await visitor.get("/get-session", app)).body).toBeNull();
      }
    }
  });

  test("and what it invents of an API key is governed nowhere", async () => {
    const before = createAuthMiddleware(async (ctx) => {
      const key = ctx.headers?.get("x-api-key");
      if (!key) return;
      const [user] = await ctx.context.internalAdapter.listUsers();
      const now = new Date();
      const session = {
        id: key,
        token: key,
        userId: user?.id,
        createdAt: now,
        updatedAt: now,
        expiresAt: now,
      };
      return { context: { context: { session: { user, session } } } };
    });
    const { auth, engine, register } = await openAuth({
      plugin: { personalAccounts: true },
      auth: { hooks: { before } },
    });
    const ada = await register("ada");
    const headers = new Headers({ "x-api-key": "key-1" });
    expect(await auth.api.listOrganizations({ headers })).toEqual([]);
    const check = engine.governed.check({ accountId: ada.user.id, hostSessionId: "key-1" });
    await expect(check).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("no other plugin opens a session that is over", () => {
  test("multi-session neither switches to it nor lists it", async () => {
    const { ada, acme, close, auth } = await openClosed({ plugins: [multiSession()] });
    await ada.setActive(acme);
    const sessionToken = ada.token();
    const body = { name: "ben", email: "ben@acme.example", password: "correct horse battery" };
    expect((await ada.post("/sign-up/email", body)).status).toBe(200);
    const list = async () => (await ada.get("/multi-session/list-device-sessions")).body as unknown[];
    expect(await list()).toHaveLength(2);
    await close();
    expect(await list()).toHaveLength(1);
    expect(await ada.post("/multi-session/set-active", { sessionToken })).toMatchObject(REFUSED);
    expect(await auth.auth.api.getSession({ headers: ada.headers() })).toBeNull();
  });

  test("a one-time token of it opens nothing", async () => {
    const { ada, acme, close, browser } = await openClosed({ plugins: [oneTimeToken()] });
    await ada.setActive(acme);
    const { token } = (await ada.get("/one-time-token/generate")).body as { token: string };
    await close();
    const phone = browser();
    expect(await phone.post("/one-time-token/verify", { token })).toMatchObject(REFUSED);
    expect((await phone.get("/get-session")).body).toBeNull();
  });

  test("the end of an impersonation does not lead back to it", async () => {
    const { ada, acme, close, register, adapter } = await openClosed({ plugins: [admin()] });
    await ada.setActive(acme);
    const ben = await register("ben");
    const where = [{ field: "id", value: ada.user.id }];
    await adapter.update({ model: "user", where, update: { role: "admin" } });
    expect((await ada.post("/admin/impersonate-user", { userId: ben.user.id })).status).toBe(200);
    await close();
    expect(await ada.post("/admin/stop-impersonating")).toMatchObject(REFUSED);
    expect((await ada.get("/get-session")).body).toBeNull();
  });

  test("an impersonation is a session of the impersonated person, governed as theirs", async () => {
    const { ada, acme, register, addMember, adapter, engine } = await openClosed({ plugins: [admin()] });
    const ben = await register("ben");
    await addMember(acme, ben);
    const where = [{ field: "id", value: ada.user.id }];
    await adapter.update({ model: "user", where, update: { role: "admin" } });
    await ada.post("/admin/impersonate-user", { userId: ben.user.id });
    await ada.setActive(acme);
    await engine.revoke.user(acme, ben.user.id, { actor: NOBODY });
    expect(await ada.get("/organization/get-full-organization")).toMatchObject(REFUSED);
  });
});

test("a person whose number is an organization's gets no rights there", async () => {
  const { register, adapter, addMember } = await openAuth();
  const ben = await register("ben");
  await adapter.create({
    model: "organization",
    data: { id: ben.user.id, name: "acme", slug: "acme", createdAt: new Date() },
    forceAllowId: true,
  });
  const { id } = await addMember(ben.user.id, ben);
  await ben.setActive(ben.user.id);
  expect((await ben.get("/curfew/auth/session")).body).toMatchObject({ user: { role: "member" } });
  expect((await ben.get("/curfew/accounts/me/security")).status).toBe(403);
  await adapter.delete({ model: "member", where: [{ field: "id", value: id }] });
  expect(await ben.get("/organization/list")).toMatchObject(REFUSED);
});

test.each([{ generateId: "serial" as const }, { useNumberId: true }])(
  "personalAccounts is refused where an organization can have a person's id: %o",
  async (database) => {
    const { engine, secret } = await openEngine();
    const options = {
      curfew: engine,
      publicUrl: PUBLIC_URL,
      secrets: [secret],
      activity: "reported",
    } as const;
    const auth = betterAuth({
      baseURL: PUBLIC_URL,
      advanced: { database },
      plugins: [organization(), curfew({ ...options, personalAccounts: true })],
    });
    await expect(auth.$context).rejects.toThrow("personalAccounts needs ids that no organization can have");
  },
);
