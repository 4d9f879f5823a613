import { createHash } from "node:crypto";
import type { AccountTombstone, RevocationReason, Session } from "@curfew/core";
import { type Selectable, sql } from "kysely";
import type { TombstonesTable } from "../schema.js";
import { all, first, run, together, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import type { SignOut } from "./sign-outs.js";

/** What is left of a deleted account or user. */
export interface Tombstone {
  readonly at: number;
  readonly reason: RevocationReason;
  readonly epoch: number;
  readonly policyVersion: number;
}

/** The digests in place of the ids. `user_hash` is empty for an account. */
export function tombstoneKey(
  accountId: string,
  userId: string | null,
): { account_hash: string; user_hash: string } {
  return {
    account_hash: digestOf(accountId),
    // With the account, so that nobody sees which accounts had the same user.
    user_hash: userId === null ? "" : digestOf(`${accountId.length} ${accountId} ${userId}`),
  };
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** Reads the tombstone of a user, or of the account if `userId` is null. */
export function* readTombstone(
  context: StoreContext,
  accountId: string,
  userId: string | null,
): Unit<Tombstone | null> {
  const key = tombstoneKey(accountId, userId);
  const row = yield* first(
    context.queries
      .selectFrom("curfew_tombstones")
      .select(["at", "reason", "epoch", "policy_version"])
      .where("account_hash", "=", key.account_hash)
      .where("user_hash", "=", key.user_hash),
  );
  return row === null ? null : toTombstone(row);
}

/** The tombstones of an account, under an empty id, and of some of its users, by id. */
export type Tombstones = ReadonlyMap<string, Tombstone>;

const ACCOUNT = "";

/** Reads the tombstones that concern some users of an account. */
export function* readTombstones(
  { dialect, queries }: StoreContext,
  accountId: string,
  userIds: readonly string[],
): Unit<Tombstones> {
  const ids = new Map([
    [ACCOUNT, ACCOUNT],
    ...userIds.map((id) => [tombstoneKey(accountId, id).user_hash, id] as const),
  ]);
  const rows = yield* all(
    queries
      .selectFrom("curfew_tombstones")
      .select(["user_hash", "at", "reason", "epoch", "policy_version"])
      .where("account_hash", "=", tombstoneKey(accountId, null).account_hash)
      .where(dialect.isAmong(sql.ref("user_hash"), sql`${JSON.stringify([...ids.keys()])}`)),
  );
  return new Map(rows.map((row) => [ids.get(row.user_hash) ?? ACCOUNT, toTombstone(row)]));
}

const toTombstone = (
  row: Pick<Selectable<TombstonesTable>, "at" | "reason" | "epoch" | "policy_version">,
): Tombstone => ({ at: row.at, reason: row.reason, epoch: row.epoch, policyVersion: row.policy_version });

/** The first epoch of a new user. Rows of the feed about one with the same id name lower ones. */
export const firstEpochOf = (tombstones: Tombstones, userId: string): number =>
  Math.max(tombstones.get(ACCOUNT)?.epoch ?? -1, tombstones.get(userId)?.epoch ?? -1) + 1;

/** The deletions as sign-outs, for sessions that hosts issued before them. */
export const toSignOuts = (tombstones: Tombstones): readonly SignOut[] =>
  [...tombstones].map(([userId, { at, reason }]) => ({ userId, at, reason, spares: null }));

const isDeletedSince = (startedAt: number, tombstones: Tombstones, id: string): boolean =>
  (tombstones.get(id)?.at ?? Number.NEGATIVE_INFINITY) >= startedAt;

/** Whether a session that a host issued is of an account that was deleted since. */
export const isOfDeletedAccount = (
  { startedAt }: Pick<Session, "startedAt">,
  tombstones: Tombstones,
): boolean => isDeletedSince(startedAt, tombstones, ACCOUNT);

/** Whether a session that a host issued is of a user, or an account, that was deleted since. */
export const isOfDeleted = (
  { userId, startedAt }: Pick<Session, "userId" | "startedAt">,
  tombstones: Tombstones,
): boolean => [ACCOUNT, userId].some((id) => isDeletedSince(startedAt, tombstones, id));

/** Inserts or replaces a tombstone. @param keepUntil in milliseconds since the Unix epoch */
export function* writeTombstone(
  context: StoreContext,
  key: { readonly accountId: string; readonly userId: string | null },
  tombstone: Tombstone,
  keepUntil: number,
): Unit<void> {
  const columns = {
    at: tombstone.at,
    reason: tombstone.reason,
    epoch: tombstone.epoch,
    policy_version: tombstone.policyVersion,
    keep_until: keepUntil,
  };
  yield* run(
    context.queries
      .insertInto("curfew_tombstones")
      .values({ ...tombstoneKey(key.accountId, key.userId), ...columns })
      .onConflict((conflict) => conflict.columns(["account_hash", "user_hash"]).doUpdateSet(columns)),
  );
}

/** Reads what is left of a deleted account; see `Store.readAccountTombstone`. */
export function* readAccountTombstone(
  context: StoreContext,
  accountId: string,
): Unit<AccountTombstone | null> {
  const [tombstone, account] = yield* together(
    readTombstone(context, accountId, null),
    first(context.queries.selectFrom("curfew_accounts").select("deleted_at").where("id", "=", accountId)),
  );
  if (tombstone === null) return null;
  const { reason, at } = tombstone;
  return { reason, at, isReplaced: account !== null && account.deleted_at === null };
}

/** Deletes at most `batch` tombstones that nobody needs any more, and returns their number. */
export function* deleteOldTombstones(context: StoreContext, batch: number, now: number): Unit<number> {
  return yield* run(
    context.queries.deleteFrom("curfew_tombstones").where(
      sql<boolean>`(account_hash, user_hash) IN (
        SELECT account_hash, user_hash FROM curfew_tombstones
        WHERE keep_until < ${now} ORDER BY keep_until LIMIT ${sql.lit(batch)} ${context.dialect.skipLocked})`,
    ),
  );
}
