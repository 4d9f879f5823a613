import { isCurfewError } from "@curfew/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renameAccount } from "../../src/accounts/rename-account.js";
import { makePasswordLink } from "../../src/links/make-password-link.js";
import { changeMember } from "../../src/members/change-member.js";
import { invite as inviteMember } from "../../src/members/invite.js";
import { removeMember } from "../../src/members/remove-member.js";
import { type InvitedMember, invite, join, register, type SignedIn } from "../unit/api-calls.js";
import { createTestService, type TestService } from "../unit/test-service.js";
import type { TestDatabase } from "./invitation-ends.js";

/** What an owner may still do whose token was verified before the owner was demoted: on each kind of database. */
export function describeActingOwner({ name, open }: TestDatabase): void {
  describe(`an owner who was demoted after the check of the token, ${name}`, () => {
    let service: TestService;
    let ada: SignedIn;
    let bea: SignedIn;
    let bob: InvitedMember;
    let cleo: SignedIn;
    beforeEach(async () => {
      service = await createTestService({ openDatabase: open });
      ada = await register(service, "Ada");
      bea = await join(service, ada, "Bea", "owner");
      bob = await invite(service, ada, "Bob");
      cleo = await join(service, ada, "Cleo");
    });
    afterEach(() => service.close());

    /** The acts as the routes do them once the token is verified, each of Bea's; those come last that the others need undone. */
    const acts = (): Readonly<Record<string, () => Promise<unknown>>> => {
      const { accountId, userId, sessionId } = bea;
      const actor = { userId, sessionId, ip: null };
      const now = service.clock.now();
      const epochs = { accountEpoch: 0, userEpoch: 0, policyVersion: 0 };
      const times = { authenticatedAt: now, issuedAt: now, expiresAt: now + 300_000 };
      const identity = { accountId, userId, sessionId, role: "owner" as const, ...times, ...epochs };
      const change = { identity, actor };
      const { context } = service;
      return {
        "invite somebody": () =>
          inviteMember(context, { accountId, actor, name: "Dan", email: "dan@example.test", role: "member" }),
        "make a password link": () => makePasswordLink(context, { ...change, userId: cleo.userId }),
        "rename the account": () => renameAccount(context, { accountId, name: "Bea's", actor }),
        "change the policy": () =>
          context.curfew.policy.update(accountId, { idleMinutes: 30 }, { actor, ownerOnly: true }),
        "give an invited member another role": () =>
          changeMember(context, { ...change, memberId: bob.id, changes: { role: "owner" } }),
        "give a member another role": () =>
          changeMember(context, { ...change, memberId: cleo.userId, changes: { role: "owner" } }),
        "disable a member": () =>
          changeMember(context, { ...change, memberId: cleo.userId, changes: { disabled: true } }),
        "withdraw an invitation": () =>
          removeMember(context, { ...change, memberId: bob.id, onlyInvited: true }),
        "delete a person": () =>
          removeMember(context, { ...change, memberId: cleo.userId, onlyInvited: false }),
      };
    };
    const demote = () =>
      service.call("PATCH", `/api/accounts/me/members/${bea.userId}`, {
        token: ada.token,
        body: { role: "member" },
      });
    const endSessions = () =>
      service.call("POST", `/api/accounts/me/security/users/${bea.userId}/revoke-sessions`, {
        token: ada.token,
        body: {},
      });

    it.each([
      ["demoted", demote],
      ["signed out", endSessions],
    ])("can do nothing more once %s", async (_, act) => {
      expect((await act()).status).toBe(200);
      const trail = await service.trail(ada.accountId);
      for (const [what, attempt] of Object.entries(acts())) {
        const error = await attempt().catch((cause: unknown) => cause);
        expect([what, isCurfewError(error, "token_expired")]).toEqual([what, true]);
      }
      expect(await service.trail(ada.accountId)).toEqual(trail);
    });

    it("either acts before or not at all, of both at once", async () => {
      for (const [what, attempt] of Object.entries(acts())) {
        const [outcome] = await Promise.all([
          attempt().then(
            () => "done",
            (error: unknown) => (isCurfewError(error, "token_expired") ? "refused" : error),
          ),
          demote(),
        ]);
        const events = (await service.trail(ada.accountId)).filter(({ actorId }) => actorId !== null);
        const demotion = events.findIndex(
          ({ type, details }) => type === "member.role_changed" && details["user_id"] === bea.userId,
        );
        const act = events.findIndex(
          ({ actorId, type }) => actorId === bea.userId && type !== "member.joined",
        );
        // The newest comes first.
        if (outcome === "done") expect([what, act > demotion]).toEqual([what, true]);
        else expect([what, outcome]).toEqual([what, "refused"]);
        await service.call("PATCH", `/api/accounts/me/members/${bea.userId}`, {
          token: ada.token,
          body: { role: "owner" },
        });
      }
    });
  });
}
