import type { Suite } from "./suite.js";
import { DAY, eventOf, NO_ACTOR, type StoreTestContext } from "./test-context.js";

const IP = "203.0.113.9";

/** `recordEvent` about a user who was deleted while the caller was about to call it. */
export function describeLateEvents({ describe, test, expect }: Suite): void {
  /** Deletes a user, and answers the call that a refused proof of theirs makes late. */
  async function deleteOne(context: StoreTestContext) {
    const owner = await context.signIn();
    const { user, session } = await context.signIn({ user: context.newUser("Ben", "member") });
    await context.store.deleteUser({
      accountId: context.accountId,
      userId: user.id,
      actor: { ...NO_ACTOR, userId: owner.user.id },
      mustKeepOwner: true,
      tombstoneMs: 90 * DAY,
    });
    const proofFailed = () =>
      context.store.recordEvent(
        context.accountId,
        eventOf("session.proof_failed", {
          sessionId: session.id,
          ip: IP,
          details: { user_id: user.id, fault: "invalid_proof" },
        }),
        session.id,
      );
    return { owner, user, proofFailed };
  }

  describe("recordEvent about a deleted user", () => {
    test("keeps no id and no address of theirs, before the erasure and after", async (context) => {
      const { user, proofFailed } = await deleteOne(context);
      await proofFailed();
      expect(await context.latestEvent("session.proof_failed")).toMatchObject({ actor: null, ip: null });
      await context.sweepAll();
      context.clock.stall(60_000);
      await proofFailed();
      await context.store.recordEvent(
        context.accountId,
        eventOf("user.signed_out", { actorId: user.id, ip: IP, details: { name: "Ben" } }),
      );
      const events = (await context.snapshot()).events;
      expect(events.filter(({ type }) => type === "session.proof_failed").length).toBe(2);
      for (const trace of [user.id, IP])
        expect([trace, JSON.stringify(events).includes(trace)]).toEqual([trace, false]);
    });

    test("keeps who else acted, from where, and what the event tells besides", async (context) => {
      const { owner, user } = await deleteOne(context);
      await context.sweepAll();
      await context.store.recordEvent(
        context.accountId,
        eventOf("member.enabled", {
          actorId: owner.user.id,
          ip: "192.0.2.7",
          details: { user_id: user.id, email: user.email, count: 3 },
        }),
      );
      const event = await context.latestEvent("member.enabled");
      expect(event).toMatchObject({
        actor: { id: owner.user.id },
        ip: "192.0.2.7",
        details: { email: null, count: 3 },
      });
      expect(event?.details["user_id"] === user.id).toBe(false);
    });

    test("is as it was told where a user has the same id again", async (context) => {
      const { user, proofFailed } = await deleteOne(context);
      await context.sweepAll();
      const { session } = await context.signIn({ user });
      const event = eventOf("session.device_changed", {
        sessionId: session.id,
        ip: IP,
        details: { user_id: user.id },
      });
      await context.store.recordEvent(context.accountId, event);
      const { ip, details } = (await context.latestEvent("session.device_changed")) ?? {};
      expect({ ip, details }).toEqual({ ip: IP, details: { user_id: user.id } });
      await proofFailed();
      expect((await context.latestEvent("session.proof_failed"))?.ip).toBe(null);
    });
  });
}
