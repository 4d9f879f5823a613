import type { BetterAuthOptions } from "better-auth";
import { admin } from "better-auth/plugins";
import { describe, expect, test, vi } from "vitest";
import { type Browser, createStorage, KINDS, NOBODY, openAuth, type TestAuth } from "./support/auth.js";

const SIGN_OUT_FAILED = "Curfew has not ended a session that was signed out";

/** How a host session stands in an account: `live`, or why it is over. */
const standing = ({ engine }: TestAuth, accountId: string, token: string): Promise<string> =>
  engine.governed.check({ accountId, hostSessionId: token }).then(
    () => "live",
    ({ code, details }) => details.reason ?? code,
  );

/** A person with a session that two organizations govern, and one on another device that the first governs. */
async function openTwice(kind: (typeof KINDS)[number], more: BetterAuthOptions = {}) {
  const auth = await openAuth({ kind, auth: more });
  const ada = await auth.register("ada");
  const acme = await ada.createOrganization("acme");
  await ada.get("/get-session");
  const globex = await ada.createOrganization("globex");
  await ada.get("/get-session");
  const phone = await auth.signInAgain("ada");
  await phone.setActive(acme);
  await phone.get("/get-session");
  const [token, other] = [ada.token(), phone.token()];
  return {
    ...auth,
    ada,
    phone,
    acme,
    standings: async () => [
      await standing(auth, acme, token),
      await standing(auth, globex, token),
      await standing(auth, acme, other),
    ],
    other,
  };
}

describe.each(KINDS)("governed sessions end with better-auth's (%s)", (kind) => {
  test("at sign-out, in every account that governs the session", async () => {
    const { ada, standings } = await openTwice(kind);
    expect(await standings()).toEqual(["live", "live", "live"]);
    expect((await ada.post("/sign-out")).status).toBe(200);
    expect(await standings()).toEqual(["signed_out", "signed_out", "live"]);
  });

  test("at sign-out, which deletes better-auth's also where Curfew's database is down", async () => {
    const log = vi.fn();
    const { ada, standings, findSession, setDown } = await openTwice(kind, {
      logger: { level: "error", log },
    });
    const token = ada.token();
    setDown(true);
    expect((await ada.post("/sign-out")).status).toBe(200);
    expect(ada.cookies.has("better-auth.session_token")).toBe(false);
    expect(await findSession(token)).toBeNull();
    expect(log).toHaveBeenCalledWith(
      "error",
      SIGN_OUT_FAILED,
      expect.objectContaining({ code: "unavailable" }),
    );
    expect(new Set(log.mock.calls.map(([, told]) => told))).toEqual(new Set([SIGN_OUT_FAILED]));
    setDown(false);
    expect(await standings()).toEqual(["live", "live", "live"]);
  });

  test("at sign-out by Curfew's route, which removes better-auth's cookies", async () => {
    const { ada, standings, findSession } = await openTwice(kind);
    const token = ada.token();
    const answer = await ada.post("/curfew/auth/logout");
    expect(answer.status).toBe(204);
    expect(ada.cookies.has("better-auth.session_token")).toBe(false);
    expect(await findSession(token)).toBeNull();
    expect(await standings()).toEqual(["signed_out", "signed_out", "live"]);
  });

  test("when the person revokes one, all, or all others", async () => {
    const one = await openTwice(kind);
    expect((await one.ada.post("/revoke-session", { token: one.other })).status).toBe(200);
    expect(await one.standings()).toEqual(["live", "live", "revoked_by_user"]);
    const all = await openTwice(kind);
    expect((await all.ada.post("/revoke-sessions")).status).toBe(200);
    expect(await all.standings()).toEqual(["revoked_by_user", "revoked_by_user", "revoked_by_user"]);
    const others = await openTwice(kind);
    expect((await others.ada.post("/revoke-other-sessions")).status).toBe(200);
    expect(await others.standings()).toEqual(["live", "live", "revoked_by_user"]);
  });

  test("with a new password and revokeOtherSessions", async () => {
    const { ada, standings } = await openTwice(kind);
    const body = {
      currentPassword: "correct horse battery",
      newPassword: "another horse battery",
      revokeOtherSessions: true,
    };
    expect((await ada.post("/change-password", body)).status).toBe(200);
    expect(await standings()).toEqual(["password_changed", "password_changed", "password_changed"]);
    expect((await ada.get("/list-sessions")).status).toBe(200);
  });

  test("when the user is deleted, with what is kept of the person", async () => {
    const { ada, acme, standings, engine } = await openTwice(kind);
    expect((await ada.post("/delete-user", { password: "correct horse battery" })).status).toBe(200);
    expect(await standings()).toEqual(["user_deleted", "user_deleted", "user_deleted"]);
    expect(await engine.users.get(acme, ada.user.id)).toBeNull();
  });
});

/** An organization of ada's with a member ben, whose session it governs. */
async function openMember() {
  const auth = await openAuth();
  const ada = await auth.register("ada");
  const acme = await ada.createOrganization("acme");
  const ben = await auth.register("ben");
  const { id: memberId } = await auth.addMember(acme, ben);
  await ben.setActive(acme);
  await ben.get("/get-session");
  return { ...auth, auth, ada, ben, acme, memberId };
}

const refusalOf = async (ben: Browser): Promise<unknown> => (await ben.get("/organization/list")).body;

test("a member who is removed is out as revoked_by_owner", async () => {
  const { ada, ben, acme, memberId } = await openMember();
  const body = { memberIdOrEmail: memberId, organizationId: acme };
  expect((await ada.post("/organization/remove-member", body)).status).toBe(200);
  expect(await refusalOf(ben)).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
});

test("a member who is removed without better-auth's endpoint is out at the next request", async () => {
  const { ben, memberId, adapter } = await openMember();
  await adapter.delete({ model: "member", where: [{ field: "id", value: memberId }] });
  expect(await refusalOf(ben)).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
});

test("who is no member of an organization begins no session there", async () => {
  const { auth, register, acme, engine } = await openMember();
  const eve = await register("eve");
  const answer = await eve.get(`/organization/get-full-organization?organizationId=${acme}`);
  expect(answer.status).toBe(403);
  expect(await standing(auth, acme, eve.token())).toBe("not_found");
  expect(await engine.users.get(acme, eve.user.id)).toBeNull();
});

test("a failed removal ends nothing", async () => {
  const { auth, ben, acme } = await openMember();
  const body = { memberIdOrEmail: "nobody", organizationId: acme };
  expect((await ben.post("/organization/remove-member", body)).status).toBe(400);
  expect(await standing(auth, acme, ben.token())).toBe("live");
});

test("a member who leaves ends their own sessions there", async () => {
  const { auth, ben, acme } = await openMember();
  const token = ben.token();
  expect((await ben.post("/organization/leave", { organizationId: acme })).status).toBe(200);
  expect(await standing(auth, acme, token)).toBe("revoked_by_user");
});

test("an organization that is deleted ends every session in it", async () => {
  const { ada, ben, acme } = await openMember();
  expect((await ada.post("/organization/delete", { organizationId: acme })).status).toBe(200);
  expect(await refusalOf(ben)).toMatchObject({ code: "session_revoked", reason: "account_deleted" });
});

test("an owner signs everyone out on Curfew's page, and the next request of each is refused", async () => {
  const { ada, ben } = await openMember();
  await ada.get("/get-session");
  const answer = await ada.post("/curfew/accounts/me/security/revoke-sessions", {});
  expect(answer.status).toBe(200);
  for (const person of [ada, ben])
    expect(await refusalOf(person)).toMatchObject({ code: "session_revoked", reason: "revoked_by_owner" });
});

test("a host session that is not governed any more stays ended where the account signed everyone out", async () => {
  const { engine, ben, acme } = await openMember();
  await engine.revoke.account(acme, { actor: NOBODY });
  expect(await refusalOf(ben)).toMatchObject({ reason: "revoked_by_owner" });
});

describe.each(["memory", "secondary storage"] as const)("reasons (%s)", (kind) => {
  test("an administrator of better-auth ends sessions as revoked_by_owner", async () => {
    const auth = await openAuth({ kind, plugins: [admin()] });
    const [ada, ben] = [await auth.register("ada"), await auth.register("ben")];
    const where = [{ field: "id", value: ada.user.id }];
    await auth.adapter.update({ model: "user", where, update: { role: "admin" } });
    const acme = await ben.createOrganization("acme");
    await ben.get("/get-session");
    const chief = await auth.signInAgain("ada");
    const token = ben.token();
    expect((await chief.post("/admin/revoke-user-sessions", { userId: ben.user.id })).status).toBe(200);
    expect(await standing(auth, acme, token)).toBe("revoked_by_owner");
  });

  test("a password that is set by mail ends sessions as password_changed", async () => {
    const mails: string[] = [];
    const auth = await openAuth({
      kind,
      password: {
        revokeSessionsOnPasswordReset: true,
        sendResetPassword: async ({ token }) => void mails.push(token),
      },
    });
    const ada = await auth.register("ada");
    const acme = await ada.createOrganization("acme");
    await ada.get("/get-session");
    const visitor = auth.browser();
    await visitor.post("/request-password-reset", { email: "ada@acme.example" });
    const body = { token: mails[0], newPassword: "another horse battery" };
    expect((await visitor.post("/reset-password", body)).status).toBe(200);
    expect(await standing(auth, acme, ada.token())).toBe("password_changed");
  });

  test("calls of one person at once keep their own reasons", async () => {
    const { ada, phone, standings, other } = await openTwice(kind);
    const [revoked] = await Promise.all([
      ada.post("/revoke-session", { token: other }),
      ...Array.from({ length: 4 }, () => ada.get("/organization/list")),
    ]);
    expect(revoked?.status).toBe(200);
    expect(await standings()).toEqual(["live", "live", "revoked_by_user"]);
    expect((await phone.get("/get-session")).body).toBeNull();
  });
});

test("sessions end with the cached ones where better-auth keeps their rows", async () => {
  const session: BetterAuthOptions["session"] = {
    storeSessionInDatabase: true,
    preserveSessionInDatabase: true,
  };
  const auth = await openAuth({ kind: "secondary storage", auth: { session } });
  const ada = await auth.register("ada");
  const acme = await ada.createOrganization("acme");
  await ada.get("/get-session");
  const phone = await auth.signInAgain("ada");
  expect((await phone.post("/revoke-session", { token: ada.token() })).status).toBe(200);
  expect(await standing(auth, acme, ada.token())).toBe("revoked_by_user");
});

test("a secondary storage that is an object of a class keeps its methods", async () => {
  class Storage {
    readonly #values = createStorage();
    get = (key: string) => this.#values.get(key);
    set(key: string, value: string) {
      return this.#values.set(key, value);
    }
    delete(key: string) {
      return this.#values.delete(key);
    }
    getAndDelete(key: string) {
      return this.#values.getAndDelete(key);
    }
    increment(key: string, ttl: number) {
      return this.#values.increment(key, ttl);
    }
  }
  const secondaryStorage = new Storage();
  const { auth, register } = await openAuth({ auth: { secondaryStorage } });
  const ada = await register("ada");
  expect(await auth.api.getSession({ headers: ada.headers() })).toMatchObject({ user: { id: ada.user.id } });
  const { secondaryStorage: wrapped } = (await auth.$context).options;
  expect(await wrapped?.increment("count", 60)).toBe(1);
  expect(await wrapped?.getAndDelete("count")).toBe("1");
});
