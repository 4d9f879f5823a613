import type { Role } from "@curfew/core";
import { FakeClock } from "@curfew/core/testing";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSqlStore, type EndedAuthority, migrateStore, openSqlite, together } from "../src/index.js";
import { eventOf, LIMITS, signIn } from "./support/sessions.js";

const DAY = 86_400_000;
const ACTOR = { userId: "ada", sessionId: null, ip: null };

const userOf = (id: string, role: Role, name = id) => ({ id, name, email: `${id}@example.test`, role });

/** A store that lists the users whose authority ended, with the owners Ada and Cleo and the member Ben. */
async function openListing() {
  const clock = new FakeClock();
  const database = openSqlite({ path: null, now: clock.now });
  onTestFinished(() => database.close());
  await migrateStore(database);
  const ended: EndedAuthority[] = [];
  const store = createSqlStore(database, {
    *onEndedAuthority(authority) {
      yield* together();
      ended.push(authority);
    },
  });
  const users = [userOf("ada", "owner"), userOf("ben", "member"), userOf("cleo", "owner")];
  for (const user of users) await signIn(store, "acme", user.id, `first-of-${user.id}`, { user });
  return { clock, store, ended };
}

type Listing = Awaited<ReturnType<typeof openListing>>;

/** The ways in which a host says who a user is. */
const SAYINGS: Record<string, (listing: Listing, user: ReturnType<typeof userOf>) => Promise<unknown>> = {
  startSession: ({ store }, user) => signIn(store, "acme", user.id, `of-${user.name}`, { user }),
  meetUser: ({ store }, user) =>
    store.meetUser({ accountId: "acme", sessionId: `first-of-${user.id}`, user, authenticatedAt: null }),
  importSessions: ({ store, clock }, user) =>
    store.importSessions({
      accountId: "acme",
      sessions: [
        {
          sessionId: `of-${user.name}`,
          user,
          times: {
            startedAt: clock.now(),
            authenticatedAt: clock.now(),
            lastActiveAt: null,
            absoluteFrom: null,
            notAfter: null,
          },
          keepUntil: clock.now() + DAY,
          device: { label: null, userAgent: null, ip: null },
        },
      ],
      expectedPolicyVersion: 1,
      limits: LIMITS,
      event: { type: "sessions.imported", details: {} },
    }),
};

describe.each(Object.entries(SAYINGS))("the authority of an owner, when %s says who a user is,", (_, say) => {
  test("ends where the owner is a member now", async () => {
    const listing = await openListing();
    await say(listing, userOf("cleo", "member", "Cleo demoted"));
    expect(listing.ended).toEqual([{ accountId: "acme", users: { only: "cleo" }, now: listing.clock.now() }]);
    await expect(listing.store.readUser("acme", "cleo")).resolves.toMatchObject({ role: "member" });
  });

  test("stays where an owner or a member has a new name, and where a member becomes an owner", async () => {
    const listing = await openListing();
    await say(listing, userOf("ada", "owner", "Ada renamed"));
    await say(listing, userOf("ben", "member", "Ben renamed"));
    await say(listing, userOf("ben", "owner", "Ben promoted"));
    expect(listing.ended).toEqual([]);
    await expect(listing.store.readUser("acme", "ben")).resolves.toMatchObject({ role: "owner" });
  });
});

describe("the authority of a user", () => {
  const update = ({ store }: Listing, userId: string, changes: { role?: Role; disabled?: boolean }) =>
    store.updateUser({ accountId: "acme", userId, changes, actor: ACTOR });
  const revoke = ({ store }: Listing, userId: string, actorId: string) =>
    store.revokeUser({
      accountId: "acme",
      userId,
      reason: "revoked_by_user",
      spareSessionId: null,
      event: { ...eventOf("sessions.revoked"), actorId },
    });

  test("ends once where the user is demoted or disabled", async () => {
    const listing = await openListing();
    await update(listing, "cleo", { role: "member" });
    await update(listing, "cleo", { role: "owner" });
    await update(listing, "ben", { disabled: true });
    await update(listing, "ben", { disabled: true });
    await update(listing, "ben", { disabled: false });
    expect(listing.ended.map(({ users }) => users)).toEqual([{ only: "cleo" }, { only: "ben" }]);
  });

  test("ends where somebody else ends all of the user's sessions, and not where the user does", async () => {
    const listing = await openListing();
    await revoke(listing, "ben", "ben");
    expect(listing.ended).toEqual([]);
    await revoke(listing, "ben", "ada");
    expect(listing.ended.map(({ users }) => users)).toEqual([{ only: "ben" }]);
  });

  test("ends for all but the one who signs the account out, and for all where it is deleted", async () => {
    const listing = await openListing();
    const { store, ended } = listing;
    await store.revokeAccount({
      accountId: "acme",
      reason: "revoked_by_owner",
      spareSessionId: null,
      event: { ...eventOf("sessions.revoked"), actorId: "ada" },
    });
    const deletion = { accountId: "acme", actor: ACTOR, mustKeepOwner: true, tombstoneMs: DAY };
    await store.deleteUser({ ...deletion, userId: "cleo" });
    await store.deleteAccount(deletion);
    expect(ended.map(({ users }) => users)).toEqual([{ allBut: "ada" }, { only: "cleo" }, { allBut: null }]);
  });
});
