import type { RefreshedSession, RefreshInput } from "@curfew/core";
import { type RawBuilder, type Selectable, sql } from "kysely";
import { fixed } from "../fixed.js";
import type { AccountsTable } from "../schema.js";
import { first, raw, statedClock, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { renewal } from "./renewal.js";
import { type JoinedUser, SESSION_COLUMNS, type SessionRow, toAccount, toSession, userOf } from "./rows.js";

type AccountPart = Pick<Selectable<AccountsTable>, "epoch" | "policy_version" | "applied_policy_version">;

/** What a statement that renews a session returns. */
export type RefreshedRow = SessionRow & JoinedUser & AccountPart & { now: number };

export type RefreshSession = (input: RefreshInput) => Unit<RefreshedSession | null>;

/** Renews a session in one statement, compiled once: its condition is the whole decision. */
export function sessionRefresher(context: StoreContext): RefreshSession {
  const { dialect, queries } = context;
  const statement = fixed<RefreshedRow, RefreshInput & { stated: number | null }>((slot) => {
    const renewed = (now: RawBuilder<number>) => {
      const { assignments, isDue } = renewal(dialect, {
        now,
        generation: slot("generation"),
        provenThumbprint: slot("provenThumbprint"),
        idleForMs: slot("idleForMs"),
        graceMs: slot("graceMs"),
      });
      const ofAccount = (column: keyof AccountPart) =>
        sql`(SELECT ${sql.ref(column)} FROM curfew_accounts WHERE id = curfew_sessions.account_id)`;
      const ofUser = (column: string) => sql`(
        SELECT ${sql.ref(column)} FROM curfew_users
        WHERE account_id = curfew_sessions.account_id AND id = curfew_sessions.user_id)`;
      return sql<RefreshedRow>`
        UPDATE curfew_sessions SET ${assignments}
        WHERE account_id = ${slot("accountId")} AND id = ${slot("sessionId")}
          AND account_epoch = ${ofAccount("epoch")} AND ${isDue}
        RETURNING ${sql.join(SESSION_COLUMNS.map((column) => sql.ref(column)))},
          ${ofAccount("epoch")} AS epoch,
          ${ofAccount("policy_version")} AS policy_version,
          ${ofAccount("applied_policy_version")} AS applied_policy_version,
          ${ofUser("name")} AS user_name, ${ofUser("email")} AS user_email,
          ${ofUser("role")} AS user_role, ${ofUser("disabled")} AS user_disabled,
          ${ofUser("epoch")} AS user_epoch, ${ofUser("role_epoch")} AS user_role_epoch,
          ${ofUser("last_login_at")} AS user_last_login_at, ${now} AS now`;
    };
    return raw(queries, dialect.atMoment(slot("stated"), renewed));
  });

  return function* refreshSession(input) {
    const row = yield* first(statement({ ...input, stated: yield* statedClock() }));
    return row === null ? null : toRefreshed(row);
  };
}

export const toRefreshed = (row: RefreshedRow): RefreshedSession => ({
  session: toSession(row),
  user: userOf(row),
  account: toAccount(row),
  now: row.now,
});
