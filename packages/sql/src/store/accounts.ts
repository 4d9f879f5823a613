import { type AccountState, CurfewError } from "@curfew/core";
import type { PolicyOverride } from "@curfew/core/policy";
import { type RawBuilder, type Selectable, sql } from "kysely";
import type { AccountsTable } from "../schema.js";
import { first, run, together, type Unit } from "../unit.js";
import type { IdValue, StoreContext } from "./context.js";
import { toAccountState } from "./rows.js";
import type { AccountLimit } from "./session-state.js";
import { readTombstone, type Tombstone } from "./tombstones.js";

export interface StoredAccount {
  readonly state: AccountState;
  readonly override: PolicyOverride;
  /** Open sessions with the account's epoch, including overdue ones that are not closed yet. */
  readonly openSessions: number;
  readonly openUsers: number;
  readonly limit: AccountLimit | null;
  /** Whether it has a row. */
  readonly isStored: boolean;
  /** When its deletion began; null unless it is being deleted. */
  readonly deletedAt: number | null;
}

/** The state of an account that has no row yet. */
const INITIAL: StoredAccount = {
  state: { epoch: 0, policyVersion: 1, appliedPolicyVersion: 0 },
  override: { idleMinutes: null, absoluteMinutes: null },
  openSessions: 0,
  openUsers: 0,
  limit: null,
  isStored: false,
  deletedAt: null,
};

/** No statement selects `*`: a prepared `SELECT *` fails once a newer version adds a column. */
const COLUMNS = [
  "epoch",
  "policy_version",
  "applied_policy_version",
  "idle_minutes",
  "absolute_minutes",
  "open_sessions",
  "open_users",
  "limit_version",
  "limit_epoch",
  "limit_at",
  "limit_idle_minutes",
  "limit_absolute_minutes",
  "limit_settled_to",
  "deleted_at",
] as const satisfies readonly (keyof AccountsTable)[];

/** Reads an account. One without a row whose tombstone is there starts above the epoch of the deleted one. */
export function* readAccount(context: StoreContext, accountId: IdValue): Unit<StoredAccount> {
  const query = context.queries.selectFrom("curfew_accounts").select(COLUMNS).where("id", "=", accountId);
  // An id that the statement itself finds is that of an account that is there.
  const [row, tombstone] =
    typeof accountId === "string"
      ? yield* together(first(query), readTombstone(context, accountId, null))
      : [yield* first(query), null];
  if (row === null) return tombstone === null ? INITIAL : startingAfter(tombstone);
  return {
    state: toAccountState(row),
    override: { idleMinutes: row.idle_minutes, absoluteMinutes: row.absolute_minutes },
    openSessions: row.open_sessions,
    openUsers: row.open_users,
    limit: toLimit(row),
    isStored: true,
    deletedAt: row.deleted_at,
  };
}

const startingAfter = ({ epoch, policyVersion }: Tombstone): StoredAccount => ({
  ...INITIAL,
  state: { ...INITIAL.state, epoch: epoch + 1, policyVersion: policyVersion + 1 },
});

function toLimit(
  row: Pick<Selectable<AccountsTable>, Extract<(typeof COLUMNS)[number], `limit_${string}`>>,
): AccountLimit | null {
  if (row.limit_version === null) return null;
  return {
    version: row.limit_version,
    epoch: row.limit_epoch ?? 0,
    at: row.limit_at ?? 0,
    idleMinutes: row.limit_idle_minutes ?? 0,
    absoluteMinutes: row.limit_absolute_minutes ?? 0,
    settledTo: row.limit_settled_to ?? "",
  };
}

/** The error of a call on an account that is being deleted. @param at milliseconds since the Unix epoch */
export const accountDeleted = (at: number): CurfewError<"session_revoked"> =>
  new CurfewError("session_revoked", { reason: "account_deleted", endedAt: at });

/** The account is not being deleted. */
export const isKept = (accountId: IdValue): RawBuilder<boolean> =>
  sql`NOT EXISTS (SELECT 1 FROM curfew_accounts d WHERE d.id = ${accountId} AND d.deleted_at IS NOT NULL)`;

/** Inserts the account's row if there is none. @param state as `readAccount` read it */
export function* ensureAccount(context: StoreContext, accountId: string, state: AccountState): Unit<void> {
  const { epoch, policyVersion } = state;
  yield* run(
    context.queries
      .insertInto("curfew_accounts")
      .values({
        id: accountId,
        epoch,
        policy_version: policyVersion,
        idle_minutes: null,
        absolute_minutes: null,
      })
      .onConflict((conflict) => conflict.column("id").doNothing()),
  );
}
