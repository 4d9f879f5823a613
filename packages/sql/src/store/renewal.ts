import { MINUTE_MS } from "@curfew/core";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Dialect } from "../dialect.js";

/** What a client presents at a refresh and when, as expressions. */
export interface Presented {
  readonly now: RawBuilder<number>;
  /** Of the token. */
  readonly generation: RawBuilder<number>;
  readonly provenThumbprint: RawBuilder<string | null>;
  readonly idleForMs: RawBuilder<number>;
  readonly graceMs: RawBuilder<number>;
}

const column = <Value>(name: string): RawBuilder<Value> => sql`${sql.ref(`curfew_sessions.${name}`)}`;

/**
 * What an `UPDATE curfew_sessions` does that renews a session, and the whole decision on whether it may, but for which row it
 * is and whether the account was signed out. The pluses keep planners to the primary key: the other indexes hold an entry for
 * each refresh since the table was last cleaned.
 */
export function renewal(
  dialect: Dialect,
  { now, generation, provenThumbprint, idleForMs, graceMs }: Presented,
): { readonly assignments: RawBuilder<unknown>; readonly isDue: RawBuilder<SqlBool> } {
  const current = column<number>("generation");
  const rotatedAt = column<number | null>("rotated_at");
  const graceBegan = sql<number>`(${now} - ${graceMs})`;
  const rotates = sql<boolean>`(${current} = ${generation} AND (${rotatedAt} IS NULL OR ${rotatedAt} <= ${graceBegan}))`;
  const usedAt = dialect.greatest(column("last_active_at"), sql`${now} - ${idleForMs}`);
  const idleDeadline = sql`${usedAt} + ${column("idle_minutes")} * ${sql.lit(MINUTE_MS)}`;
  return {
    assignments: sql`
      generation = ${current} + CASE WHEN ${rotates} THEN 1 ELSE 0 END,
      rotated_at = CASE WHEN ${rotates} THEN ${now} ELSE ${rotatedAt} END,
      last_active_at = ${usedAt},
      idle_expires_at = ${dialect.least(idleDeadline, column("absolute_expires_at"))}`,
    isDue: sql`(+${column("ended_at")} IS NULL
      AND +${column("idle_expires_at")} > ${now} AND +${column("absolute_expires_at")} > ${now}
      AND CASE
        WHEN ${column("key_thumbprint")} IS NOT NULL
          THEN ${column("key_thumbprint")} = ${provenThumbprint} AND ${generation} <= ${current}
        ELSE ${generation} = ${current} OR (${generation} = ${current} - 1 AND ${rotatedAt} > ${graceBegan})
      END)`,
  };
}
