import type { FeedRow } from "../../src/revocation/feed.js";
import type { Suite } from "./suite.js";
import { eventOf, HOUR, MINUTE, NO_ACTOR, type StoreTestContext } from "./test-context.js";

/** `now`, `readFeed` and `watchFeed`. */
export function describeFeed({ describe, test, expect }: Suite): void {
  test("now returns the store's clock", async (context) => {
    expect(await context.store.now()).toBe(context.clock.now());
    context.clock.step(-MINUTE);
    expect(await context.store.now()).toBe(context.clock.now());
  });

  describe("readFeed", () => {
    test("returns a cursor and the time for an empty feed", async (context) => {
      const page = await context.store.readFeed({ cursor: null, sinceMs: MINUTE });
      expect(page).toMatchObject({ rows: [], now: context.clock.now() });
      expect(await context.store.readFeed({ cursor: page.cursor, sinceMs: MINUTE })).toMatchObject({
        rows: [],
      });
    });

    test("reads new rows of every account after a cursor", async (context) => {
      const other = context.otherAccount();
      await context.revokeAccount();
      const first = await context.store.readFeed({ cursor: null, sinceMs: MINUTE });
      await context.revokeAccount("password_changed");
      const foreign = await other.revokeAccount();
      const second = await context.store.readFeed({ cursor: first.cursor, sinceMs: MINUTE });
      const newRows = second.rows.filter(
        (row) => !first.rows.some((known) => known.sequence === row.sequence),
      );
      expect(newRows.map((row) => [row.accountId, row.scope === "account" && row.epoch])).toEqual([
        [context.accountId, 2],
        [other.accountId, 1],
      ]);
      expect(newRows[1]).toEqual(foreign.feed[0]);
    });

    test("returns no row twice while no transaction is open", async (context) => {
      const read = (cursor: string | null) => context.store.readFeed({ cursor, sinceMs: MINUTE });
      await context.revokeAccount();
      context.clock.stall(HOUR);
      const first = await read(null);
      expect(first.rows).toEqual([]);
      expect((await read(first.cursor)).rows).toEqual([]);
      const firstRow = (await context.revokeAccount()).feed[0];
      const second = await read(first.cursor);
      expect(second.rows).toEqual([firstRow]);
      const third = await read(second.cursor);
      expect(third.rows).toEqual([]);
      const secondRow = (await context.revokeAccount()).feed[0];
      expect((await read(third.cursor)).rows).toEqual([secondRow]);
    });

    test("without a cursor returns rows up to sinceMs old, to the millisecond", async (context) => {
      await context.revokeAccount();
      context.clock.stall(MINUTE);
      const read = async (sinceMs: number) =>
        (await context.store.readFeed({ cursor: null, sinceMs })).rows.length;
      expect([await read(MINUTE - 1), await read(MINUTE), await read(MINUTE + 1)]).toEqual([0, 1, 1]);
    });

    test("returns every row as its writer returned it", async (context) => {
      const ada = await context.signIn();
      const ben = await context.signIn({ user: context.newUser("Ben", "member") });
      const written: FeedRow[] = [];
      written.push(...(await context.writePolicy(null)).feed);
      written.push(...(await context.revokeAccount("revoked_by_owner", ada.session)).feed);
      const ended = await context.store.endSession({
        accountId: context.accountId,
        sessionId: ada.session.id,
        reason: "token_reused",
        event: eventOf("session.token_reused"),
      });
      if (ended.kind === "ended") written.push(...ended.feed);
      for (const changes of [{ role: "owner" }, { disabled: true }] as const) {
        const outcome = await context.store.updateUser({
          accountId: context.accountId,
          userId: ben.user.id,
          changes,
          actor: NO_ACTOR,
        });
        if (outcome.kind === "updated") written.push(...outcome.feed);
      }
      expect(written.map((row) => row.scope)).toEqual(["policy", "account", "session", "role", "user"]);
      expect(await context.feedRows()).toEqual(written);
      expect(new Set(written.map((row) => row.sequence)).size).toBe(written.length);
    });

    test("skips no row when reads and writes are concurrent", async (context) => {
      const received = new Map<number, FeedRow>();
      let cursor: string | null = null;
      const read = async (): Promise<void> => {
        const page: Awaited<ReturnType<typeof context.store.readFeed>> = await context.store.readFeed({
          cursor,
          sinceMs: MINUTE,
        });
        cursor = page.cursor;
        for (const row of page.rows) received.set(row.sequence, row);
      };
      const written: FeedRow[] = [];
      for (let round = 0; round < 20; round++) {
        const writes = [1, 2, 3].map(async () => {
          written.push(...(await context.revokeAccount()).feed);
        });
        await Promise.all([...writes, read()]);
        context.clock.step(round % 2 === 0 ? -5 * MINUTE : 5 * MINUTE);
      }
      await read();
      expect(received.size).toBe(60);
      for (const row of written) expect(received.get(row.sequence)).toEqual(row);
    });
  });

  describe("watchFeed", () => {
    /** The number of reads without a notification after which none is expected. */
    const QUIET_READS = 200;
    /** The number of reads to wait for an expected notification: longer than any test timeout. */
    const PATIENT_READS = 100_000;

    /** Starts to watch. A store may take a moment to subscribe, and may notify when it has. */
    const startWatching = async (context: StoreTestContext) => {
      let notifications = 0;
      const watch = context.store.watchFeed(() => {
        notifications += 1;
      });
      /** Returns whether `act` causes a notification. Each read is a round trip, which lets pending work run. */
      const notifies = async (act: () => Promise<unknown>, maxReads = QUIET_READS): Promise<boolean> => {
        const before = notifications;
        await act();
        for (let reads = 0; reads < maxReads && notifications === before; reads++) {
          await context.store.readFeed({ cursor: null, sinceMs: 0 });
          await context.clock.advance(0);
        }
        return notifications > before;
      };
      for (let tries = 0; !(await notifies(() => context.revokeAccount())); tries++)
        if (tries === 100) throw new Error("the store never notified");
      while (await notifies(async () => {}));
      return { notifies, stop: watch.stop };
    };

    test("notifies of each end and each policy, until stopped", async (context) => {
      const { notifies, stop } = await startWatching(context);
      const { session, user } = await context.signIn();
      await context.signIn();
      expect(await notifies(() => context.revokeAccount("revoked_by_owner", session), PATIENT_READS)).toBe(
        true,
      );
      expect(await notifies(() => context.writePolicy(null), PATIENT_READS)).toBe(true);
      expect(await notifies(() => context.revokeUser(user.id), PATIENT_READS)).toBe(true);
      stop();
      expect(await notifies(() => context.revokeAccount())).toBe(false);
    });

    test("does not notify of a refresh or of a sign-in that ends nothing", async (context) => {
      const { notifies, stop } = await startWatching(context);
      const { session } = await context.signIn();
      expect(await notifies(() => context.refresh(session))).toBe(false);
      expect(await notifies(() => context.signIn())).toBe(false);
      stop();
    });
  });
}
