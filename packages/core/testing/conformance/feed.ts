import type { FeedRow } from "../../src/revocation/feed.js";
import type { Suite } from "./suite.js";
import { eventOf, HOUR, MINUTE, type World } from "./world.js";

/** `readFeed`, `watchFeed` and `now`: what a replica hears, and when. */
export function describeFeed<Extra>({ describe, test, expect }: Suite<Extra>): void {
  test("now is the store's clock", async (world) => {
    expect(await world.store.now()).toBe(world.clock.now());
    world.clock.step(-MINUTE);
    expect(await world.store.now()).toBe(world.clock.now());
  });

  describe("readFeed", () => {
    test("answers a cursor and the clock where nothing has happened", async (world) => {
      const page = await world.store.readFeed({ cursor: null, sinceMs: MINUTE });
      expect(page).toMatchObject({ rows: [], now: world.clock.now() });
      expect(await world.store.readFeed({ cursor: page.cursor, sinceMs: MINUTE })).toMatchObject({
        rows: [],
      });
    });

    test("reads on from a cursor: what is new, of every account, and not much else", async (world) => {
      const other = world.elsewhere();
      await world.revokeAccount();
      const first = await world.store.readFeed({ cursor: null, sinceMs: MINUTE });
      await world.revokeAccount("password_changed");
      const away = await other.revokeAccount();
      const second = await world.store.readFeed({ cursor: first.cursor, sinceMs: MINUTE });
      const fresh = second.rows.filter((row) => !first.rows.some((known) => known.sequence === row.sequence));
      expect(fresh.map((row) => [row.accountId, row.scope === "account" && row.epoch])).toEqual([
        [world.accountId, 2],
        [other.accountId, 1],
      ]);
      expect(fresh[1]).toEqual(away.feed[0]);
    });

    test("reads nothing twice while nothing is under way, wherever the cursor came from", async (world) => {
      const read = (cursor: string | null) => world.store.readFeed({ cursor, sinceMs: MINUTE });
      await world.revokeAccount();
      world.clock.stall(HOUR);
      const old = await read(null);
      expect(old.rows).toEqual([]);
      expect((await read(old.cursor)).rows).toEqual([]);
      const row = (await world.revokeAccount()).feed[0];
      const news = await read(old.cursor);
      expect(news.rows).toEqual([row]);
      const quiet = await read(news.cursor);
      expect(quiet.rows).toEqual([]);
      const again = (await world.revokeAccount()).feed[0];
      expect((await read(quiet.cursor)).rows).toEqual([again]);
    });

    test("without a cursor answers what is no older than told, to the millisecond", async (world) => {
      await world.revokeAccount();
      world.clock.stall(MINUTE);
      const read = async (sinceMs: number) =>
        (await world.store.readFeed({ cursor: null, sinceMs })).rows.length;
      expect([await read(MINUTE - 1), await read(MINUTE), await read(MINUTE + 1)]).toEqual([0, 1, 1]);
    });

    test("answers every row as it was answered to who wrote it", async (world) => {
      const ada = await world.signIn();
      const ben = await world.signIn({ user: world.person("Ben", "member") });
      const written: FeedRow[] = [];
      written.push(...(await world.writePolicy(null)).feed);
      written.push(...(await world.revokeAccount("revoked_by_owner", ada.session)).feed);
      const ended = await world.store.endSession({
        accountId: world.accountId,
        sessionId: ada.session.id,
        reason: "token_reused",
        event: eventOf("session.token_reused"),
      });
      if (ended.kind === "ended") written.push(...ended.feed);
      for (const changes of [{ role: "owner" }, { disabled: true }] as const) {
        const outcome = await world.store.updateUser({
          accountId: world.accountId,
          userId: ben.user.id,
          changes,
          actor: { userId: null, sessionId: null, ip: null },
        });
        if (outcome.kind === "updated") written.push(...outcome.feed);
      }
      expect(written.map((row) => row.scope)).toEqual(["policy", "account", "session", "role", "user"]);
      expect(await world.feed()).toEqual(written);
      expect(new Set(written.map((row) => row.sequence)).size).toBe(written.length);
    });

    test("skips no row however reading and writing interleave", async (world) => {
      const heard = new Map<number, FeedRow>();
      let cursor: string | null = null;
      const read = async (): Promise<void> => {
        const page: Awaited<ReturnType<typeof world.store.readFeed>> = await world.store.readFeed({
          cursor,
          sinceMs: MINUTE,
        });
        cursor = page.cursor;
        for (const row of page.rows) heard.set(row.sequence, row);
      };
      const written: FeedRow[] = [];
      for (let round = 0; round < 20; round++) {
        const writes = [1, 2, 3].map(async () => {
          written.push(...(await world.revokeAccount()).feed);
        });
        await Promise.all([...writes, read()]);
        world.clock.step(round % 2 === 0 ? -5 * MINUTE : 5 * MINUTE);
      }
      await read();
      expect(heard.size).toBe(60);
      for (const row of written) expect(heard.get(row.sequence)).toEqual(row);
    });
  });

  describe("watchFeed", () => {
    /** How often the store answers while nothing is heard of it: then nothing is on its way. */
    const QUIET_ANSWERS = 200;
    /** How often it answers while a wake is waited for: longer than any runner waits. */
    const PATIENT_ANSWERS = 100_000;

    /** Watches, and counts the wakes from when the store has begun to: that may take it a moment, and wake by itself. */
    const watching = async (world: World<Extra>) => {
      let woken = 0;
      const watch = world.store.watchFeed(() => {
        woken += 1;
      });
      /** Whether it wakes. Each answer comes from the database, and gives what came before it a turn. */
      const wakes = async (act: () => Promise<unknown>, answers = QUIET_ANSWERS): Promise<boolean> => {
        const before = woken;
        await act();
        for (let answer = 0; answer < answers && woken === before; answer++) {
          await world.store.readFeed({ cursor: null, sinceMs: 0 });
          await world.clock.advance(0);
        }
        return woken > before;
      };
      for (let tries = 0; !(await wakes(() => world.revokeAccount())); tries++)
        if (tries === 100) throw new Error("the store never woke");
      while (await wakes(async () => {}));
      return { wakes, stop: watch.stop };
    };

    test("wakes for each ending and each policy, until it is stopped", async (world) => {
      const { session, user } = await world.signIn();
      const { wakes, stop } = await watching(world);
      expect(await wakes(() => world.revokeAccount("revoked_by_owner", session), PATIENT_ANSWERS)).toBe(true);
      expect(await wakes(() => world.writePolicy(null), PATIENT_ANSWERS)).toBe(true);
      expect(await wakes(() => world.revokeUser(user.id), PATIENT_ANSWERS)).toBe(true);
      stop();
      expect(await wakes(() => world.revokeAccount())).toBe(false);
    });

    test("stays quiet at a refresh and at a sign-in that ends nothing", async (world) => {
      const { wakes, stop } = await watching(world);
      const { session } = await world.signIn();
      expect(await wakes(() => world.refresh(session))).toBe(false);
      expect(await wakes(() => world.signIn())).toBe(false);
      stop();
    });
  });
}
