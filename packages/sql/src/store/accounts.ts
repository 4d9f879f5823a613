import type { AccountState } from "@curfew/core";
import type { PolicyOverride } from "@curfew/core/policy";
import { first, run, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { toAccountState } from "./rows.js";

export interface StoredAccount {
  readonly state: AccountState;
  readonly override: PolicyOverride;
  /** Open sessions with the account's epoch, including overdue ones that are not closed yet. */
  readonly openSessions: number;
  readonly openUsers: number;
}

/** The state of an account that has no row yet. */
const INITIAL: StoredAccount = {
  state: { epoch: 0, policyVersion: 1, appliedPolicyVersion: 0 },
  override: { idleMinutes: null, absoluteMinutes: null },
  openSessions: 0,
  openUsers: 0,
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
] as const;

export function* readAccount(context: StoreContext, accountId: string): Unit<StoredAccount> {
  const row = yield* first(
    context.queries.selectFrom("curfew_accounts").select(COLUMNS).where("id", "=", accountId),
  );
  if (row === null) return INITIAL;
  return {
    state: toAccountState(row),
    override: { idleMinutes: row.idle_minutes, absoluteMinutes: row.absolute_minutes },
    openSessions: row.open_sessions,
    openUsers: row.open_users,
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
