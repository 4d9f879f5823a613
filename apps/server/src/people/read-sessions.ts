import { wireTime, wireTimeOrNull } from "@curfew/http";
import { all, first, together, type Unit } from "@curfew/sql";
import type { UserReference } from "../accounts/credentials.js";
import type { ServiceQueries } from "../database/tables.js";

/** How many sessions of the account are looked through at once. No index leads to those of one person that have ended. */
const SESSIONS_SEEN_AT_ONCE = 2_000;

export type KeptSession = ReturnType<typeof wireKeptSession>;

/** Sessions of a user, and after which one of the account's the next are to be looked for; null if there are no more. */
interface KeptSessions {
  readonly items: readonly KeptSession[];
  readonly next: string | null;
}

/** Looks through the next sessions of an account, by id, for those of a user: open ones, and those that ended within 30 days. */
export function* readSessionsAfter(
  queries: ServiceQueries,
  { accountId, userId }: UserReference,
  after: string,
): Unit<KeptSessions> {
  const seen = queries
    .selectFrom("curfew_sessions")
    .select(["id", "user_id", "started_at", "last_active_at", "idle_minutes", "absolute_minutes"])
    .select(["idle_expires_at", "absolute_expires_at", "rotated_at", "rotation_networks", "key_thumbprint"])
    .select(["device_label", "user_agent", "ip", "seen_label", "seen_user_agent", "seen_ip"])
    .select(["ended_at", "end_reason"])
    .where("account_id", "=", accountId)
    .where("id", ">", after)
    .orderBy("id")
    .limit(SESSIONS_SEEN_AT_ONCE);
  const last = queries
    .selectFrom("curfew_sessions")
    .select("id")
    .where("account_id", "=", accountId)
    .where("id", ">", after)
    .orderBy("id")
    .offset(SESSIONS_SEEN_AT_ONCE - 1)
    .limit(1);
  const [rows, end] = yield* together(
    all(queries.selectFrom(seen.as("seen")).selectAll().where("user_id", "=", userId).orderBy("id")),
    first(last),
  );
  return { items: rows.map(wireKeptSession), next: end?.id ?? null };
}

interface SessionRow {
  readonly id: string;
  readonly started_at: number;
  readonly last_active_at: number;
  readonly idle_minutes: number;
  readonly absolute_minutes: number;
  readonly idle_expires_at: number;
  readonly absolute_expires_at: number;
  readonly rotated_at: number | null;
  readonly rotation_networks: string | null;
  readonly key_thumbprint: string | null;
  readonly device_label: string | null;
  readonly user_agent: string | null;
  readonly ip: string | null;
  readonly seen_label: string | null;
  readonly seen_user_agent: string | null;
  readonly seen_ip: string | null;
  readonly ended_at: number | null;
  readonly end_reason: string | null;
}

const wireKeptSession = (row: SessionRow) => ({
  id: row.id,
  started_at: wireTime(row.started_at),
  last_active_at: wireTime(row.last_active_at),
  idle_minutes: row.idle_minutes,
  absolute_minutes: row.absolute_minutes,
  idle_expires_at: wireTime(row.idle_expires_at),
  absolute_expires_at: wireTime(row.absolute_expires_at),
  device: { label: row.device_label, user_agent: row.user_agent, ip: row.ip },
  last_seen: { label: row.seen_label, user_agent: row.seen_user_agent, ip: row.seen_ip },
  last_rotated_at: wireTimeOrNull(row.rotated_at),
  rotation_networks: row.rotation_networks,
  key_thumbprint: row.key_thumbprint,
  ended_at: wireTimeOrNull(row.ended_at),
  end_reason: row.end_reason,
});
