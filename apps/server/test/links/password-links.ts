import { run } from "@curfew/sql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serviceQueries } from "../../src/database/tables.js";
import { MAX_OPEN_LINKS } from "../../src/links/count-open-links.js";
import { makePasswordLink as makeLink } from "../../src/links/make-password-link.js";
import type { TestDatabase } from "../members/invitation-ends.js";
import {
  inviteCall,
  join,
  login,
  makePasswordLink,
  passwordLinkCall,
  refresh,
  register,
  reset,
  type SignedIn,
  signedIn,
} from "../unit/api-calls.js";
import { type Answer, createTestService, PASSWORD, type TestService } from "../unit/test-service.js";

const READ = "/api/auth/password-link";
const SECURITY = "/api/accounts/me/security";
const NEXT = "another one of no list";
const HOUR_MS = 60 * 60 * 1000;
const INVALID = {
  status: 422,
  body: { code: "validation_failed", errors: [{ field: "token", code: "invalid_value" }] },
};

/** The links to new passwords, on each kind of database. */
export function describePasswordLinks({ name, open }: TestDatabase): void {
  describe(`a link to a new password, ${name}`, () => {
    let service: TestService;
    let ada: SignedIn;
    let bea: SignedIn;
    let bob: SignedIn;
    beforeEach(async () => {
      service = await createTestService({ openDatabase: open });
      ada = await register(service, "Ada");
      bea = await join(service, ada, "Bea", "owner");
      bob = await join(service, ada, "Bob");
    });
    afterEach(() => service.close());

    const read = (token: string) => service.call("POST", READ, { body: { token } });
    const change = (user: SignedIn, changes: object) =>
      service.call("PATCH", `/api/accounts/me/members/${user.userId}`, { token: ada.token, body: changes });
    const asAda = (path: string, body: object) => service.call("POST", path, { token: ada.token, body });
    const remove = (user: SignedIn) =>
      service.call("DELETE", `/api/accounts/me/members/${user.userId}`, { token: ada.token });

    const expectEnded = async (token: string): Promise<void> => {
      expect(await read(token)).toMatchObject(INVALID);
      expect(await reset(service, token, NEXT)).toMatchObject(INVALID);
      expect((await login(service, bob.email)).status).toBe(200);
    };

    it("lets its person choose a password and signs in, and every other session of theirs ends", async () => {
      const token = await makePasswordLink(service, bea, bob.userId);
      expect(await read(token)).toMatchObject({
        status: 200,
        body: { account: { name: "Ada's account" }, name: "Bob", email: bob.email },
      });
      const next = signedIn(await reset(service, token, NEXT));
      expect(next.userId).toBe(bob.userId);
      expect(await refresh(service, bob.cookie)).toMatchObject({
        status: 401,
        body: { code: "session_revoked", reason: "password_changed" },
      });
      expect((await refresh(service, next.cookie)).status).toBe(200);
      expect((await login(service, bob.email)).status).toBe(401);
      expect((await login(service, bob.email, NEXT)).status).toBe(200);
    });

    it("works once", async () => {
      const token = await makePasswordLink(service, bea, bob.userId);
      expect((await reset(service, token, NEXT)).status).toBe(200);
      expect(await read(token)).toMatchObject(INVALID);
      expect(await reset(service, token, "a third password")).toMatchObject(INVALID);
      expect((await login(service, bob.email, NEXT)).status).toBe(200);
    });

    it("works for one of two that use it at once", async () => {
      const token = await makePasswordLink(service, bea, bob.userId);
      const passwords = ["the password of one", "the password of another"] as const;
      const answers = await Promise.all(passwords.map((password) => reset(service, token, password)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
      const won = passwords[answers.findIndex(({ status }) => status === 200)];
      expect((await login(service, bob.email, won)).status).toBe(200);
      expect((await service.rowCounts()).password_links).toBe(0);
    });

    it("works for 24 hours, also if they pass while the password is being hashed", async () => {
      const token = await makePasswordLink(service, bea, bob.userId);
      service.clock.stall(24 * HOUR_MS - 1);
      expect((await read(token)).status).toBe(200);
      service.hasher.beforeHash = async () => service.clock.stall(1);
      expect(await reset(service, token, NEXT)).toMatchObject(INVALID);
      service.hasher.beforeHash = async () => undefined;
      await expectEnded(token);
    });

    it("is replaced by the next one for the same person", async () => {
      const first = await makePasswordLink(service, bea, bob.userId);
      const second = await makePasswordLink(service, ada, bob.userId);
      await expectEnded(first);
      expect((await reset(service, second, NEXT)).status).toBe(200);
    });

    const ENDS: readonly (readonly [string, () => Promise<{ status: number }>])[] = [
      ["its owner is disabled", () => change(bea, { disabled: true })],
      ["its owner is made a member", () => change(bea, { role: "member" })],
      [
        "another owner ends all sessions of its owner",
        () => asAda(`${SECURITY}/users/${bea.userId}/revoke-sessions`, {}),
      ],
      ["another owner ends everybody's sessions", () => asAda(`${SECURITY}/revoke-sessions`, {})],
      [
        "another owner ends everybody else's sessions",
        () => asAda(`${SECURITY}/revoke-sessions`, { scope: "others" }),
      ],
    ];

    it.each(ENDS)("ends when %s, and one of the other owner doesn't", async (_, act) => {
      const carl = await join(service, ada, "Carl");
      const byBea = await makePasswordLink(service, bea, bob.userId);
      const byAda = await makePasswordLink(service, ada, carl.userId);
      expect((await act()).status).toBe(200);
      await expectEnded(byBea);
      expect((await reset(service, byAda, NEXT)).status).toBe(200);
    });

    it.each(ENDS)("does not come back after %s and its owner is an enabled owner again", async (_, act) => {
      const token = await makePasswordLink(service, bea, bob.userId);
      await act();
      await enable(bea, "owner");
      await expectEnded(token);
    });

    it.each(ENDS)("changes nothing if %s while the password is being hashed", async (_, act) => {
      const token = await makePasswordLink(service, bea, bob.userId);
      service.hasher.beforeHash = async () => void (await act());
      expect(await reset(service, token, NEXT)).toMatchObject(INVALID);
      service.hasher.beforeHash = async () => undefined;
      expect((await login(service, bob.email)).status).toBe(200);
    });

    it.each([
      ...ENDS,
      ["another one is made", () => passwordLinkCall(service, ada, bob.userId)],
      ["its person is disabled", () => change(bob, { disabled: true })],
      ["its person is deleted", () => remove(bob)],
    ] as const)("is used or not at all, at once as %s", async (_, act) => {
      const token = await makePasswordLink(service, bea, bob.userId);
      const [used] = await Promise.all([reset(service, token, NEXT), act()]);
      expect([200, 422]).toContain(used.status);
      expect(await reset(service, token, "a third password")).toMatchObject(INVALID);
      const [password] = await service.query<{ password_hash: string }>(
        `SELECT password_hash FROM credentials WHERE user_id = '${bob.userId}'`,
      );
      const expected = used.status === 200 ? `new hash of ${NEXT}` : `new hash of ${PASSWORD}`;
      expect(["nobody's", expected]).toContain(password?.password_hash ?? "nobody's");
    });

    it.each(ENDS)("is not made by a call that was under way as %s", async (_, act) => {
      const identity = await service.curfew.sessions.verify(bea.token);
      await act();
      const { accountId, userId, sessionId } = bea;
      const making = makeLink(service.context, {
        identity,
        userId: bob.userId,
        actor: { userId, sessionId, ip: null },
      });
      await expect(making).rejects.toMatchObject({ code: "token_expired" });
      expect((await service.trail(accountId)).map(({ type }) => type)).not.toContain("password.link_made");
    });

    it("ends with the disabling of its person, and does not come back with the enabling", async () => {
      const token = await makePasswordLink(service, bea, bob.userId);
      await change(bob, { disabled: true });
      expect(await read(token)).toMatchObject(INVALID);
      expect(await reset(service, token, NEXT)).toMatchObject(INVALID);
      await change(bob, { disabled: false });
      await expectEnded(token);
    });

    it("does nothing if its person is disabled while the password is being hashed", async () => {
      const token = await makePasswordLink(service, bea, bob.userId);
      service.hasher.beforeHash = async () => void (await change(bob, { disabled: true }));
      expect(await reset(service, token, NEXT)).toMatchObject(INVALID);
    });

    it("ends when its person changes the password, and not when they sign in", async () => {
      const token = await makePasswordLink(service, bea, bob.userId);
      const again = signedIn(await login(service, bob.email));
      expect((await read(token)).status).toBe(200);
      const body = { current_password: PASSWORD, new_password: "a password of his own" };
      await service.call("POST", "/api/users/me/password", { token: again.token, body });
      expect(await read(token)).toMatchObject(INVALID);
      expect(await reset(service, token, NEXT)).toMatchObject(INVALID);
    });

    it("outlives what its owner does to their own sessions and password", async () => {
      const token = await makePasswordLink(service, bea, bob.userId);
      const own = (path: string, body: object) => service.call("POST", path, { token: bea.token, body });
      expect((await own("/api/users/me/sessions/revoke-others", {})).status).toBe(200);
      const password = { current_password: PASSWORD, new_password: "another password of hers" };
      expect((await own("/api/users/me/password", password)).status).toBe(200);
      expect((await reset(service, token, NEXT)).status).toBe(200);
    });

    it("keeps the role that its person was given while the password was being hashed", async () => {
      const token = await makePasswordLink(service, bea, bob.userId);
      service.hasher.beforeHash = async () => void (await change(bob, { role: "owner" }));
      expect((await reset(service, token, NEXT)).body.user).toMatchObject({ role: "owner" });
    });

    it("counts with the invitations: an account can have 1,000 open ones", async () => {
      await insertLinks(MAX_OPEN_LINKS - 2);
      expect((await inviteCall(service, ada, "Carl")).status).toBe(201);
      const answers = await Promise.all(
        [bob, bea].map((user) => passwordLinkCall(service, ada, user.userId)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: "too_many" });
      expect((await inviteCall(service, ada, "Dora")).status).toBe(409);
      const replaced = answers[0]?.status === 201 ? bob : bea;
      expect((await passwordLinkCall(service, ada, replaced.userId)).status).toBe(201);
    });

    it("passes the limits on failed sign-ins, and takes the failures away", async () => {
      const token = await makePasswordLink(service, bea, bob.userId);
      const failing = (ip: string): Promise<Answer> => login(service, bob.email, "wrong", { ip });
      for (let network = 1; network <= 10; network += 1)
        for (let time = 0; time < 10; time += 1) await failing(`198.51.100.${network}`);
      const elsewhere = { ip: "203.0.113.1" };
      expect((await login(service, bob.email, PASSWORD, elsewhere)).status).toBe(429);
      expect((await reset(service, token, NEXT, { ip: "198.51.100.1" })).status).toBe(200);
      expect((await login(service, bob.email, NEXT, elsewhere)).status).toBe(200);
      expect((await login(service, bob.email, NEXT, { ip: "198.51.100.1" })).status).toBe(200);
    });

    async function enable(user: SignedIn, role: "owner" | "member"): Promise<void> {
      await service.context.curfew.users.update({
        accountId: ada.accountId,
        userId: user.userId,
        changes: { disabled: false, role },
        actor: { userId: ada.userId, sessionId: null, ip: null },
      });
    }

    /** Writes open links of users who are not there, as an owner would have made them. */
    async function insertLinks(count: number): Promise<void> {
      const now = service.clock.now();
      const rows = Array.from({ length: count }, () => ({
        account_id: ada.accountId,
        user_id: service.database.newId(now),
        token_hash: "of no token",
        expires_at: now + 1000,
        made_by: ada.userId,
        created_at: now,
      }));
      const queries = serviceQueries(service.database);
      await service.database.write(() => run(queries.insertInto("password_links").values(rows)));
    }
  });
}
