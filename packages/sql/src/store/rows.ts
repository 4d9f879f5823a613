import { type AccountState, deadlinesOf, type Role, type Session, type User } from "@curfew/core";
import { type Selectable, sql } from "kysely";
import type { AccountsTable, SessionsTable, UsersTable } from "../schema.js";
import { parseRotationNetworks } from "./rotation-networks.js";

export type SessionRow = Omit<
  Selectable<SessionsTable>,
  "started_policy_version" | "use_mark" | "keep_until"
>;

/** The limit of the account that covers a session and that its row does not hold yet; see `limitColumns`. */
export interface LimitRow {
  readonly limit_idle_minutes: number | null;
  readonly limit_absolute_minutes: number | null;
}

export type UserRow = Omit<
  Selectable<UsersTable>,
  "name_key" | "open_sessions" | "open_epoch" | "deleted_at"
>;

export const USER_COLUMNS = [
  "account_id",
  "id",
  "name",
  "email",
  "role",
  "disabled",
  "epoch",
  "role_epoch",
  "last_login_at",
] as const satisfies readonly (keyof UserRow)[];

/** The beginning of a name. A host may give names of any length, and an index takes no more than 2,700 bytes on PostgreSQL. */
const SHORT_NAME = sql<string>`substr(name, 1, 200)`;

/**
 * What users are listed by, before the id; the index on these expressions spells them the same way. A row of the previous
 * version has no key until `fillNameKeys`.
 */
export const USER_SORT = { key: sql<string>`coalesce(name_key, ${SHORT_NAME})`, name: SHORT_NAME } as const;

export const SESSION_COLUMNS = [
  "account_id",
  "id",
  "user_id",
  "account_epoch",
  "started_at",
  "authenticated_at",
  "absolute_from",
  "governed",
  "last_active_at",
  "idle_minutes",
  "absolute_minutes",
  "idle_expires_at",
  "absolute_expires_at",
  "generation",
  "rotated_at",
  "rotation_networks",
  "shared_generation",
  "shared_rotations",
  "key_thumbprint",
  "device_label",
  "user_agent",
  "ip",
  "seen_label",
  "seen_user_agent",
  "seen_ip",
  "device_changed_at",
  "ended_at",
  "end_reason",
] as const satisfies readonly (keyof SessionRow)[];

/** Returns the session with the deadlines that it has now, whether or not its row holds them. */
export function toSession(row: SessionRow & LimitRow): Session {
  const device = { label: row.device_label, userAgent: row.user_agent, ip: row.ip };
  const seen = { label: row.seen_label, userAgent: row.seen_user_agent, ip: row.seen_ip };
  const wasSeen = seen.label !== null || seen.userAgent !== null || seen.ip !== null;
  return {
    accountId: row.account_id,
    id: row.id,
    userId: row.user_id,
    startedAt: row.started_at,
    authenticatedAt: row.authenticated_at ?? row.started_at,
    isGoverned: row.governed === 1,
    lastActiveAt: row.last_active_at,
    ...limitsOf(row),
    generation: row.generation,
    rotatedAt: row.rotated_at,
    rotationNetworks: parseRotationNetworks(row.rotation_networks),
    sharing:
      row.shared_generation === null
        ? null
        : { generation: row.shared_generation, rotations: row.shared_rotations },
    keyThumbprint: row.key_thumbprint,
    accountEpoch: row.account_epoch,
    device,
    lastSeen: wasSeen ? seen : device,
    deviceChangedAt: row.device_changed_at,
    endedAt: row.ended_at,
    endReason: row.end_reason,
  };
}

type LimitsOfSession = Pick<
  Session,
  "idleMinutes" | "absoluteMinutes" | "idleExpiresAt" | "absoluteExpiresAt"
>;

function limitsOf(row: SessionRow & LimitRow): LimitsOfSession {
  const own = { idleMinutes: row.idle_minutes, absoluteMinutes: row.absolute_minutes };
  if (row.limit_idle_minutes === null || row.limit_absolute_minutes === null)
    return { ...own, idleExpiresAt: row.idle_expires_at, absoluteExpiresAt: row.absolute_expires_at };
  const limits = {
    idleMinutes: Math.min(own.idleMinutes, row.limit_idle_minutes),
    absoluteMinutes: Math.min(own.absoluteMinutes, row.limit_absolute_minutes),
  };
  const absoluteFrom = row.absolute_from ?? row.started_at;
  return { ...limits, ...deadlinesOf(absoluteFrom, row.last_active_at, limits, row.absolute_expires_at) };
}

export function toUser(row: UserRow): User {
  return {
    accountId: row.account_id,
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    disabled: row.disabled === 1,
    lastLoginAt: row.last_login_at,
    epoch: row.epoch,
    roleEpoch: row.role_epoch,
  };
}

export function toAccountState(
  row: Pick<Selectable<AccountsTable>, "epoch" | "policy_version" | "applied_policy_version">,
): AccountState {
  return {
    epoch: row.epoch,
    policyVersion: row.policy_version,
    appliedPolicyVersion: row.applied_policy_version,
  };
}

/** The columns of a user that is joined to a session. */
export interface JoinedUser {
  user_name: string;
  user_email: string;
  user_role: Role;
  user_disabled: number;
  user_epoch: number;
  user_role_epoch: number;
  user_last_login_at: number | null;
}

/** Selects a `JoinedUser` from the users table with the alias `u`. */
export const JOINED_USER_COLUMNS = [
  "u.name as user_name",
  "u.email as user_email",
  "u.role as user_role",
  "u.disabled as user_disabled",
  "u.epoch as user_epoch",
  "u.role_epoch as user_role_epoch",
  "u.last_login_at as user_last_login_at",
] as const;

export function toJoinedUser(row: JoinedUser & Pick<SessionRow, "account_id" | "user_id">): User {
  return toUser({
    account_id: row.account_id,
    id: row.user_id,
    name: row.user_name,
    email: row.user_email,
    role: row.user_role,
    disabled: row.user_disabled,
    epoch: row.user_epoch,
    role_epoch: row.user_role_epoch,
    last_login_at: row.user_last_login_at,
  });
}
