import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addressKeyOf } from "../../src/accounts/email-address.js";
import { hashAnywhere } from "../../src/sign-in/limits/attempt-limits.js";
import type { TestDatabase } from "../members/invitation-ends.js";
import {
  accept,
  invite,
  inviteCall,
  join,
  login,
  makePasswordLink,
  refresh,
  register,
  registration,
  reset,
  type SignedIn,
  signedIn,
} from "../unit/api-calls.js";
import {
  type Answer,
  type Call,
  createTestService,
  ORIGIN,
  PASSWORD,
  type TestService,
} from "../unit/test-service.js";
import { dump, foundIn, sweepAll, TRACED_IP, tracesOf } from "./traces.js";

const MEMBERS = "/api/accounts/me/members";
const ME = "/api/users/me";
const SECURITY = "/api/accounts/me/security";
const NAME = "Zylophona";
const GONE = { status: 401, body: { code: "session_revoked", reason: "user_deleted" } };
const LAST_OWNER = { status: 409, body: { code: "last_owner" } };
const INVALID = { status: 422, body: { errors: [{ field: "token", code: "invalid_value" }] } };

/** Deleting a person and oneself, on each kind of database. */
export function describePeopleDeletion({ name, open }: TestDatabase): void {
  describe(`deleting a person, ${name}`, () => {
    let service: TestService;
    let ada: SignedIn;
    let zyl: SignedIn;
    beforeEach(async () => {
      service = await createTestService({ openDatabase: open });
      ada = await register(service, "Ada");
      zyl = await join(service, ada, NAME);
    });
    afterEach(() => service.close());

    const remove = (id = zyl.userId, user = ada, query = ""): Promise<Answer> =>
      service.call("DELETE", `${MEMBERS}/${id}${query}`, { token: user.token });
    const removeMe = (user = zyl, password: unknown = PASSWORD, call: Call = {}): Promise<Answer> =>
      service.call("DELETE", ME, { token: user.token, body: { current_password: password }, ...call });
    const asAda = (method: string, path: string, body?: object) =>
      service.call(method, path, { token: ada.token, ...(body === undefined ? {} : { body }) });

    const expectGone = async (): Promise<void> => {
      await sweepAll(service);
      expect(foundIn(await dump(service), tracesOf(zyl, NAME))).toEqual([]);
      expect(await refresh(service, zyl.cookie)).toMatchObject(GONE);
      expect(await login(service, zyl.email)).toMatchObject({
        status: 401,
        body: { code: "invalid_credentials" },
      });
    };

    it("ends their sessions, tells why, and leaves nothing of them in any table or answer", async () => {
      await service.call("PATCH", ME, {
        token: zyl.token,
        body: { name: `${NAME} II`, email: "zylophona-2@example.test", current_password: PASSWORD },
      });
      await service.call("PATCH", ME, {
        token: zyl.token,
        body: { name: NAME, email: zyl.email, current_password: PASSWORD },
      });
      await login(service, zyl.email, "wrong", { ip: "198.51.100.66" });
      const again = signedIn(await login(service, zyl.email, PASSWORD, { ip: TRACED_IP }));
      await login(service, zyl.email, "wrong", { ip: "198.51.100.66" });
      await makePasswordLink(service, ada, zyl.userId);
      const failures = hashAnywhere(addressKeyOf(zyl.email));
      const texts = [...tracesOf(zyl, NAME), "zylophona-2@example.test", "198.51.100.66", failures];
      expect(foundIn(await dump(service), texts)).toEqual(texts);

      const answer = await remove();
      expect(answer).toMatchObject({ status: 204, body: null, cookie: null });
      const lists = [
        `${SECURITY}/events?limit=200`,
        SECURITY,
        `${SECURITY}/sessions`,
        `${SECURITY}/active-users`,
      ];
      for (const path of [MEMBERS, `${ME}/export`, ...lists]) {
        const { status, body } = await asAda("GET", path);
        expect(status).toBe(200);
        expect(foundIn(JSON.stringify(body), texts)).toEqual([]);
      }
      const csv = await service.fetch(
        new Request(`${ORIGIN}${SECURITY}/events`, {
          headers: { authorization: `Bearer ${ada.token}`, accept: "text/csv" },
        }),
      );
      const file = await csv.text();
      expect(file).toContain("Deleted user");
      expect(foundIn(file, texts)).toEqual([]);
      expect(await service.call("GET", "/api/auth/session", { token: again.token })).toMatchObject(GONE);
      await sweepAll(service);
      expect(foundIn(await dump(service), texts)).toEqual([]);
      await expectGone();
      expect((await service.trail(ada.accountId))[0]).toMatchObject({
        type: "member.deleted",
        actorId: ada.userId,
        sessionId: ada.sessionId,
        ip: "192.0.2.1",
      });
      expect((await refresh(service, ada.cookie)).status).toBe(200);
      service.clock.stall(2 * 60 * 60 * 1000);
      await sweepAll(service);
      expect(await service.query("SELECT 1 FROM curfew_feed")).toEqual([]);
    });

    it("lets the e-mail be invited, and registered, again", async () => {
      await remove();
      const again = await join(service, ada, NAME);
      expect(again.userId).not.toBe(zyl.userId);
      expect((await remove(again.userId)).status).toBe(204);
      const eve = signedIn(await service.call("POST", "/api/auth/register", { body: registration(NAME) }));
      expect(eve.email).toBe(zyl.email);
      expect((await login(service, zyl.email)).status).toBe(200);
    });

    it("takes what is kept of an invitation to them that was withdrawn", async () => {
      await remove();
      const withdrawn = await invite(service, ada, NAME);
      expect((await remove(withdrawn.id)).status).toBe(204);
      expect(foundIn(await dump(service), [zyl.email])).toEqual([zyl.email]);
      zyl = await join(service, ada, NAME);
      await remove();
      await expectGone();
    });

    it("of an invitation that is withdrawn leaves neither name nor address, in the trail or any table", async () => {
      const name = "Quintessa";
      const { id, email } = await invite(service, ada, name);
      await asAda("PATCH", `${MEMBERS}/${id}`, { role: "owner" });
      await invite(service, ada, name);
      const texts = [email, addressKeyOf(email), name];
      expect(foundIn(await dump(service), texts)).toEqual(texts);
      expect((await remove(id, ada, "?status=invited")).status).toBe(204);
      expect(foundIn(await dump(service), texts)).toEqual([]);
      const about = (await service.trail(ada.accountId)).filter(({ details }) => details["user_id"] === id);
      const invited = { user_id: id, name: "Deleted user", email: null, role: "member" };
      expect(about.map(({ type, details }) => [type, details])).toEqual([
        ["member.invitation_withdrawn", { user_id: id, role: "member" }],
        ["member.invited", invited],
        ["member.role_changed", { user_id: id, before: "member", after: "owner" }],
        ["member.invited", invited],
      ]);
      const again = await join(service, ada, name);
      const events = await service.trail(ada.accountId);
      expect(events.find(({ details }) => details["user_id"] === again.userId)?.details).toMatchObject({
        email,
        name,
      });
    });

    it("needs a recent sign-in", async () => {
      service.clock.stall(16 * 60 * 1000);
      const { body } = await refresh(service, ada.cookie);
      const stale = { ...ada, token: body.access_token };
      expect(await remove(zyl.userId, stale)).toMatchObject({
        status: 403,
        body: { code: "reauthentication_required" },
      });
      expect(await remove(ada.accountId, stale)).toMatchObject({ status: 404 });
      expect(await remove(ada.userId, stale)).toMatchObject({ status: 403 });
      expect((await service.call("GET", MEMBERS, { token: stale.token })).body.items).toHaveLength(2);
      const again = signedIn(await login(service, ada.email));
      expect((await remove(zyl.userId, again)).status).toBe(204);
    });

    it("is for owners, of their own account, and happens once", async () => {
      const eve = await register(service, "Eve");
      expect((await remove(zyl.userId, eve)).status).toBe(404);
      expect((await remove(ada.userId, zyl)).status).toBe(403);
      const answers = await Promise.all([remove(), remove()]);
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
      const deleted = (await service.trail(ada.accountId)).filter(({ type }) => type === "member.deleted");
      expect(deleted).toHaveLength(1);
    });

    it("withdraws invitations alone where that is asked for", async () => {
      expect((await remove(zyl.userId, ada, "?status=invited")).status).toBe(404);
      expect((await login(service, zyl.email)).status).toBe(200);
      const bob = await invite(service, ada, "Bob");
      expect((await remove(bob.id, ada, "?status=invited")).status).toBe(204);
      expect(await remove(zyl.userId, ada, "?status=active")).toMatchObject({
        status: 422,
        body: { errors: [{ field: "status", code: "invalid_value" }] },
      });
    });

    it("takes a disabled person too, and never the last owner", async () => {
      await asAda("PATCH", `${MEMBERS}/${zyl.userId}`, { disabled: true });
      expect((await remove()).status).toBe(204);
      expect(await remove(ada.userId)).toMatchObject(LAST_OWNER);
      expect(await removeMe(ada)).toMatchObject(LAST_OWNER);
      expect((await login(service, ada.email)).status).toBe(200);
    });

    it("of one of two owners who delete each other at once leaves the other", async () => {
      await join(service, ada, "Carl", "owner");
      const bea = await join(service, ada, "Bea", "owner");
      const answers = await Promise.all([remove(bea.userId), remove(ada.userId, bea)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 401]);
      const left = await Promise.all([login(service, ada.email), login(service, bea.email)]);
      expect(left.map(({ status }) => status).sort()).toEqual([200, 401]);
    });

    it("ends the links that they handed out, and keeps the people who were invited in the list", async () => {
      const bea = await join(service, ada, "Bea", "owner");
      const bob = await invite(service, bea, "Bob");
      const link = await makePasswordLink(service, bea, zyl.userId);
      expect((await remove(bea.userId)).status).toBe(204);
      await sweepAll(service);
      expect(await accept(service, bob.token)).toMatchObject(INVALID);
      expect(await reset(service, link, "another one of no list")).toMatchObject(INVALID);
      expect(foundIn(await dump(service), [bea.userId])).toEqual([]);
      const { body } = await asAda("GET", MEMBERS);
      expect(body.items.map((member: { name: string }) => member.name)).toEqual(["Ada", "Bob", NAME]);
      expect((await accept(service, (await invite(service, ada, "Bob")).token)).status).toBe(200);
    });

    describe("oneself", () => {
      it("needs the password, clears the cookie, and leaves nothing", async () => {
        expect(await removeMe(zyl, "wrong")).toMatchObject({
          status: 422,
          body: { errors: [{ field: "current_password", code: "invalid_value" }] },
        });
        expect(await service.call("DELETE", ME, { token: zyl.token })).toMatchObject({
          status: 422,
          body: { errors: [{ field: "current_password", code: "required" }] },
        });
        expect((await refresh(service, zyl.cookie)).status).toBe(200);
        expect(await removeMe()).toMatchObject({ status: 204, cookie: "" });
        await expectGone();
        const [event] = await service.trail(ada.accountId);
        expect(event).toMatchObject({ type: "member.deleted", ip: null });
        expect(event?.actorId).not.toBe(zyl.userId);
      });

      it("needs no recent sign-in, since it needs the password", async () => {
        service.clock.stall(30 * 60 * 1000);
        const { body } = await refresh(service, zyl.cookie);
        expect((await removeMe({ ...zyl, token: body.access_token })).status).toBe(204);
      });

      it("is limited like sign-in", async () => {
        for (let time = 0; time < 10; time += 1) expect((await removeMe(zyl, "wrong")).status).toBe(422);
        expect(await removeMe()).toMatchObject({ status: 429, body: { code: "rate_limited" } });
        expect((await login(service, zyl.email)).status).toBe(429);
      });

      it("is refused if the password changes during the check", async () => {
        const change = { current_password: PASSWORD, new_password: "another one of no list" };
        service.hasher.beforeAnswer = async () => {
          service.hasher.beforeAnswer = async () => undefined;
          const changed = await service.call("POST", `${ME}/password`, { token: zyl.token, body: change });
          expect(changed.status).toBe(200);
        };
        expect((await removeMe()).status).toBe(422);
        expect((await login(service, zyl.email, change.new_password)).status).toBe(200);
      });
    });

    describe("during or at once with other calls", () => {
      const during = async (act: () => Promise<Answer>): Promise<Answer> => {
        const removing = async () => {
          service.hasher.beforeAnswer = async () => undefined;
          service.hasher.beforeHash = async () => undefined;
          expect((await remove()).status).toBe(204);
          await sweepAll(service);
        };
        service.hasher.beforeAnswer = removing;
        service.hasher.beforeHash = removing;
        return await act();
      };

      it("refuses a sign-in whose password is being checked", async () => {
        const answer = await during(() => login(service, zyl.email));
        expect(answer).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
        await expectGone();
      });

      it("records no failed sign-in of theirs, whose password is being checked", async () => {
        const answer = await during(() => login(service, zyl.email, "wrong"));
        expect(answer.status).toBe(401);
        await sweepAll(service);
        expect(foundIn(await dump(service), [zyl.email, zyl.userId, NAME])).toEqual([]);
      });

      it("refuses a new password, whose old one is being checked, and one by a link", async () => {
        const link = await makePasswordLink(service, ada, zyl.userId);
        const body = { current_password: PASSWORD, new_password: "another one of no list" };
        const changed = await during(() =>
          service.call("POST", `${ME}/password`, { token: zyl.token, body }),
        );
        expect(changed).toMatchObject({ status: 401, body: { code: "token_expired" } });
        expect(await reset(service, link, "another one of no list")).toMatchObject(INVALID);
        await expectGone();
      });

      it("refuses a password by a link, that is being hashed", async () => {
        const link = await makePasswordLink(service, ada, zyl.userId);
        expect(await during(() => reset(service, link, "another one of no list"))).toMatchObject(INVALID);
        await expectGone();
      });

      it("lets nobody in by an invitation of theirs, whose password is being hashed", async () => {
        await asAda("PATCH", `${MEMBERS}/${zyl.userId}`, { role: "owner" });
        const owner = signedIn(await login(service, zyl.email));
        const bob = await invite(service, owner, "Bob");
        expect(await during(() => accept(service, bob.token))).toMatchObject(INVALID);
        await expectGone();
      });

      it("leaves nothing of them, whatever they do at once", async () => {
        await asAda("PATCH", `${MEMBERS}/${zyl.userId}`, { role: "owner" });
        const owner = signedIn(await login(service, zyl.email));
        const call = { token: owner.token };
        await Promise.all([
          login(service, zyl.email),
          login(service, zyl.email, "wrong"),
          refresh(service, owner.cookie),
          inviteCall(service, owner, "Bob"),
          service.call("PATCH", SECURITY, { ...call, body: { idle_minutes: 15, apply: "now" } }),
          service.call("PATCH", ME, { ...call, body: { name: `${NAME} II` } }),
          service.call("PATCH", "/api/accounts/me", { ...call, body: { name: "Another" } }),
          service.call("POST", `${ME}/password`, {
            ...call,
            body: { current_password: PASSWORD, new_password: "another one of no list" },
          }),
          remove(),
        ]);
        await expectGone();
        const { body } = await refresh(service, ada.cookie);
        const { active_user_count: count } = (
          await service.call("GET", SECURITY, { token: body.access_token })
        ).body;
        expect(count).toBe(1);
      });

      it("remembers no place of a refresh that was answered before", async () => {
        const user = { accountId: zyl.accountId, userId: zyl.userId };
        await Promise.all([
          remove(),
          service.context.places.remember(user, { ip: TRACED_IP, keyThumbprint: null }),
        ]);
        await service.context.places.remember(user, { ip: "203.0.113.178", keyThumbprint: null });
        await expectGone();
        const { length } = await service.query(`SELECT 1 FROM known_places WHERE user_id = '${zyl.userId}'`);
        expect(length).toBe(0);
      });
    });
  });
}
