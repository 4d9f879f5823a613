import type { SessionSnapshot } from "@curfew/core";
import { fixed, type Slots } from "../fixed.js";
import { clock, first, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";
import { coverOf } from "./epochs.js";
import { JOINED_USER, SESSION_COLUMNS, toAccount, toSession, userOf } from "./rows.js";

export type ReadSession = (accountId: string, sessionId: string) => Unit<SessionSnapshot | null>;

/** Reads all that decides about one session, in one statement, compiled once. */
export function sessionReader({ queries }: StoreContext): ReadSession {
  const build = (slot: Slots<"accountId" | "sessionId">) =>
    queries
      .selectFrom("curfew_sessions")
      .innerJoin("curfew_accounts as a", "a.id", "curfew_sessions.account_id")
      .innerJoin("curfew_users as u", (join) =>
        join
          .onRef("u.account_id", "=", "curfew_sessions.account_id")
          .onRef("u.id", "=", "curfew_sessions.user_id"),
      )
      .select(SESSION_COLUMNS.map((column) => `curfew_sessions.${column}` as const))
      .select(JOINED_USER)
      .select(["a.epoch", "a.policy_version", "a.applied_policy_version"])
      .select([coverOf("at").as("cover_at"), coverOf("reason").as("cover_reason")])
      .where("curfew_sessions.account_id", "=", slot<string>("accountId"))
      .where("curfew_sessions.id", "=", slot<string>("sessionId"));
  const statement = fixed(build);

  return function* readSession(accountId, sessionId) {
    const now = yield* clock();
    const row = yield* first(statement({ accountId, sessionId }));
    if (row === null) return null;
    const epochEnd =
      row.cover_at === null || row.cover_reason === null
        ? null
        : { at: row.cover_at, reason: row.cover_reason };
    return { session: toSession(row), user: userOf(row), account: toAccount(row), epochEnd, now };
  };
}
