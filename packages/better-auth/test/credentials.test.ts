import { betterAuth } from "better-auth";
import { bearer } from "better-auth/plugins";
import { expect, test } from "vitest";
import { curfew } from "../src/index.js";
import { MINUTE, NOBODY, openAuth, openEngine, PUBLIC_URL } from "./support/auth.js";

const REVOKED = { code: "session_revoked", reason: "revoked_by_owner" };

test("a session in a bearer token is governed like one in a cookie", async () => {
  const { register, engine, auth } = await openAuth({ plugins: [bearer()] });
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  await ada.get("/get-session");
  const headers = new Headers({ authorization: `Bearer ${ada.token()}` });
  expect(await auth.api.getSession({ headers })).toMatchObject({ user: { id: ada.user.id } });
  await engine.revoke.account(acme, { actor: NOBODY });
  expect(await auth.api.getSession({ headers })).toBeNull();
  const call = auth.api.listOrganizations({ headers });
  await expect(call).rejects.toMatchObject({ statusCode: 401, body: REVOKED });
});

test("the plugin refuses to stand before bearer, which would bring ended sessions back", async () => {
  const { engine, secret } = await openEngine();
  const auth = betterAuth({
    baseURL: PUBLIC_URL,
    plugins: [
      curfew({ curfew: engine, publicUrl: PUBLIC_URL, secrets: [secret], activity: "reported" }),
      bearer(),
    ],
  });
  await expect(auth.$context).rejects.toThrow("curfew() must come after bearer()");
});

test("works without the organization plugin", async () => {
  const { engine, secret } = await openEngine();
  const auth = betterAuth({
    baseURL: PUBLIC_URL,
    emailAndPassword: { enabled: true },
    plugins: [
      curfew({
        curfew: engine,
        publicUrl: PUBLIC_URL,
        secrets: [secret],
        activity: "reported",
        personalAccounts: true,
      }),
    ],
  });
  const body = { name: "Ada", email: "ada@acme.example", password: "correct horse battery" };
  const { headers, response } = await auth.api.signUpEmail({ body, returnHeaders: true });
  const [cookie = ""] = (headers.getSetCookie()[0] ?? "").split(";");
  const { user } = response;
  expect(await auth.api.getSession({ headers: new Headers({ cookie }) })).toMatchObject({
    user: { id: user.id },
  });
  expect(await engine.users.get(user.id, user.id)).toMatchObject({ name: "Ada", role: "owner" });
});

test("a cookie cache that is older than a change of organization opens neither of the two", async () => {
  const { register, engine } = await openAuth({ kind: "cookie cache" });
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  const globex = await ada.createOrganization("globex");
  await ada.setActive(acme);
  const inAcme = new Map(ada.cookies);
  await ada.setActive(globex);
  await engine.revoke.account(acme, { actor: NOBODY });
  expect((await ada.get("/organization/list")).status).toBe(200);
  for (const [name, value] of inAcme) ada.cookies.set(name, value);
  expect(await ada.get("/organization/list")).toMatchObject({ status: 401, body: REVOKED });
});

test("a session that better-auth has deleted is none, though the cookie cache has it", async () => {
  const { register, adapter } = await openAuth({ kind: "cookie cache" });
  const ada = await register("ada");
  expect((await ada.get("/list-sessions")).status).toBe(200);
  await adapter.delete({ model: "session", where: [{ field: "token", value: ada.token() }] });
  expect(await ada.get("/list-sessions")).toMatchObject({ status: 401, body: { code: "UNAUTHORIZED" } });
  expect((await ada.get("/get-session")).body).toBeNull();
});

test("close ends the event streams, so that a server can stop while a signed-in page is open", async () => {
  const { auth, register } = await openAuth();
  const ada = await register("ada");
  await ada.createOrganization("acme");
  const ask = () =>
    auth.handler(new Request(`${PUBLIC_URL}/api/auth/curfew/auth/events`, { headers: ada.headers() }));
  const stream = await ask();
  const [governed] = auth.options.plugins.slice(-1);
  (governed as ReturnType<typeof curfew>).close();
  expect(await stream.text()).toContain("event: session.state");
  const refused = await ask();
  expect([refused.status, refused.headers.get("connection")]).toEqual([503, "close"]);
});

test("a database of Curfew that is down is trouble, never a sign-out", async () => {
  const { register, setDown, clock, findSession } = await openAuth();
  const ada = await register("ada");
  await ada.createOrganization("acme");
  await ada.get("/get-session");
  const token = ada.token();
  setDown(true);
  await clock.advance(10 * MINUTE);
  for (const path of ["/get-session", "/organization/list", "/curfew/auth/session"])
    expect(await ada.get(path)).toMatchObject({ status: 503, body: { code: "unavailable" } });
  expect(await findSession(token)).not.toBeNull();
  setDown(false);
  await clock.advance(5000);
  expect((await ada.get("/organization/list")).status).toBe(200);
});

test("a call of the server's own that has no session is let through", async () => {
  const { auth, register, engine } = await openAuth();
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  const ben = await register("ben");
  await engine.revoke.account(acme, { actor: NOBODY });
  const body = { organizationId: acme, userId: ben.user.id, role: "member" as const };
  expect(await auth.api.addMember({ body })).toMatchObject({ userId: ben.user.id });
});

test("Curfew's routes refuse pages of other sites, and have no other paths", async () => {
  const { register } = await openAuth();
  const ada = await register("ada");
  await ada.createOrganization("acme");
  const foreign = { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
  const refused = await ada.post("/curfew/accounts/me/security/revoke-sessions", {}, foreign);
  expect(refused).toMatchObject({ status: 403, body: { code: "cross_origin" } });
  expect(await ada.get("/curfew/auth/login")).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect((await ada.get("/curfewed")).status).toBe(404);
});

test("requests at once on first sight begin one session, and all of them pass", async () => {
  const { register, engine } = await openAuth();
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  const answers = await Promise.all(Array.from({ length: 8 }, () => ada.get("/organization/list")));
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  const { items } = await engine.sessions.list({ accountId: acme, limit: 10, after: null });
  expect(items).toHaveLength(1);
});

test("requests at once after the end are all refused with the reason, and none with another answer", async () => {
  const { register, engine } = await openAuth();
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  await ada.get("/get-session");
  await engine.revoke.account(acme, { actor: NOBODY });
  const answers = await Promise.all(Array.from({ length: 8 }, () => ada.get("/organization/list")));
  for (const answer of answers) expect(answer).toMatchObject({ status: 401, body: REVOKED });
});

test.each(["true", "false"])("disableCookieCache=%s makes no difference", async (isDisabled) => {
  const { register, engine, auth } = await openAuth({ kind: "cookie cache" });
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  const path = `/get-session?disableCookieCache=${isDisabled}`;
  expect((await ada.get(path)).body).toMatchObject({ user: { id: ada.user.id } });
  await engine.revoke.account(acme, { actor: NOBODY });
  expect((await ada.get(path)).body).toBeNull();
  const query = { disableCookieCache: isDisabled === "true" };
  expect(await auth.api.getSession({ headers: ada.headers(), query })).toBeNull();
});

test("better-auth's sliding expiry moves no deadline of Curfew's", async () => {
  const { register, engine, clock, findSession } = await openAuth({ auth: { session: { updateAge: 0 } } });
  const ada = await register("ada");
  const acme = await ada.createOrganization("acme");
  await ada.get("/get-session");
  const read = async () => (await engine.sessions.list({ accountId: acme, limit: 1, after: null })).items[0];
  const before = await read();
  const token = ada.token();
  await clock.advance(10 * MINUTE);
  expect((await ada.get("/get-session")).headers.getSetCookie().join()).toContain("session_token=");
  expect(await findSession(token)).not.toBeNull();
  const { startedAt, absoluteExpiresAt, idleExpiresAt } = before?.session ?? {};
  expect((await read())?.session).toMatchObject({ startedAt, absoluteExpiresAt, idleExpiresAt });
});
