import {
  type Actor,
  type FeedRow,
  type ListUsersInput,
  nameKeyOf,
  type StoreUserUpdate,
  type UpdateUserInput,
  type UpdateUserOutcome,
  type User,
  type UserPage,
} from "@curfew/core";
import { type RawBuilder, sql } from "kysely";
import { all, first, lockAccount, raw, run, together, type Unit } from "../unit.js";
import { isKept, readAccount } from "./accounts.js";
import type { EndedAuthority, IdValue, StoreContext } from "./context.js";
import { endSessionsOfUser } from "./end-sessions.js";
import { writeEvent } from "./events.js";
import { writeFeed } from "./feed.js";
import { toUser, USER_COLUMNS, USER_SORT } from "./rows.js";
import { recordSignOut } from "./sign-outs.js";

/** The user is not deleted, and neither is the account. */
const isShown = (accountId: IdValue): RawBuilder<boolean> => sql`deleted_at IS NULL AND ${isKept(accountId)}`;

export function* readUser(context: StoreContext, accountId: IdValue, userId: IdValue): Unit<User | null> {
  const row = yield* first(
    context.queries
      .selectFrom("curfew_users")
      .select(USER_COLUMNS)
      .where("account_id", "=", accountId)
      .where("id", "=", userId)
      .where(isShown(accountId)),
  );
  return row === null ? null : toUser(row);
}

/** Lists a page of an account's users. */
export function* listUsers(context: StoreContext, input: ListUsersInput): Unit<UserPage> {
  const { after } = input;
  let query = context.queries
    .selectFrom("curfew_users")
    .select(USER_COLUMNS)
    .select([USER_SORT.key.as("sort_key"), USER_SORT.name.as("sort_name")])
    .where("account_id", "=", input.accountId)
    .where(isShown(input.accountId))
    .orderBy(USER_SORT.key)
    .orderBy(USER_SORT.name)
    .orderBy("id")
    .limit(input.limit + 1);
  if (after !== null)
    query = query.where(
      sql<boolean>`(${USER_SORT.key}, ${USER_SORT.name}, id) > (${after.key}, ${after.name}, ${after.id})`,
    );

  const rows = yield* all(query);
  const items = rows.slice(0, input.limit);
  const last = rows.length > input.limit ? items.at(-1) : undefined;
  return {
    items: items.map(toUser),
    next: last === undefined ? null : { key: last.sort_key, name: last.sort_name, id: last.id },
  };
}

/** Runs the host's statements for users whose authority ended. The caller has locked the account. */
export function* endAuthority(context: StoreContext, ended: EndedAuthority): Unit<void> {
  if (context.onEndedAuthority !== undefined) yield* context.onEndedAuthority(ended);
}

const toColumns = (user: User) => ({
  name: user.name,
  name_key: nameKeyOf(user.name),
  email: user.email,
  role: user.role,
  disabled: user.disabled ? 1 : 0,
  epoch: user.epoch,
  role_epoch: user.roleEpoch,
  last_login_at: user.lastLoginAt,
});

const COLUMN_TYPES = {
  account_id: "text",
  id: "text",
  name: "text",
  name_key: "text",
  email: "text",
  role: "text",
  disabled: "number",
  epoch: "number",
  role_epoch: "number",
  last_login_at: "number",
} as const satisfies Record<"account_id" | "id" | keyof ReturnType<typeof toColumns>, "text" | "number">;

/** Inserts or replaces many users in one statement. */
export function* writeUsers({ dialect, queries }: StoreContext, users: readonly User[]): Unit<void> {
  if (users.length === 0) return;
  const names = Object.keys(COLUMN_TYPES);
  const columns = sql.join(names.map((name) => sql.ref(name)));
  const assignments = sql.join(
    names.slice(2).map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`),
  );
  const rows = users.map((user) => ({ account_id: user.accountId, id: user.id, ...toColumns(user) }));
  yield* run(
    raw(
      queries,
      // Without WHERE, SQLite would read ON as the beginning of a join.
      sql`INSERT INTO curfew_users (${columns})
        SELECT ${columns} FROM ${dialect.rows(rows, COLUMN_TYPES)} AS n WHERE true
        ON CONFLICT (account_id, id) DO UPDATE SET ${assignments}`,
    ),
  );
}

/** Inserts or replaces a user. */
export function* writeUser(context: StoreContext, user: User): Unit<void> {
  const columns = toColumns(user);
  yield* run(
    context.queries
      .insertInto("curfew_users")
      .values({ account_id: user.accountId, id: user.id, ...columns })
      .onConflict((conflict) => conflict.columns(["account_id", "id"]).doUpdateSet(columns)),
  );
}

/** Changes a user, unless the account would be left without an enabled owner. */
export function* updateUser(
  context: StoreContext,
  input: StoreUserUpdate<() => Unit<void>>,
): Unit<UpdateUserOutcome> {
  const [now, before] = yield* together(
    lockAccount(input.accountId),
    readUser(context, input.accountId, input.userId),
  );
  if (before === null) {
    const { accountId, userId } = input;
    if (input.changes.disabled === true)
      yield* recordSignOut(context, accountId, { userId, at: now, reason: "user_disabled", spares: null });
    return { kind: "not_found" };
  }
  const user = applyChanges(before, input.changes);
  if (input.mayAddOwner === false && addsOwner(before, user)) return { kind: "owner_not_allowed" };
  const losesOwner = isEnabledOwner(before) && !isEnabledOwner(user);
  if (input.mustKeepOwner !== false && losesOwner && !(yield* hasOtherOwner(context, before)))
    return { kind: "last_owner" };

  if (input.alongside !== undefined) yield* input.alongside();
  yield* writeUser(context, user);
  if ((user.disabled && !before.disabled) || (before.role === "owner" && user.role !== "owner"))
    yield* endAuthority(context, { accountId: user.accountId, users: { only: user.id }, now });
  const feed: FeedRow[] = [];
  if (user.role !== before.role) feed.push(yield* recordRoleChange(context, before, user, input.actor, now));
  if (user.disabled && !before.disabled)
    feed.push(yield* endSessionsOfDisabledUser(context, user, input.actor, now));
  if (!user.disabled && before.disabled)
    yield* writeEvent(context, user.accountId, now, {
      type: "member.enabled",
      ...actorFields(input.actor),
      details: { user_id: user.id },
    });
  return { kind: "updated", user, feed, now };
}

/** Returns the changed user. A new role and disabling each raise the epoch. */
function applyChanges(before: User, changes: UpdateUserInput["changes"]): User {
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

/** A disabled member who becomes an owner counts too: enabling needs no recent sign-in in between. */
const addsOwner = (before: User, user: User): boolean =>
  user.role === "owner" && (before.role !== "owner" || (before.disabled && !user.disabled));

export const isEnabledOwner = (user: User): boolean => user.role === "owner" && !user.disabled;

export function* hasOtherOwner(context: StoreContext, user: User): Unit<boolean> {
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

function* recordRoleChange(
  context: StoreContext,
  before: User,
  user: User,
  actor: Actor,
  now: number,
): Unit<FeedRow> {
  yield* writeEvent(context, user.accountId, now, {
    type: "member.role_changed",
    ...actorFields(actor),
    details: { user_id: user.id, before: before.role, after: user.role },
  });
  const scope = { scope: "role", userId: user.id, epoch: user.roleEpoch } as const;
  return yield* writeFeed(context, user.accountId, now, scope);
}

function* endSessionsOfDisabledUser(
  context: StoreContext,
  user: User,
  actor: Actor,
  now: number,
): Unit<FeedRow> {
  const account = yield* readAccount(context, user.accountId);
  const count = yield* endSessionsOfUser(context, {
    accountId: user.accountId,
    userId: user.id,
    account,
    reason: "user_disabled",
    spareSessionId: null,
    now,
  });
  yield* writeEvent(context, user.accountId, now, {
    type: "member.disabled",
    ...actorFields(actor),
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

const actorFields = (actor: Actor) => ({ actorId: actor.userId, sessionId: actor.sessionId, ip: actor.ip });
