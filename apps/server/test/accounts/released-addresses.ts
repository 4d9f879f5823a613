import { raw, run } from "@curfew/sql";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emailKeyOf } from "../../src/accounts/email-address.js";
import { migrateService } from "../../src/database/migrations.js";
import type { TestDatabase } from "../members/invitation-ends.js";
import { invite, login, register, registration, type SignedIn } from "../unit/api-calls.js";
import { createTestService, type TestService } from "../unit/test-service.js";

const EMAIL_TAKEN = { status: 409, body: { code: "email_taken" } };

/** What becomes of the addresses of the last release: on each kind of database. */
export function describeReleasedAddresses({ name, open }: TestDatabase): void {
  describe(`users of the last release who have one address now, ${name}`, () => {
    let service: TestService;
    let ada: SignedIn;
    let bob: SignedIn;

    const execute = (text: string) =>
      service.database.write(() => run(raw(service.database.queries<Record<never, never>>(), sql.raw(text))));

    /** Gives a user the address as the last release would have stored it. */
    const asReleased = (user: SignedIn, email: string) =>
      execute(`UPDATE email_directory SET email_key = '${emailKeyOf(email)}', address_key = NULL
      WHERE user_id = '${user.userId}'`);

    beforeEach(async () => {
      service = await createTestService({ openDatabase: open });
      ada = await register(service, "Ada");
      bob = await register(service, "Bob");
      await asReleased(ada, "info@xn--bcher-kva.example");
      await asReleased(bob, "info@bücher.example");
    });
    afterEach(() => service.close());

    it("each sign in as before, before the keys are filled in and after it", async () => {
      for (const step of [() => undefined, () => migrateService(service.database)]) {
        await step();
        for (const [user, email] of [
          [ada, "info@xn--bcher-kva.example"],
          [ada, "INFO@XN--BCHER-KVA.example"],
          [bob, "info@bücher.example"],
          [bob, "Info@Bücher.example"],
        ] as const)
          expect((await login(service, email)).body.user.id).toBe(user.userId);
      }
    });

    it("are listed, and one of them has the spellings that neither had", async () => {
      await asReleased(ada, "weiss@example.test");
      await asReleased(bob, "weiß@example.test");
      const shared = await migrateService(service.database);
      const reference = ({ accountId, userId }: SignedIn) => ({ accountId, userId });
      expect(shared).toEqual([{ user: reference(bob), owner: reference(ada) }]);
      expect(await migrateService(service.database)).toEqual(shared);
      for (const [user, email] of [
        [ada, "WEISS@example.test"],
        [bob, "weiß@example.test"],
        [bob, "WEIß@example.test"],
        [ada, "weiſſ@example.test"],
      ] as const)
        expect((await login(service, email)).body.user.id).toBe(user.userId);
    });

    it("keep others from the address, in whatever spelling", async () => {
      await migrateService(service.database);
      for (const email of ["info@bücher.example", "info@BÜCHER。example"])
        expect(
          await service.call("POST", "/api/auth/register", { body: registration("Eve", { email }) }),
        ).toMatchObject(EMAIL_TAKEN);
    });

    it("are none where every address is of one user, whose other spellings then sign in", async () => {
      await asReleased(ada, "ada@example.test");
      expect((await login(service, "info@xn--bcher-kva.example")).status).toBe(401);
      expect(await migrateService(service.database)).toEqual([]);
      expect((await login(service, "info@xn--bcher-kva.example")).body.user.id).toBe(bob.userId);
    });

    it("can be invited again under the id of the last release's invitation", async () => {
      const { id } = await invite(service, ada, "Carl");
      await execute(
        "UPDATE invitations SET email_key = 'carl@bücher.example', email = 'carl@bücher.example', address_key = NULL, name_key = NULL",
      );
      await migrateService(service.database);
      const body = { name: "Carl", email: "carl@xn--bcher-kva.example", role: "member" };
      const answer = await service.call("POST", "/api/accounts/me/members", { token: ada.token, body });
      expect(answer.body.member.id).toBe(id);
    });

    it("are found however many users the directory has", async () => {
      const many = Array.from(
        { length: 2_500 },
        (_, index) => `('user-${index}@bücher.example', NULL, 'a', '${index}')`,
      );
      await execute(
        `INSERT INTO email_directory (email_key, address_key, account_id, user_id) VALUES ${many.join()}`,
      );
      expect(await migrateService(service.database)).toHaveLength(1);
      expect(
        await service.query("SELECT count(*) AS count FROM email_directory WHERE address_key IS NULL"),
      ).toEqual([{ count: 1 }]);
    });
  });
}
