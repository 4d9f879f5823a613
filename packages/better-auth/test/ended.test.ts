import { describe, expect, test } from "vitest";
import { KINDS, MINUTE, NOBODY, openAuth } from "./support/auth.js";

const EXPIRED = { code: "session_expired", reason: "idle" };
const REVOKED = { code: "session_revoked", reason: "revoked_by_owner" };

describe.each(KINDS)("a governed session that is over (%s)", (kind) => {
  test("is refused with the reason by what needs a session, and is null to get-session", async () => {
    const { register, clock, auth } = await openAuth({ kind });
    const ada = await register("ada");
    await ada.createOrganization("acme");
    expect((await ada.get("/get-session")).body).toMatchObject({ user: { id: ada.user.id } });
    await clock.advance(61 * MINUTE);
    const refused = await ada.get("/organization/list");
    expect(refused.status).toBe(401);
    expect(refused.body).toEqual({
      ...EXPIRED,
      message: "The session was inactive for too long.",
      ended_at: expect.stringMatching(/^20\d\d-.*Z$/),
    });
    expect(await ada.get("/get-session")).toMatchObject({ status: 200, body: null });
    expect(await auth.api.getSession({ headers: ada.headers() })).toBeNull();
    const call = auth.api.listOrganizations({ headers: ada.headers() });
    await expect(call).rejects.toMatchObject({ statusCode: 401, body: EXPIRED });
  });

  test("closes its organization alone: the person goes on in another one, and comes back to none", async () => {
    const { register, engine } = await openAuth({ kind });
    const ada = await register("ada");
    const acme = await ada.createOrganization("acme");
    const globex = await ada.createOrganization("globex");
    await ada.get("/get-session");
    await ada.setActive(acme);
    await ada.get("/get-session");
    await engine.revoke.account(acme, { actor: NOBODY });
    expect(await ada.get("/list-sessions")).toMatchObject({ status: 401, body: REVOKED });
    expect((await ada.setActive(globex)).status).toBe(200);
    expect((await ada.get("/get-session")).body).toMatchObject({ session: { activeOrganizationId: globex } });
    expect(await ada.setActive(acme)).toMatchObject({ status: 401, body: REVOKED });
    expect((await ada.get("/get-session")).body).toMatchObject({ session: { activeOrganizationId: globex } });
    const named = await ada.get(`/organization/get-full-organization?organizationId=${acme}`);
    expect(named).toMatchObject({ status: 401, body: REVOKED });
    const slug = await ada.get("/organization/get-full-organization?organizationSlug=acme");
    expect(slug).toMatchObject({ status: 401, body: REVOKED });
    const body = { organizationId: acme, data: { name: "Mine" } };
    expect(await ada.post("/organization/update", body)).toMatchObject({ status: 401, body: REVOKED });
  });

  test("takes the host session with it where no account governs it live, and its cookie is still told why", async () => {
    const { register, engine, findSession } = await openAuth({ kind });
    const ada = await register("ada");
    const acme = await ada.createOrganization("acme");
    await ada.get("/get-session");
    const token = ada.token();
    await engine.revoke.account(acme, { actor: NOBODY });
    expect(await findSession(token)).not.toBeNull();
    expect(await ada.get("/organization/list")).toMatchObject({ status: 401, body: REVOKED });
    expect(await findSession(token)).toBeNull();
    expect(await ada.get("/organization/list")).toMatchObject({ status: 401, body: REVOKED });
    expect(await ada.get("/curfew/auth/session")).toMatchObject({ status: 401, body: REVOKED });
  });

  test("lets the person sign in again, and sign out", async () => {
    const { register, engine } = await openAuth({ kind });
    const ada = await register("ada");
    const acme = await ada.createOrganization("acme");
    await ada.get("/get-session");
    await engine.revoke.account(acme, { actor: NOBODY });
    const wrong = { email: "ada@acme.example", password: "wrong password" };
    const refused = await ada.post("/sign-in/email", wrong);
    expect(refused).toMatchObject({ status: 401, body: { code: "INVALID_EMAIL_OR_PASSWORD" } });
    const right = { email: "ada@acme.example", password: "correct horse battery" };
    expect((await ada.post("/sign-in/email", right)).status).toBe(200);
    expect((await ada.get("/organization/list")).status).toBe(200);
    expect((await ada.post("/sign-out")).status).toBe(200);
  });
});
