import type { Actor, FeedRow, UpdateUserInput, UpdateUserOutcome, User } from "@curfew/core";
import { sql } from "kysely";
import { first, lockAccount, type Unit } from "../unit.js";
import { readAccount } from "./accounts.js";
import type { StoreContext } from "./context.js";
import { endSessionsOfUser } from "./end-sessions.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { readUser, writeUser } from "./users.js";

/** Changes a user, unless that left the account without an enabled owner. */
export function* updateUser(context: StoreContext, input: UpdateUserInput): Unit<UpdateUserOutcome> {
  const now = yield* lockAccount(input.accountId);
  const before = yield* readUser(context, input.accountId, input.userId);
  if (before === null) return { kind: "not_found" };
  const user = changed(before, input.changes);
  if (isEnabledOwner(before) && !isEnabledOwner(user) && !(yield* hasOtherOwner(context, before)))
    return { kind: "last_owner" };

  yield* writeUser(context, user);
  const feed: FeedRow[] = [];
  if (user.role !== before.role) feed.push(yield* recordRole(context, before, user, input.actor, now));
  if (user.disabled && !before.disabled) feed.push(yield* shutOut(context, user, input.actor, now));
  if (!user.disabled && before.disabled)
    yield* writeEvent(context, user.accountId, now, {
      type: "member.enabled",
      ...actedBy(input.actor),
      details: { user_id: user.id },
    });
  return { kind: "updated", user, feed, now };
}

/** The user after the changes; a new role and being disabled each raise the epoch. */
function changed(before: User, changes: UpdateUserInput["changes"]): User {
  const role = changes.role ?? before.role;
  const disabled = changes.disabled ?? before.disabled;
  const roleEpoch = role === before.role ? before.roleEpoch : before.epoch + 1;
  const epoch = (role === before.role ? before.epoch : roleEpoch) + (disabled && !before.disabled ? 1 : 0);
  return {
    ...before,
    name: changes.name ?? before.name,
    email: changes.email ?? before.email,
    role,
    disabled,
    epoch,
    roleEpoch,
  };
}

const isEnabledOwner = (user: User): boolean => user.role === "owner" && !user.disabled;

function* hasOtherOwner(context: StoreContext, user: User): Unit<boolean> {
  const other = yield* first(
    context.queries
      .selectFrom("curfew_users")
      .select("id")
      .where("account_id", "=", user.accountId)
      .where(sql<boolean>`role = 'owner' AND disabled = 0`)
      .where("id", "!=", user.id)
      .limit(1),
  );
  return other !== null;
}

function* recordRole(
  context: StoreContext,
  before: User,
  user: User,
  actor: Actor,
  now: number,
): Unit<FeedRow> {
  yield* writeEvent(context, user.accountId, now, {
    type: "member.role_changed",
    ...actedBy(actor),
    details: { user_id: user.id, before: before.role, after: user.role },
  });
  const scope = { scope: "role", userId: user.id, epoch: user.roleEpoch } as const;
  return yield* writeFeed(context, user.accountId, now, scope);
}

/** Ends the sessions of a user who has just been disabled. */
function* shutOut(context: StoreContext, user: User, actor: Actor, now: number): Unit<FeedRow> {
  const { state } = yield* readAccount(context, user.accountId);
  const count = yield* endSessionsOfUser(context, {
    accountId: user.accountId,
    userId: user.id,
    accountEpoch: state.epoch,
    reason: "user_disabled",
    spareSessionId: null,
    now,
  });
  yield* writeEvent(context, user.accountId, now, {
    type: "member.disabled",
    ...actedBy(actor),
    details: { user_id: user.id, count },
  });
  return yield* writeFeed(context, user.accountId, now, {
    scope: "user",
    userId: user.id,
    epoch: user.epoch,
    spares: null,
    reason: "user_disabled",
  });
}

const actedBy = (actor: Actor) => ({ actorId: actor.userId, sessionId: actor.sessionId, ip: actor.ip });
