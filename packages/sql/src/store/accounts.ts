import type { AccountState } from "@curfew/core";
import type { PolicyOverride } from "@curfew/core/policy";
import { first, run, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { toAccount } from "./rows.js";

export interface StoredAccount {
  readonly state: AccountState;
  readonly override: PolicyOverride;
  /** Open sessions of the account's epoch, those past a deadline and not closed yet among them. */
  readonly openSessions: number;
  readonly openUsers: number;
}

/** An account that nobody has written yet. */
const UNWRITTEN: StoredAccount = {
  state: { epoch: 0, policyVersion: 1, appliedPolicyVersion: 0 },
  override: { idleMinutes: null, absoluteMinutes: null },
  openSessions: 0,
  openUsers: 0,
};

/** By name, here as everywhere: a statement that is prepared breaks where a newer version adds a column to what it asks for. */
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
  if (row === null) return UNWRITTEN;
  return {
    state: toAccount(row),
    override: { idleMinutes: row.idle_minutes, absoluteMinutes: row.absolute_minutes },
    openSessions: row.open_sessions,
    openUsers: row.open_users,
  };
}

/** Gives the account its row, where it has none yet. */
export function* ensureAccount(context: StoreContext, accountId: string): Unit<void> {
  yield* run(
    context.queries
      .insertInto("curfew_accounts")
      .values({ id: accountId, idle_minutes: null, absolute_minutes: null })
      .onConflict((conflict) => conflict.column("id").doNothing()),
  );
}
