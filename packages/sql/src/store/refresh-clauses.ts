import {
  DEVICE_CHANGE_INTERVAL_MS,
  MINUTE_MS,
  type NotedRefreshInput,
  type RefreshInput,
} from "@curfew/core";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Dialect } from "../database.js";
import { rotationNetworksSql } from "./rotation-networks.js";
import { isWithinLimitOfAccount } from "./session-state.js";

/** A refresh as the parameters of its statement. */
export interface RefreshValues extends Omit<RefreshInput, "device"> {
  /** 1 if the three columns of the device are to be written, else 0. */
  readonly hasDevice: number;
  readonly label: string | null;
  readonly userAgent: string | null;
  readonly ip: string | null;
}

export const toRefreshValues = ({ device, ...input }: RefreshInput): RefreshValues => ({
  ...input,
  hasDevice: device === null ? 0 : 1,
  label: device?.label ?? null,
  userAgent: device?.userAgent ?? null,
  ip: device?.ip ?? null,
});

/** What a refresh with a note adds to the parameters. */
export interface NoteValues {
  readonly decidedGeneration: number;
  readonly decidedSharedGeneration: number | null;
  readonly decidedDeviceChangedAt: number | null;
  readonly sharedRotations: number | null;
  /** 1 or 0. */
  readonly deviceChanges: number;
}

export const toNoteValues = (input: NotedRefreshInput): NoteValues => ({
  decidedGeneration: input.decidedOn.generation,
  decidedSharedGeneration: input.decidedOn.sharing?.generation ?? null,
  decidedDeviceChangedAt: input.decidedOn.deviceChangedAt,
  sharedRotations: input.sharedRotations,
  deviceChanges: input.deviceChanges ? 1 : 0,
});

/** The SQL expression for each of some values. */
export type ExpressionsOf<Values> = { readonly [Name in keyof Values]-?: RawBuilder<Values[Name]> };

export interface RefreshClauses {
  readonly assignments: RawBuilder<unknown>;
  readonly isAllowed: RawBuilder<SqlBool>;
}

/** The parts of `UPDATE curfew_sessions` that record a use of a live session; see `refreshClauses` for the unary pluses. */
export function useClauses(
  dialect: Dialect,
  { now, idleForMs }: { now: RawBuilder<number>; idleForMs: RawBuilder<number> },
): { readonly assignments: RawBuilder<unknown>; readonly isLive: RawBuilder<SqlBool> } {
  const lastActiveAt = dialect.greatest(column("last_active_at"), sql`${now} - ${idleForMs}`);
  const idleDeadline = sql`${lastActiveAt} + ${column("idle_minutes")} * ${sql.lit(MINUTE_MS)}`;
  return {
    assignments: sql`last_active_at = ${lastActiveAt},
      use_mark = ${dialect.mark(now)},
      idle_expires_at = ${dialect.least(idleDeadline, column("absolute_expires_at"))}`,
    isLive: sql`+${column("ended_at")} IS NULL
      AND +${column("idle_expires_at")} > ${now} AND +${column("absolute_expires_at")} > ${now}
      AND ${isWithinLimitOfAccount(dialect, now)}`,
  };
}

const column = <Value>(name: string): RawBuilder<Value> => sql`${sql.ref(`curfew_sessions.${name}`)}`;

/**
 * Builds the parts of `UPDATE curfew_sessions` that decide on a refresh and apply it, see `Store.refreshSession`; each
 * statement adds the match on the row and on the account's epoch. `decideRefresh` is the same decision on a session that was
 * read, and `test/snapshots` has the generated SQL. The unary pluses keep planners to the primary key: on PostgreSQL, the
 * other indexes hold an entry for each refresh since the last vacuum.
 *
 * @param note for a refresh that `decideRefresh` has decided on: the statement compares the state instead of deciding what
 * is to be noted
 */
export function refreshClauses(
  dialect: Dialect,
  values: ExpressionsOf<Omit<RefreshValues, "accountId" | "sessionId">> & { now: RawBuilder<number> },
  note: ExpressionsOf<NoteValues> | null = null,
): RefreshClauses {
  const { now, generation, graceMs } = values;
  const current = column<number>("generation");
  const rotatedAt = column<number | null>("rotated_at");
  const graceStart = sql<number>`(${now} - ${graceMs})`;
  const rotates = sql<boolean>`(${current} = ${generation} AND (${rotatedAt} IS NULL OR ${rotatedAt} <= ${graceStart}))`;
  const use = useClauses(dialect, values);
  const rotationNetworks = column<string | null>("rotation_networks");
  const networks = rotationNetworksSql(dialect, { column: rotationNetworks, network: values.network, now });
  const seen = (name: string, value: RawBuilder<string | null>): RawBuilder<unknown> =>
    sql`${sql.ref(name)} = CASE WHEN ${values.hasDevice} = 1 THEN ${value} ELSE ${column(name)} END`;
  const isFamiliar = sql<SqlBool>`(${values.network} IS NULL OR ${networks.isLastUnknown(rotatedAt)}
    OR ${column("shared_generation")} = ${current} OR ${networks.includesNetwork})`;
  const isSameDevice = sql<SqlBool>`(${values.label} IS NULL
    OR coalesce(${column("seen_label")}, ${column("device_label")}, ${values.label}) = ${values.label}
    OR ${column("device_changed_at")} > ${now} - ${sql.lit(DEVICE_CHANGE_INTERVAL_MS)})`;
  const isPrevious = sql<SqlBool>`${generation} = ${current} - 1 AND ${rotatedAt} > ${graceStart}`;
  const isAccepted =
    note === null
      ? sql<SqlBool>`(${generation} = ${current} OR (${isPrevious} AND ${isFamiliar})) AND ${isSameDevice}`
      : sql<SqlBool>`(${generation} = ${current} OR (${isPrevious})) AND ${isAsDecided(note)}`;
  return {
    assignments: sql`
      generation = ${current} + CASE WHEN ${rotates} THEN 1 ELSE 0 END,
      rotated_at = CASE WHEN ${rotates} THEN ${now} ELSE ${rotatedAt} END,
      rotation_networks = CASE WHEN ${rotates} THEN ${networks.afterRotation} ELSE ${rotationNetworks} END,
      ${use.assignments},
      ${seen("seen_label", values.label)},
      ${seen("seen_user_agent", values.userAgent)},
      ${seen("seen_ip", values.ip)}${note === null ? sql`` : sql`, ${noteAssignments(note, now)}`}`,
    isAllowed: sql`(${use.isLive}
      AND CASE
        WHEN ${column("key_thumbprint")} IS NOT NULL
          THEN ${column("key_thumbprint")} = ${values.provenThumbprint} AND ${generation} <= ${current}
        ELSE ${isAccepted}
      END)`,
  };
}

/** No session has this generation or time. */
const NEVER = sql.lit(-1);

function isAsDecided(note: ExpressionsOf<NoteValues>): RawBuilder<SqlBool> {
  return sql`${column("generation")} = ${note.decidedGeneration}
    AND coalesce(${column("shared_generation")}, ${NEVER}) = coalesce(${note.decidedSharedGeneration}, ${NEVER})
    AND coalesce(${column("device_changed_at")}, ${NEVER}) = coalesce(${note.decidedDeviceChangedAt}, ${NEVER})`;
}

function noteAssignments(note: ExpressionsOf<NoteValues>, now: RawBuilder<number>): RawBuilder<unknown> {
  const { sharedRotations, deviceChanges } = note;
  const isShared = sql`${sharedRotations} IS NOT NULL`;
  return sql`
    shared_generation = CASE WHEN ${isShared} THEN ${column("generation")} ELSE ${column("shared_generation")} END,
    shared_rotations = coalesce(${sharedRotations}, ${column("shared_rotations")}),
    device_changed_at = CASE WHEN ${deviceChanges} = 1 THEN ${now} ELSE ${column("device_changed_at")} END`;
}
