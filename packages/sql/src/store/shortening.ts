import { MINUTE_MS } from "@curfew/core";
import type { EffectivePolicy } from "@curfew/core/policy";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Dialect } from "../dialect.js";

/** What limits would do to a session, as expressions over its row: the preview and the act are of one text. */
export interface Shortening {
  readonly idleMinutes: RawBuilder<number>;
  readonly absoluteMinutes: RawBuilder<number>;
  readonly idleExpiresAt: RawBuilder<number>;
  readonly absoluteExpiresAt: RawBuilder<number>;
  /** One of the session's own limits is larger than the new one. */
  readonly changes: RawBuilder<SqlBool>;
  /** It changes, and the new deadline has passed: the idle one, which never lies past the absolute one. */
  readonly ends: RawBuilder<SqlBool>;
  /** Which of the new deadlines comes first; equal, it is the absolute one. */
  readonly reason: RawBuilder<"idle" | "absolute">;
}

/** Each session takes the smaller of its own limits and `limits` (minutes), so that a deadline only ever moves earlier. */
export function shorteningTo(dialect: Dialect, limits: EffectivePolicy, now: number): Shortening {
  const idleMinutes = dialect.least(sql.ref("idle_minutes"), sql`${limits.idleMinutes}`);
  const absoluteMinutes = dialect.least(sql.ref("absolute_minutes"), sql`${limits.absoluteMinutes}`);
  const minuteMs = sql.lit(MINUTE_MS);
  const absoluteExpiresAt = sql<number>`(started_at + ${absoluteMinutes} * ${minuteMs})`;
  const idleExpiresAt = dialect.least(sql`last_active_at + ${idleMinutes} * ${minuteMs}`, absoluteExpiresAt);
  const changes = sql<SqlBool>`(idle_minutes > ${limits.idleMinutes} OR absolute_minutes > ${limits.absoluteMinutes})`;
  return {
    idleMinutes,
    absoluteMinutes,
    idleExpiresAt,
    absoluteExpiresAt,
    changes,
    ends: sql`(${changes} AND ${idleExpiresAt} <= ${now})`,
    reason: sql`CASE WHEN ${absoluteExpiresAt} <= ${idleExpiresAt} THEN 'absolute' ELSE 'idle' END`,
  };
}
