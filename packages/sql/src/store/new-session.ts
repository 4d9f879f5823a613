import {
  type AccountState,
  type Device,
  deadlinesOf,
  type HostTimes,
  type HostUser,
  type Session,
  type User,
} from "@curfew/core";
import type { EffectivePolicy } from "@curfew/core/policy";
import { type Insertable, sql } from "kysely";
import type { SessionsTable } from "../schema.js";
import { raw, run, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";

/** A session that is about to be inserted, with what its row holds besides. */
export interface NewSession {
  readonly session: Session;
  readonly policyVersion: number;
  /** What the absolute lifetime counts from; null for the start. */
  readonly absoluteFrom: number | null;
  /** Null unless a host issued the session. */
  readonly keepUntil: number | null;
}

export interface BeginningSession {
  readonly accountId: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly account: AccountState;
  readonly limits: EffectivePolicy;
  /** Null: the session begins now. */
  readonly times: HostTimes | null;
  readonly keepUntil: number | null;
  readonly keyThumbprint: string | null;
  readonly device: Device;
}

/** Creates a session without an end, though a deadline may have passed. @param now milliseconds since the Unix epoch */
export function newSession(input: BeginningSession, now: number): NewSession {
  const { times, limits, account, device } = input;
  const startedAt = Math.min(times?.startedAt ?? now, now);
  const lastActiveAt = Math.min(Math.max(times?.lastActiveAt ?? now, startedAt), now);
  const from = times?.absoluteFrom ?? null;
  const absoluteFrom = from !== null && from > startedAt ? from : null;
  const session: Session = {
    accountId: input.accountId,
    id: input.sessionId,
    userId: input.userId,
    startedAt,
    authenticatedAt: Math.min(times?.authenticatedAt ?? startedAt, now),
    isGoverned: input.keepUntil !== null,
    lastActiveAt,
    ...limits,
    ...deadlinesOf(absoluteFrom ?? startedAt, lastActiveAt, limits, times?.notAfter),
    generation: 0,
    rotatedAt: null,
    rotationNetworks: [],
    sharing: null,
    keyThumbprint: input.keyThumbprint,
    accountEpoch: account.epoch,
    device,
    lastSeen: device,
    deviceChangedAt: null,
    endedAt: null,
    endReason: null,
  };
  return { session, policyVersion: account.policyVersion, absoluteFrom, keepUntil: input.keepUntil };
}

/**
 * Returns the user with the host's current data. A changed role raises the epoch.
 *
 * @param firstEpoch of a new user; see `firstEpochOf`
 */
export function userAsHostSays(
  accountId: string,
  { id, name, email, role }: HostUser,
  known: User | null,
  lastLoginAt: number | null,
  firstEpoch: number,
): User {
  const roleChanges = known !== null && known.role !== role;
  const epoch = (known?.epoch ?? firstEpoch) + (roleChanges ? 1 : 0);
  const roleEpoch = roleChanges ? epoch : (known?.roleEpoch ?? 0);
  return {
    id,
    name,
    email,
    role,
    accountId,
    disabled: known?.disabled ?? false,
    lastLoginAt,
    epoch,
    roleEpoch,
  };
}

/** The last sign-in of a user, after one that began at `startedAt`. */
export const lastLoginAfter = (known: User | null, startedAt: number): number =>
  Math.max(known?.lastLoginAt ?? startedAt, startedAt);

const COLUMN_TYPES = {
  account_id: "text",
  id: "text",
  user_id: "text",
  account_epoch: "number",
  started_at: "number",
  authenticated_at: "number",
  absolute_from: "number",
  last_active_at: "number",
  idle_minutes: "number",
  absolute_minutes: "number",
  idle_expires_at: "number",
  absolute_expires_at: "number",
  key_thumbprint: "text",
  device_label: "text",
  user_agent: "text",
  ip: "text",
  started_policy_version: "number",
  governed: "number",
  keep_until: "number",
  ended_at: "number",
  end_reason: "text",
} as const satisfies Partial<Record<keyof SessionsTable, "text" | "number">>;

type NewSessionRow = Pick<Insertable<SessionsTable>, keyof typeof COLUMN_TYPES>;

const toRow = ({ session, policyVersion, absoluteFrom, keepUntil }: NewSession): NewSessionRow => ({
  account_id: session.accountId,
  id: session.id,
  user_id: session.userId,
  account_epoch: session.accountEpoch,
  started_at: session.startedAt,
  authenticated_at: session.authenticatedAt === session.startedAt ? null : session.authenticatedAt,
  absolute_from: absoluteFrom,
  last_active_at: session.lastActiveAt,
  idle_minutes: session.idleMinutes,
  absolute_minutes: session.absoluteMinutes,
  idle_expires_at: session.idleExpiresAt,
  absolute_expires_at: session.absoluteExpiresAt,
  key_thumbprint: session.keyThumbprint,
  device_label: session.device.label,
  user_agent: session.device.userAgent,
  ip: session.device.ip,
  started_policy_version: policyVersion,
  governed: session.isGoverned ? 1 : 0,
  keep_until: keepUntil,
  ended_at: session.endedAt,
  end_reason: session.endReason,
});

export function* insertSession(context: StoreContext, session: NewSession): Unit<void> {
  yield* run(context.queries.insertInto("curfew_sessions").values(toRow(session)));
}

/** Inserts many sessions in one statement. */
export function* insertSessions(
  { dialect, queries }: StoreContext,
  sessions: readonly NewSession[],
): Unit<void> {
  if (sessions.length === 0) return;
  const columns = sql.join(Object.keys(COLUMN_TYPES).map((column) => sql.ref(column)));
  const rows = dialect.rows(sessions.map(toRow), COLUMN_TYPES);
  yield* run(raw(queries, sql`INSERT INTO curfew_sessions (${columns}) SELECT ${columns} FROM ${rows} AS n`));
}
