import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAccountDirectory } from "../../src/accounts/accounts.js";
import { createServiceStore } from "../../src/database/service-store.js";
import { makePasswordLinkByOperator } from "../../src/links/make-password-link.js";
import type { TestDatabase } from "../members/invitation-ends.js";
import {
  accept,
  type InvitedMember,
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
import { type Answer, createTestService, PASSWORD, type TestService } from "../unit/test-service.js";
import { dump, foundIn, sweepAll, TRACED_IP, tracesOf } from "./traces.js";

const ME = "/api/accounts/me";
const SECURITY = `${ME}/security`;
const NAME = "Zylophona";
const ACCOUNT = `${NAME}'s account`;
const GONE = { status: 401, body: { code: "session_revoked", reason: "account_deleted" } };
const INVALID = { status: 422, body: { errors: [{ field: "token", code: "invalid_value" }] } };
const REFUSED = { status: 401, body: { code: "invalid_credentials" } };
const WRONG_NAME = { status: 422, body: { errors: [{ field: "account_name", code: "invalid_value" }] } };

const KEPT = { endedRetentionMs: 1e12, feedRetentionMs: 1e12, auditRetentionMs: 1e12 };

/** Deleting an account, on each kind of database. */
export function describeAccountDeletion({ name, open }: TestDatabase): void {
  describe(`deleting an account, ${name}`, () => {
    let service: TestService;
    let eve: SignedIn;
    let zyl: SignedIn;
    let bob: SignedIn;
    let carl: InvitedMember;
    beforeEach(async () => {
      service = await createTestService({ openDatabase: open });
      zyl = await register(service, NAME);
      eve = await register(service, "Eve");
      bob = await join(service, zyl, "Bob");
      carl = await invite(service, zyl, "Carl");
    });
    afterEach(() => service.close());

    const remove = (accountName: unknown = ACCOUNT, user = zyl): Promise<Answer> =>
      service.call("DELETE", ME, { token: user.token, body: { account_name: accountName } });
    /** What must be nowhere, in any form. */
    const texts = (): readonly string[] => [
      ...tracesOf(zyl, NAME),
      ...[bob.userId, bob.email, carl.id, carl.email, zyl.accountId],
    ];
    const expectGone = async (): Promise<void> => {
      await sweepAll(service);
      expect(foundIn(await dump(service), texts())).toEqual([]);
      expect(await refresh(service, zyl.cookie)).toMatchObject(GONE);
      expect(await login(service, bob.email)).toMatchObject(REFUSED);
    };

    it("ends everybody's sessions, tells why, and leaves nothing of it but a tombstone", async () => {
      const again = signedIn(await login(service, zyl.email, PASSWORD, { ip: TRACED_IP }));
      await login(service, bob.email, "wrong");
      await makePasswordLink(service, zyl, bob.userId);
      await service.call("PATCH", SECURITY, { token: zyl.token, body: { idle_minutes: 15 } });
      const others = await service.call("GET", `${SECURITY}/events`, { token: eve.token });
      expect(foundIn(await dump(service), texts())).toEqual(texts());

      expect(await remove()).toMatchObject({ status: 204, body: null, cookie: "" });
      for (const { token, cookie } of [again, zyl, bob]) {
        expect(await service.call("GET", "/api/auth/session", { token })).toMatchObject(GONE);
        expect(await refresh(service, cookie)).toMatchObject(GONE);
      }
      await sweepAll(service);
      expect(await service.rowCounts()).toEqual({
        first_account: 1,
        account_names: 1,
        credentials: 1,
        email_directory: 1,
        invitations: 0,
        password_links: 0,
        curfew_users: 1,
        curfew_sessions: 1,
        curfew_events: 1,
      });
      await expectGone();
      expect(await service.query("SELECT reason FROM curfew_tombstones")).toEqual([
        { reason: "account_deleted" },
      ]);
      expect((await service.call("GET", `${SECURITY}/events`, { token: eve.token })).body).toEqual(
        others.body,
      );
    });

    it("holds at once for every call, before its rows are gone", async () => {
      const link = await makePasswordLink(service, zyl, bob.userId);
      const byOperator = (await makePasswordLinkByOperator(service.context, zyl)).url.split("#")[1] ?? "";
      await remove();
      expect(foundIn(await dump(service), [bob.email])).toEqual([bob.email]);
      for (const email of [zyl.email, bob.email]) expect(await login(service, email)).toMatchObject(REFUSED);
      for (const token of [link, byOperator]) {
        expect(await service.call("POST", "/api/auth/password-link", { body: { token } })).toMatchObject(
          INVALID,
        );
        expect(await reset(service, token, "another one of no list")).toMatchObject(INVALID);
      }
      expect(await accept(service, carl.token)).toMatchObject(INVALID);
      expect((await inviteCall(service, eve, "Bob")).status).toBe(201);
      const next = await service.call("POST", "/api/auth/register", { body: registration(NAME) });
      expect(next.status).toBe(201);
      expect(signedIn(next).accountId).not.toBe(zyl.accountId);
      await sweepAll(service);
      expect((await login(service, zyl.email)).status).toBe(200);
      expect(foundIn(await dump(service), [zyl.userId, bob.userId, zyl.accountId])).toEqual([]);
    });

    it("needs the name, however its letters are composed", async () => {
      for (const other of ["", "Eve's account", ACCOUNT.toLowerCase(), `${ACCOUNT}s`])
        expect(await remove(other)).toMatchObject(WRONG_NAME);
      expect(await service.call("DELETE", ME, { token: zyl.token })).toMatchObject({
        status: 422,
        body: { errors: [{ field: "account_name", code: "required" }] },
      });
      expect(await remove(7)).toMatchObject({ body: { errors: [{ code: "wrong_type" }] } });
      const named = await service.call("PATCH", ME, { token: zyl.token, body: { name: "Zoë's Café" } });
      expect(named.status).toBe(200);
      expect(await remove(` ${"Zoë's Café".normalize("NFD")} `)).toMatchObject({ status: 204 });
    });

    it("needs a recent sign-in, once the name is right, and is for owners", async () => {
      expect((await remove(ACCOUNT, bob)).status).toBe(403);
      service.clock.stall(16 * 60 * 1000);
      const { body } = await refresh(service, zyl.cookie);
      const stale = { ...zyl, token: body.access_token };
      expect(await remove("another", stale)).toMatchObject(WRONG_NAME);
      expect(await remove(ACCOUNT, stale)).toMatchObject({
        status: 403,
        body: { code: "reauthentication_required" },
      });
      const again = signedIn(await login(service, zyl.email));
      expect((await remove(ACCOUNT, again)).status).toBe(204);
    });

    it("lets a new first account begin once there is none, and not before", async () => {
      await service.close();
      service = await createTestService({ openDatabase: open });
      zyl = await register(service, NAME);
      eve = await register(service, "Eve");
      const first = () => service.query<{ account_id: string }>("SELECT account_id FROM first_account");
      expect(await first()).toEqual([{ account_id: zyl.accountId }]);
      const other = createAccountDirectory(service.database, service.clock.monotonic);
      expect(await other.hasAny()).toBe(true);
      await remove();
      expect(await first()).toEqual([{ account_id: eve.accountId }]);
      expect(await service.context.accounts.hasAny()).toBe(true);
      await remove("Eve's account", eve);
      expect(await first()).toEqual([]);
      expect(await service.context.accounts.hasAny()).toBe(false);
      expect(await service.context.setupToken.current()).not.toBeNull();
      await register(service, "Bob");
      expect(await service.context.accounts.hasAny()).toBe(true);
      expect(await first()).toHaveLength(1);
    });

    it("lets a new first account begin where the last ones are deleted at once", async () => {
      for (let round = 0; round < 2; round += 1) {
        const answers = await Promise.all([remove(), remove("Eve's account", eve)]);
        expect(answers.map(({ status }) => status)).toEqual([204, 204]);
        expect(await service.query("SELECT account_id FROM first_account")).toEqual([]);
        zyl = await register(service, NAME);
        eve = await register(service, "Eve");
      }
    });

    it("happens in batches that are carried on, each with rows of one account alone", async () => {
      for (const member of ["Dora", "Finn", "Gus"]) await join(service, zyl, member);
      await remove();
      const store = createServiceStore(service.database);
      const counts: number[] = [];
      for (let more = true; more; ) {
        ({ more } = await store.sweep({ batch: 2, ...KEPT }));
        counts.push((await service.rowCounts()).credentials ?? -1);
      }
      expect(counts[0]).toBeGreaterThan(1);
      expect(counts.at(-1)).toBe(1);
      expect(counts.length).toBeGreaterThan(10);
      await expectGone();
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
        expect(await during(() => login(service, bob.email))).toMatchObject(REFUSED);
        await expectGone();
      });

      it("records no failed sign-in, whose password is being checked", async () => {
        expect(await during(() => login(service, bob.email, "wrong"))).toMatchObject(REFUSED);
        await expectGone();
      });

      it("lets nobody join whose password is being hashed", async () => {
        expect(await during(() => accept(service, carl.token))).toMatchObject(INVALID);
        await expectGone();
      });

      it("refuses passwords that are being changed or chosen by a link", async () => {
        const link = await makePasswordLink(service, zyl, bob.userId);
        expect(await during(() => reset(service, link, "another one of no list"))).toMatchObject(INVALID);
        await expectGone();
      });

      it("leaves nothing, whatever else happens at once", async () => {
        const call = { token: zyl.token };
        const [removed] = await Promise.all([
          remove(),
          login(service, bob.email),
          login(service, bob.email, "wrong"),
          refresh(service, bob.cookie),
          accept(service, carl.token),
          inviteCall(service, zyl, "Dora"),
          service.call("PATCH", SECURITY, { ...call, body: { idle_minutes: 15, apply: "now" } }),
          service.call("POST", `${SECURITY}/revoke-sessions`, { ...call, body: { scope: "others" } }),
          service.call("DELETE", `${ME}/members/${bob.userId}`, call),
          sweepAll(service),
        ]);
        // The policy, if it came first, has made the token old.
        if (removed.status === 401) {
          const { body } = await refresh(service, zyl.cookie);
          expect((await remove(ACCOUNT, { ...zyl, token: body.access_token })).status).toBe(204);
        } else expect(removed.status).toBe(204);
        await expectGone();
        expect((await refresh(service, eve.cookie)).status).toBe(200);
      });
    });
  });
}
