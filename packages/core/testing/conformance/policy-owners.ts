import type { Suite } from "./suite.js";
import { eventOf } from "./test-context.js";

const OVERRIDE = { idleMinutes: 30, absoluteMinutes: 600 };

/** `writePolicy` with `ownerOnly`: whether the caller is still an owner is decided when the policy is written. */
export function describePolicyOwners({ describe, test, expect }: Suite): void {
  describe("writePolicy for owners only", () => {
    test("answers not_owner, and writes nothing, if only an owner may and the caller is none any more", async (context) => {
      const owner = await context.signIn();
      const member = await context.signIn({ user: context.newUser("Ben", "member") });
      const ended = await context.signIn();
      await context.store.endSession({
        accountId: context.accountId,
        sessionId: ended.session.id,
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      });
      const write = (callerSessionId: string | null, expectedVersion: number) =>
        context.store.writePolicy({
          accountId: context.accountId,
          expectedVersion,
          override: OVERRIDE,
          shorten: null,
          callerSessionId,
          ownerOnly: true,
          activeUsersLimit: 100,
          event: eventOf("policy.changed"),
        });
      const before = await context.snapshot();
      for (const id of [null, "nobody's", member.session.id, ended.session.id])
        expect(await write(id, 1)).toEqual({ kind: "not_owner" });
      expect(await context.snapshot()).toEqual(before);
      expect(await write(owner.session.id, 1)).toMatchObject({ kind: "written", version: 2 });
    });
  });
}
