import { type FeedRow, fateOf, type MeetInput, type MeetOutcome, type User } from "@curfew/core";
import { lockAccount, run, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { writeFeed } from "./feed.js";
import { userAsHostSays } from "./new-session.js";
import type { SessionReader } from "./read-sessions.js";
import { endAuthority, writeUser } from "./users.js";

/** Returns a unit that takes what a host says of the user of a live session; see `GovernedStore.meetUser`. */
export function createUserMeeter(
  context: StoreContext,
  readSession: SessionReader,
): (input: MeetInput) => Unit<MeetOutcome> {
  return function* meetUser(input) {
    const { accountId, sessionId } = input;
    const now = yield* lockAccount(accountId);
    const snapshot = yield* readSession(accountId, sessionId);
    if (snapshot === null || fateOf({ ...snapshot, now }).state !== "live") return { kind: "not_live" };
    const { session, user: known, account } = snapshot;
    if (known.id !== input.user.id) return { kind: "another_user" };
    const user = userAsHostSays(accountId, input.user, known, known.lastLoginAt, known.epoch);
    const feed = yield* changeUser(context, known, user, now);
    const authenticatedAt = Math.min(input.authenticatedAt ?? session.authenticatedAt, now);
    if (authenticatedAt <= session.authenticatedAt) return { kind: "met", session, user, account, feed, now };
    yield* run(
      context.queries
        .updateTable("curfew_sessions")
        .set({ authenticated_at: authenticatedAt })
        .where("account_id", "=", accountId)
        .where("id", "=", sessionId),
    );
    return { kind: "met", session: { ...session, authenticatedAt }, user, account, feed, now };
  };
}

/** Writes a user if the data differ, and returns what the feed says of it, as at a sign-in. */
function* changeUser(context: StoreContext, known: User, user: User, now: number): Unit<readonly FeedRow[]> {
  const { accountId, id } = user;
  const roleChanges = user.role !== known.role;
  if (!roleChanges && user.name === known.name && user.email === known.email) return [];
  yield* writeUser(context, user);
  if (!roleChanges) return [];
  if (known.role === "owner") yield* endAuthority(context, { accountId, users: { only: id }, now });
  const scope = { scope: "role", userId: id, epoch: user.roleEpoch } as const;
  return [yield* writeFeed(context, accountId, now, scope)];
}
