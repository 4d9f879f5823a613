import type { ListSessionsInput, SessionPage } from "../../src/store.js";
import type { Suite } from "./suite.js";
import { eventOf, MINUTE, SHORT_LIMITS, type StoreTestContext } from "./test-context.js";

/** `listSessions` and `listActiveUsers`. */
export function describeListSessions({ describe, test, expect }: Suite): void {
  /** Reads all pages of `limit` items and returns the ids on each. */
  async function readPages(context: StoreTestContext, limit: number, userId?: string): Promise<string[][]> {
    const pages: string[][] = [];
    let after: ListSessionsInput["after"] = null;
    do {
      const page: Awaited<ReturnType<typeof context.store.listSessions>> = await context.store.listSessions({
        accountId: context.accountId,
        ...(userId === undefined ? {} : { userId }),
        limit,
        after,
      });
      pages.push(page.items.map((item) => item.session.id));
      after = page.next;
    } while (after !== null);
    return pages;
  }

  describe("listSessions", () => {
    test("lists live sessions with their users, last activity first", async (context) => {
      const ada = await context.signIn({ user: context.newUser("Ada", "owner") });
      context.clock.stall(1);
      const ben = await context.signIn({ user: context.newUser("Ben", "member") });
      context.clock.stall(1);
      const used = await context.refresh(ada.session);
      const page = await context.store.listSessions({ accountId: context.accountId, limit: 10, after: null });
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

    test("lists no ended session, whether its end is stored or not", async (context) => {
      const { user, session } = await context.signIn();
      await context.signIn();
      await context.revokeAccount("revoked_by_owner");
      await context.signIn({ limits: SHORT_LIMITS });
      const closed = await context.signIn({ limits: SHORT_LIMITS });
      context.clock.stall(10 * MINUTE);
      await context.store.closeExpired(context.accountId, closed.session.id);
      await context.signIn({ user });
      await context.revokeUser(user.id);
      const live = await context.signIn();
      expect(await context.liveSessionIds()).toEqual([live.session.id]);
      expect(await context.liveSessionIds(session.userId)).toEqual([]);
    });

    for (const before of [1, 0, -1])
      test(`${before} ms before a deadline lists ${before > 0 ? "the session" : "nothing"}`, async (context) => {
        await context.signIn({ limits: SHORT_LIMITS });
        context.clock.stall(10 * MINUTE - before);
        expect((await context.liveSessionIds()).length).toBe(before > 0 ? 1 : 0);
        expect(await context.store.listActiveUsers(context.accountId, 10)).toMatchObject({
          userCount: before > 0 ? 1 : 0,
          sessionCount: before > 0 ? 1 : 0,
        });
      });

    test("pages through equal times without gaps or repeats, newest id first", async (context) => {
      const ids: string[] = [];
      for (let count = 0; count < 7; count++) {
        if (count === 5) context.clock.stall(1);
        ids.push((await context.signIn()).session.id);
      }
      const expected = [...ids.slice(5).sort().reverse(), ...ids.slice(0, 5).sort().reverse()];
      for (const limit of [1, 2, 3, 6, 7, 8]) {
        const pages = await readPages(context, limit);
        expect(pages.flat()).toEqual(expected);
        expect(pages.map((page) => page.length).every((size) => size > 0 && size <= limit)).toBe(true);
        expect(pages.length).toBe(Math.ceil(7 / limit));
      }
    });

    /** Signs in `count` users, a minute apart, and returns their sessions, the last one first. */
    async function signInMany(context: StoreTestContext, count: number) {
      const sessions: Awaited<ReturnType<StoreTestContext["signIn"]>>["session"][] = [];
      for (let index = 0; index < count; index++) {
        context.clock.stall(MINUTE);
        sessions.unshift((await context.signIn({ keyThumbprint: "a key" })).session);
      }
      context.clock.stall(MINUTE);
      return sessions;
    }

    for (const [title, idleForMs] of [
      ["now", 0],
      ["before the first page", 4.5 * MINUTE],
    ] as const)
      for (const limit of [1, 3, 4, 8])
        test(`lists each session that is used after the first ${limit}, also with its last activity ${title}`, async (context) => {
          const sessions = await signInMany(context, 9);
          const seen: string[] = [];
          let after: ListSessionsInput["after"] = null;
          do {
            const page: SessionPage = await context.store.listSessions({
              accountId: context.accountId,
              limit,
              after,
            });
            expect(page.items.length > 0 && page.items.length <= limit).toBe(true);
            seen.push(...page.items.map((item) => item.session.id));
            if (after === null) {
              context.clock.stall(1_000);
              for (const session of sessions.filter((_, index) => index >= 4 && index % 2 === 0))
                await context.refresh(session, { idleForMs });
            }
            after = page.next;
          } while (after !== null);
          expect(new Set(seen)).toEqual(new Set(sessions.map(({ id }) => id)));
        });

    test("lists nothing twice if no session is used meanwhile, also those that were used before", async (context) => {
      const sessions = await signInMany(context, 5);
      for (const session of sessions.slice(2)) await context.refresh(session);
      context.clock.stall(1);
      for (const limit of [1, 2, 3, 4])
        expect((await readPages(context, limit)).flat().sort()).toEqual(sessions.map(({ id }) => id).sort());
    });

    test("lists the sessions of one user, page by page", async (context) => {
      const { user } = await context.signIn();
      await context.signIn();
      context.clock.stall(1);
      await context.signIn({ user });
      expect((await readPages(context, 1, user.id)).length).toBe(2);
      expect((await context.liveSessionIds(user.id)).length).toBe(2);
      expect(await context.liveSessionIds(context.newId())).toEqual([]);
    });

    test("lists no session of another account, also with a user id from there", async (context) => {
      const { user } = await context.signIn();
      const other = context.otherAccount();
      expect(await other.liveSessionIds()).toEqual([]);
      await other.signIn();
      expect(await other.liveSessionIds(user.id)).toEqual([]);
      expect((await other.liveSessionIds()).length).toBe(1);
    });
  });

  describe("listActiveUsers", () => {
    test("lists each user once, last sign-in first, with last activity and session count", async (context) => {
      const ada = await context.signIn({ user: context.newUser("Ada", "owner") });
      context.clock.stall(1);
      const ben = await context.signIn({ user: context.newUser("Ben", "member") });
      context.clock.stall(1);
      await context.signIn({ user: ada.user });
      context.clock.stall(1);
      await context.refresh(ben.session);
      const now = context.clock.now();
      expect(await context.store.listActiveUsers(context.accountId, 10)).toEqual({
        users: [
          { user: { ...ada.user, lastLoginAt: now - 1 }, lastActiveAt: now - 1, sessionCount: 2 },
          { user: ben.user, lastActiveAt: now, sessionCount: 1 },
        ],
        userCount: 2,
        sessionCount: 3,
      });
    });

    test("orders equal times by id, and counts users beyond the limit", async (context) => {
      const ids: string[] = [];
      for (let count = 0; count < 4; count++) ids.push((await context.signIn()).user.id);
      const { users, userCount, sessionCount } = await context.store.listActiveUsers(context.accountId, 3);
      expect(users.map((active) => active.user.id)).toEqual(ids.sort().slice(0, 3));
      expect({ userCount, sessionCount }).toEqual({ userCount: 4, sessionCount: 4 });
    });

    test("goes on after a user, page by page", async (context) => {
      for (let count = 0; count < 6; count++) {
        await context.signIn();
        if (count % 2 === 1) context.clock.stall(1);
      }
      const all = (await context.store.listActiveUsers(context.accountId, 10)).users;
      for (const [index, { user }] of all.entries()) {
        const after = { lastLoginAt: user.lastLoginAt ?? 0, id: user.id };
        const { users } = await context.store.listActiveUsers(context.accountId, 2, after);
        expect(users).toEqual(all.slice(index + 1, index + 3));
      }
    });

    test("takes the last activity from live sessions only", async (context) => {
      const { user, now } = await context.signIn();
      context.clock.stall(MINUTE);
      const last = await context.signIn({ user });
      await context.store.endSession({
        accountId: context.accountId,
        sessionId: last.session.id,
        reason: "signed_out",
        event: eventOf("user.signed_out"),
      });
      const { users } = await context.store.listActiveUsers(context.accountId, 10);
      expect(users.length).toBe(1);
      expect(users[0]).toMatchObject({ lastActiveAt: now, sessionCount: 1 });
    });

    test("omits users without a live session and users of other accounts", async (context) => {
      await context.otherAccount().signIn();
      const { user } = await context.signIn();
      const kept = await context.signIn({ user: context.newUser("Ben", "member") });
      await context.revokeUser(user.id);
      const { users, userCount } = await context.store.listActiveUsers(context.accountId, 10);
      expect(users.map((active) => active.user.id)).toEqual([kept.user.id]);
      expect(userCount).toBe(1);
    });

    test("counts exactly after sign-ins, revocations, expiries and policy changes", async (context) => {
      const ada = await context.signIn();
      await context.signIn({ user: ada.user });
      const ben = await context.signIn({ user: context.newUser("Ben", "member") });
      const counts = async () => {
        const { userCount, sessionCount } = await context.store.listActiveUsers(context.accountId, 10);
        return [userCount, sessionCount];
      };
      expect(await counts()).toEqual([2, 3]);
      await context.revokeUser(ada.user.id, "revoked_by_user", ada.session);
      expect(await counts()).toEqual([2, 2]);
      await context.revokeAccount("revoked_by_owner", ben.session);
      expect(await counts()).toEqual([1, 1]);
      await context.signIn({ user: ada.user, limits: SHORT_LIMITS });
      expect(await counts()).toEqual([2, 2]);
      context.clock.stall(10 * MINUTE);
      expect(await counts()).toEqual([1, 1]);
      await context.writePolicy({ idleMinutes: 10, absoluteMinutes: 30 });
      expect(await counts()).toEqual([0, 0]);
    });
  });
}
