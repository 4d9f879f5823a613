import type { Suite } from "./suite.js";
import { DAY, eventOf, MINUTE, SHORT_LIMITS, type StoreTestContext } from "./test-context.js";

/** How long `sweep` keeps ended sessions that hosts issued. */
export function describeKeptSessions({ describe, test, expect }: Suite): void {
  const RETENTION = { endedRetentionMs: 30 * DAY, feedRetentionMs: DAY, auditRetentionMs: 365 * DAY };

  async function sweepAll(context: StoreTestContext, batch = 100): Promise<number> {
    let deleted = 0;
    for (let more = true; more; ) {
      const outcome = await context.store.sweep({ batch, ...RETENTION });
      deleted += outcome.deleted;
      more = outcome.more;
    }
    return deleted;
  }

  const isThere = async (context: StoreTestContext, id: string): Promise<boolean> =>
    (await context.store.readSession(context.accountId, id)) !== null;

  async function adoptAndEnd(context: StoreTestContext, keepForMs: number): Promise<string> {
    const keepUntil = context.clock.now() + keepForMs;
    const { session } = await context.adopt({ governed: { keepUntil } });
    await context.store.endSession({
      accountId: context.accountId,
      sessionId: session.id,
      reason: "signed_out",
      event: eventOf("user.signed_out"),
    });
    return session.id;
  }

  describe("sweep of ended sessions that hosts issued", () => {
    test("keeps one until keepUntil, though its end was long ago, so that it is not seen for the first time again", async (context) => {
      const id = await adoptAndEnd(context, 90 * DAY);
      context.clock.stall(90 * DAY - 1);
      await sweepAll(context);
      expect(await context.fate({ id })).toMatchObject({ state: "revoked", reason: "signed_out" });
      expect(await context.firstSight({ sessionId: id })).toEqual({ kind: "exists" });
      context.clock.stall(2);
      expect((await sweepAll(context)) >= 1).toBe(true);
      expect(await isThere(context, id)).toBe(false);
    });

    test("keeps one for the retention after its end, though keepUntil has passed", async (context) => {
      const id = await adoptAndEnd(context, DAY);
      const end = context.clock.now();
      for (const days of [2, 20, 30]) {
        context.clock.stall(end + days * DAY - context.clock.now());
        await sweepAll(context);
        expect(await isThere(context, id)).toBe(true);
      }
      context.clock.stall(1);
      await sweepAll(context);
      expect(await isThere(context, id)).toBe(false);
    });

    test("never deletes a live one, whatever keepUntil is", async (context) => {
      const limits = { idleMinutes: 129_600, absoluteMinutes: 129_600 };
      const { session } = await context.adopt({ limits, governed: { keepUntil: context.clock.now() } });
      context.clock.stall(60 * DAY);
      await sweepAll(context);
      expect(await context.fate(session)).toEqual({ state: "live" });
    });

    test("counts an expiry from its deadline", async (context) => {
      const keepUntil = context.clock.now() + MINUTE;
      const { session } = await context.adopt({ limits: SHORT_LIMITS, governed: { keepUntil } });
      context.clock.stall(10 * MINUTE + 30 * DAY);
      await sweepAll(context);
      expect(await context.fate(session)).toMatchObject({ state: "expired", reason: "idle" });
      context.clock.stall(1);
      await sweepAll(context);
      expect(await isThere(context, session.id)).toBe(false);
    });

    test("works in batches, and is not held up by those that have to stay", async (context) => {
      const kept: string[] = [];
      for (let count = 0; count < 5; count++) kept.push(await adoptAndEnd(context, 90 * DAY));
      const due: string[] = [];
      for (let count = 0; count < 5; count++) due.push(await adoptAndEnd(context, DAY));
      const { session } = await context.signIn();
      await context.revokeUser(session.userId);
      context.clock.stall(31 * DAY);
      await sweepAll(context, 2);
      for (const id of kept) expect(await isThere(context, id)).toBe(true);
      for (const id of [...due, session.id]) expect(await isThere(context, id)).toBe(false);
    });

    test("leaves nothing to do while it only keeps sessions, more of them than a batch", async (context) => {
      const ids: string[] = [];
      for (let count = 0; count < 5; count++) ids.push(await adoptAndEnd(context, DAY));
      context.clock.stall(2 * DAY);
      await sweepAll(context, 2);
      for (const id of ids) expect(await isThere(context, id)).toBe(true);
      expect(await context.store.sweep({ batch: 2, ...RETENTION })).toMatchObject({
        deleted: 0,
        more: false,
      });
    });
  });
}
