import type { RefreshedSession, RefreshInput } from "@curfew/core";
import { MINUTE_MS } from "@curfew/core";
import { type RawBuilder, type Selectable, sql } from "kysely";
import { fixed } from "../fixed.js";
import type { AccountsTable } from "../schema.js";
import { first, raw, statedClock, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { type JoinedUser, SESSION_COLUMNS, type SessionRow, toAccount, toSession, userOf } from "./rows.js";

type AccountPart = Pick<Selectable<AccountsTable>, "epoch" | "policy_version" | "applied_policy_version">;

export type RefreshSession = (input: RefreshInput) => Unit<RefreshedSession | null>;

/** Renews a session in one statement, compiled once: its condition is the whole decision. */
export function sessionRefresher(context: StoreContext): RefreshSession {
  const { dialect, queries } = context;
  type Row = SessionRow & JoinedUser & AccountPart & { now: number };
  const statement = fixed<Row, RefreshInput & { stated: number | null }>((slot) => {
    const generation = slot<number>("generation");
    const renewed = (now: RawBuilder<number>) => {
      const graceBegan = sql<number>`(${now} - ${slot("graceMs")})`;
      const rotates = sql<boolean>`(generation = ${generation} AND (rotated_at IS NULL OR rotated_at <= ${graceBegan}))`;
      const usedAt = dialect.greatest(sql.ref("last_active_at"), sql`${now} - ${slot("idleForMs")}`);
      const idleDeadline = sql`${usedAt} + idle_minutes * ${sql.lit(MINUTE_MS)}`;
      const ofAccount = (column: keyof AccountPart) =>
        sql`(SELECT ${sql.ref(column)} FROM curfew_accounts WHERE id = curfew_sessions.account_id)`;
      const ofUser = (column: string) => sql`(
        SELECT ${sql.ref(column)} FROM curfew_users
        WHERE account_id = curfew_sessions.account_id AND id = curfew_sessions.user_id)`;
      return sql<Row>`
        UPDATE curfew_sessions SET
          generation = generation + CASE WHEN ${rotates} THEN 1 ELSE 0 END,
          rotated_at = CASE WHEN ${rotates} THEN ${now} ELSE rotated_at END,
          last_active_at = ${usedAt},
          idle_expires_at = ${dialect.least(idleDeadline, sql.ref("absolute_expires_at"))}
        WHERE account_id = ${slot("accountId")} AND id = ${slot("sessionId")}
          AND ended_at IS NULL AND account_epoch = ${ofAccount("epoch")}
          AND idle_expires_at > ${now} AND absolute_expires_at > ${now}
          AND CASE
            WHEN key_thumbprint IS NOT NULL
              THEN key_thumbprint = ${slot("provenThumbprint")} AND ${generation} <= generation
            ELSE ${generation} = generation OR (${generation} = generation - 1 AND rotated_at > ${graceBegan})
          END
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
    if (row === null) return null;
    return { session: toSession(row), user: userOf(row), account: toAccount(row), now: row.now };
  };
}
