import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addressKeyOf } from "../../src/accounts/email-address.js";
import { createServiceStore } from "../../src/database/service-store.js";
import { dump, foundIn, sweepAll } from "../deletion/traces.js";
import type { TestDatabase } from "../members/invitation-ends.js";
import {
  accept,
  type InvitedMember,
  invite,
  join,
  login,
  makePasswordLink,
  register,
  type SignedIn,
  signedIn,
} from "../unit/api-calls.js";
import { createTestService, type TestService } from "../unit/test-service.js";

const MEMBERS = "/api/accounts/me/members";
const NAME = "Quintessa";
const DAY_MS = 24 * 60 * 60 * 1000;
const KEPT = { endedRetentionMs: 1e12, feedRetentionMs: 1e12, auditRetentionMs: 1e12 };

/** What the sweep takes of invitations and password links that ran out, on each kind of database. */
export function describeOldLinks({ name, open }: TestDatabase): void {
  describe(`an invitation that nobody accepted, ${name}`, () => {
    let service: TestService;
    let ada: SignedIn;
    let invited: InvitedMember;
    beforeEach(async () => {
      service = await createTestService({ openDatabase: open });
      ada = await register(service, "Ada");
      invited = await invite(service, ada, NAME);
    });
    afterEach(() => service.close());

    const texts = () => [invited.email, addressKeyOf(invited.email), NAME];
    const sweepAfter = async (days: number): Promise<void> => {
      service.clock.stall(days * DAY_MS);
      await sweepAll(service);
    };
    const again = async (): Promise<SignedIn> => signedIn(await login(service, ada.email));
    const members = async (owner: SignedIn): Promise<readonly string[]> => {
      const { body } = await service.call("GET", MEMBERS, { token: owner.token });
      return body.items.map((member: { name: string }) => member.name);
    };

    it("can be sent again for thirty days after its link has run out, and then nothing says whom it was for", async () => {
      await sweepAfter(36);
      const owner = await again();
      expect(await members(owner)).toEqual(["Ada", NAME]);
      expect((await invite(service, owner, NAME)).id).toBe(invited.id);

      await sweepAfter(36);
      expect(foundIn(await dump(service), texts())).toEqual(texts());
      await sweepAfter(1);
      expect(foundIn(await dump(service), texts())).toEqual([]);
      expect(await members(await again())).toEqual(["Ada"]);
      const about = (await service.trail(ada.accountId)).filter(({ type }) => type === "member.invited");
      const details = { user_id: invited.id, name: "Deleted user", email: null, role: "member" };
      expect(about.map((event) => event.details)).toEqual([details, details]);
      expect((await invite(service, await again(), NAME)).id).not.toBe(invited.id);
    });

    it("has the thirty days too where its inviter was deleted long after it was made", async () => {
      const bea = await join(service, ada, "Bea", "owner");
      const bob = await invite(service, bea, "Bob");
      await sweepAfter(35);
      const owner = await again();
      await invite(service, signedIn(await login(service, bea.email)), "Bob");
      expect((await service.call("DELETE", `${MEMBERS}/${bea.userId}`, { token: owner.token })).status).toBe(
        204,
      );
      await sweepAfter(29);
      expect(await members(await again())).toContain("Bob");
      await sweepAfter(1);
      expect(foundIn(await dump(service), [bob.email])).toEqual([]);
    });

    it("goes in batches, each of one account, and takes nobody who joined, or whom another account invited", async () => {
      const eve = await register(service, "Eve");
      for (let nth = 0; nth < 6; nth += 1) await invite(service, nth % 2 === 0 ? ada : eve, `Guest${nth}`);
      const bob = await join(service, ada, "Bob");
      service.clock.stall(30 * DAY_MS);
      const kept = await invite(service, signedIn(await login(service, eve.email)), "Carla");
      service.clock.stall(7 * DAY_MS);
      const store = createServiceStore(service.database);
      const counts: number[] = [];
      for (let more = true; more; ) {
        ({ more } = await store.sweep({ batch: 2, ...KEPT }));
        counts.push((await service.rowCounts()).invitations ?? -1);
      }
      expect(counts.length).toBeGreaterThan(5);
      expect(counts.at(-1)).toBe(1);
      for (const [nth, count] of counts.entries())
        if (nth > 0) expect((counts[nth - 1] ?? 0) - count).toBeLessThanOrEqual(2);
      const content = await dump(service);
      expect(foundIn(content, ["guest3@example.test", "guest4@example.test", NAME])).toEqual([]);
      expect(foundIn(content, [bob.email, kept.email])).toEqual([bob.email, kept.email]);
    });

    it("is left alone while its link works", async () => {
      await sweepAfter(6.9);
      expect((await accept(service, invited.token)).status).toBe(200);
    });
  });

  describe(`a password link, ${name}`, () => {
    let service: TestService;
    beforeEach(async () => {
      service = await createTestService({ openDatabase: open });
    });
    afterEach(() => service.close());

    it("leaves no row once it has run out", async () => {
      const ada = await register(service, "Ada");
      const bob = await join(service, ada, "Bob");
      await makePasswordLink(service, ada, bob.userId);
      service.clock.stall(DAY_MS - 1);
      await sweepAll(service);
      expect((await service.rowCounts()).password_links).toBe(1);
      service.clock.stall(1);
      await sweepAll(service);
      expect((await service.rowCounts()).password_links).toBe(0);
    });
  });

  describe(`what the limits on sign-ins remember, ${name}`, () => {
    it("goes by itself: places after ninety days, failures of a network with their window, of an e-mail after thirty days", async () => {
      const service = await createTestService({ openDatabase: open });
      const ada = await register(service, "Ada");
      await login(service, ada.email, "wrong");
      const rows = async (table: string) => (await service.query(`SELECT 1 FROM ${table}`)).length;
      const sweepAfter = async (ms: number): Promise<readonly number[]> => {
        service.clock.stall(ms);
        await sweepAll(service);
        return [await rows("known_places"), await rows("sign_in_failures")];
      };
      // Of an e-mail from its network, of the network, and of the e-mail from anywhere.
      expect(await sweepAfter(15 * 60_000 - 1)).toEqual([1, 4]);
      expect(await sweepAfter(60 * 60_000)).toEqual([1, 1]);
      expect(await sweepAfter(30 * DAY_MS)).toEqual([1, 0]);
      expect(await sweepAfter(59 * DAY_MS)).toEqual([1, 0]);
      expect(await sweepAfter(DAY_MS)).toEqual([0, 0]);
      await service.close();
    });
  });
}
