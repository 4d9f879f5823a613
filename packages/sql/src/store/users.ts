import type { User } from "@curfew/core";
import { all, first, run, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { toUser, USER_COLUMNS } from "./rows.js";

export function* readUser(context: StoreContext, accountId: string, userId: string): Unit<User | null> {
  const row = yield* first(
    context.queries
      .selectFrom("curfew_users")
      .select(USER_COLUMNS)
      .where("account_id", "=", accountId)
      .where("id", "=", userId),
  );
  return row === null ? null : toUser(row);
}

export function* listUsers(context: StoreContext, accountId: string): Unit<readonly User[]> {
  const rows = yield* all(
    context.queries
      .selectFrom("curfew_users")
      .select(USER_COLUMNS)
      .where("account_id", "=", accountId)
      .orderBy("name")
      .orderBy("id"),
  );
  return rows.map(toUser);
}

/** Writes a user as it is now, over whatever the store had of it. */
export function* writeUser(context: StoreContext, user: User): Unit<void> {
  const columns = {
    name: user.name,
    email: user.email,
    role: user.role,
    disabled: user.disabled ? 1 : 0,
    epoch: user.epoch,
    role_epoch: user.roleEpoch,
    last_login_at: user.lastLoginAt,
  };
  yield* run(
    context.queries
      .insertInto("curfew_users")
      .values({ account_id: user.accountId, id: user.id, ...columns })
      .onConflict((conflict) => conflict.columns(["account_id", "id"]).doUpdateSet(columns)),
  );
}
