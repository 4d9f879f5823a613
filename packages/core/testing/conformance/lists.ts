import type { ListSessionsInput } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { eventOf, MINUTE, type World } from "./world.js";

const SHORT = { idleMinutes: 10, absoluteMinutes: 30 };

/** `listSessions` and `listActiveUsers`: who is signed in, in one order, each once. */
export function describeLists<Extra>({ describe, test, expect }: Suite<Extra>): void {
  /** All pages of `limit` items; the ids on each. */
  async function pages(world: World<Extra>, limit: number, userId?: string): Promise<string[][]> {
    const found: string[][] = [];
    let after: ListSessionsInput["after"] = null;
    do {
      const page: Awaited<ReturnType<typeof world.store.listSessions>> = await world.store.listSessions({
        accountId: world.accountId,
        ...(userId === undefined ? {} : { userId }),
        limit,
        after,
      });
      found.push(page.items.map((item) => item.session.id));
      after = page.next;
    } while (after !== null);
    return found;
  }

  describe("listSessions", () => {
    test("shows live sessions with their people, the last used first", async (world) => {
      const ada = await world.signIn({ user: world.person("Ada", "owner") });
      world.clock.stall(1);
      const ben = await world.signIn({ user: world.person("Ben", "member") });
      world.clock.stall(1);
      const used = await world.refresh(ada.session);
      const page = await world.store.listSessions({ accountId: world.accountId, limit: 10, after: null });
      expect(page).toEqual({
        items: [
          {
            session: used?.session,
            user: { id: ada.user.id, name: "Ada", email: ada.user.email },
          },
          { session: ben.session, user: { id: ben.user.id, name: "Ben", email: ben.user.email } },
        ],
        next: null,
      });
    });

    test("shows none that is over in whatever way, noticed or not", async (world) => {
      const { user, session } = await world.signIn();
      await world.signIn();
      await world.revokeAccount("revoked_by_owner");
      await world.signIn({ limits: SHORT });
      const closed = await world.signIn({ limits: SHORT });
      world.clock.stall(10 * MINUTE);
      await world.store.closeExpired(world.accountId, closed.session.id);
      await world.signIn({ user });
      await world.revokeUser(user.id);
      const live = await world.signIn();
      expect(await world.listed()).toEqual([live.session.id]);
      expect(await world.listed(session.userId)).toEqual([]);
    });

    for (const before of [1, 0, -1])
      test(`${before} ms before a deadline shows ${before > 0 ? "the session" : "nothing"}`, async (world) => {
        await world.signIn({ limits: SHORT });
        world.clock.stall(10 * MINUTE - before);
        expect((await world.listed()).length).toBe(before > 0 ? 1 : 0);
        expect(await world.store.listActiveUsers(world.accountId, 10)).toMatchObject({
          userCount: before > 0 ? 1 : 0,
          sessionCount: before > 0 ? 1 : 0,
        });
      });

    test("pages through ties of one moment without a gap or a repeat, newest id first", async (world) => {
      const ids: string[] = [];
      for (let count = 0; count < 7; count++) {
        if (count === 5) world.clock.stall(1);
        ids.push((await world.signIn()).session.id);
      }
      const expected = [...ids.slice(5).sort().reverse(), ...ids.slice(0, 5).sort().reverse()];
      for (const limit of [1, 2, 3, 6, 7, 8]) {
        const found = await pages(world, limit);
        expect(found.flat()).toEqual(expected);
        expect(found.map((page) => page.length).every((size) => size > 0 && size <= limit)).toBe(true);
        expect(found.length).toBe(Math.ceil(7 / limit));
      }
    });

    test("shows the sessions of one user, page by page", async (world) => {
      const { user } = await world.signIn();
      await world.signIn();
      world.clock.stall(1);
      await world.signIn({ user });
      expect((await pages(world, 1, user.id)).length).toBe(2);
      expect((await world.listed(user.id)).length).toBe(2);
      expect(await world.listed(world.id())).toEqual([]);
    });

    test("shows nothing of another account, not even with a user's id from there", async (world) => {
      const { user } = await world.signIn();
      const other = world.elsewhere();
      expect(await other.listed()).toEqual([]);
      await other.signIn();
      expect(await other.listed(user.id)).toEqual([]);
      expect((await other.listed()).length).toBe(1);
    });
  });

  describe("listActiveUsers", () => {
    test("shows each user once, the last to sign in first, with the newest use and the count", async (world) => {
      const ada = await world.signIn({ user: world.person("Ada", "owner") });
      world.clock.stall(1);
      const ben = await world.signIn({ user: world.person("Ben", "member") });
      world.clock.stall(1);
      await world.signIn({ user: ada.user });
      world.clock.stall(1);
      await world.refresh(ben.session);
      const now = world.clock.now();
      expect(await world.store.listActiveUsers(world.accountId, 10)).toEqual({
        users: [
          { user: { ...ada.user, lastLoginAt: now - 1 }, lastActiveAt: now - 1, sessionCount: 2 },
          { user: ben.user, lastActiveAt: now, sessionCount: 1 },
        ],
        userCount: 2,
        sessionCount: 3,
      });
    });

    test("orders ties by id and counts those that it does not show", async (world) => {
      const ids: string[] = [];
      for (let count = 0; count < 4; count++) ids.push((await world.signIn()).user.id);
      const { users, userCount, sessionCount } = await world.store.listActiveUsers(world.accountId, 3);
      expect(users.map((active) => active.user.id)).toEqual(ids.sort().slice(0, 3));
      expect({ userCount, sessionCount }).toEqual({ userCount: 4, sessionCount: 4 });
    });

    test("takes the newest use of live sessions alone", async (world) => {
      const { user, now } = await world.signIn();
      world.clock.stall(MINUTE);
      const last = await world.signIn({ user });
      await world.store.endSession({
        accountId: world.accountId,
        sessionId: last.session.id,
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      });
      const { users } = await world.store.listActiveUsers(world.accountId, 10);
      expect(users.length).toBe(1);
      expect(users[0]).toMatchObject({ lastActiveAt: now, sessionCount: 1 });
    });

    test("leaves out who has no live session, and everybody of another account", async (world) => {
      await world.elsewhere().signIn();
      const { user } = await world.signIn();
      const kept = await world.signIn({ user: world.person("Ben", "member") });
      await world.revokeUser(user.id);
      const { users, userCount } = await world.store.listActiveUsers(world.accountId, 10);
      expect(users.map((active) => active.user.id)).toEqual([kept.user.id]);
      expect(userCount).toBe(1);
    });

    test("counts exactly after any of it", async (world) => {
      const ada = await world.signIn();
      await world.signIn({ user: ada.user });
      const ben = await world.signIn({ user: world.person("Ben", "member") });
      const counts = async () => {
        const { userCount, sessionCount } = await world.store.listActiveUsers(world.accountId, 10);
        return [userCount, sessionCount];
      };
      expect(await counts()).toEqual([2, 3]);
      await world.revokeUser(ada.user.id, "revoked_by_user", ada.session);
      expect(await counts()).toEqual([2, 2]);
      await world.revokeAccount("revoked_by_owner", ben.session);
      expect(await counts()).toEqual([1, 1]);
      await world.signIn({ user: ada.user, limits: SHORT });
      expect(await counts()).toEqual([2, 2]);
      world.clock.stall(10 * MINUTE);
      expect(await counts()).toEqual([1, 1]);
      await world.writePolicy({ idleMinutes: 10, absoluteMinutes: 30 });
      expect(await counts()).toEqual([0, 0]);
    });
  });
}
