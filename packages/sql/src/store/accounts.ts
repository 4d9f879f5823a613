import type { AccountState } from "@curfew/core";
import type { PolicyOverride } from "@curfew/core/policy";
import type { Selectable } from "kysely";
import type { AccountsTable } from "../schema.js";
import { first, run, type Unit } from "../unit.js";
import type { IdValue, StoreContext } from "./context.js";
import { toAccountState } from "./rows.js";
import type { AccountLimit } from "./session-state.js";

export interface StoredAccount {
  readonly state: AccountState;
  readonly override: PolicyOverride;
  /** Open sessions with the account's epoch, including overdue ones that are not closed yet. */
  readonly openSessions: number;
  readonly openUsers: number;
  readonly limit: AccountLimit | null;
}

/** The state of an account that has no row yet. */
const INITIAL: StoredAccount = {
  state: { epoch: 0, policyVersion: 1, appliedPolicyVersion: 0 },
  override: { idleMinutes: null, absoluteMinutes: null },
  openSessions: 0,
  openUsers: 0,
  limit: null,
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
] as const satisfies readonly (keyof AccountsTable)[];

export function* readAccount(context: StoreContext, accountId: IdValue): Unit<StoredAccount> {
  const row = yield* first(
    context.queries.selectFrom("curfew_accounts").select(COLUMNS).where("id", "=", accountId),
  );
  if (row === null) return INITIAL;
  return {
    state: toAccountState(row),
    override: { idleMinutes: row.idle_minutes, absoluteMinutes: row.absolute_minutes },
    openSessions: row.open_sessions,
    openUsers: row.open_users,
    limit: toLimit(row),
  };
}

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

/** Inserts the account's row if there is none. */
export function* ensureAccount(context: StoreContext, accountId: string): Unit<void> {
  yield* run(
    context.queries
      .insertInto("curfew_accounts")
      .values({ id: accountId, idle_minutes: null, absolute_minutes: null })
      .onConflict((conflict) => conflict.column("id").doNothing()),
  );
}
