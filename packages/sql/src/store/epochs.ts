import type { RevocationReason } from "@curfew/core";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import { first, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";

/** The first sign-out of the whole account that covers a session of `accountEpoch`. */
export function* coveringEpoch(
  context: StoreContext,
  accountId: string,
  accountEpoch: number,
): Unit<{ at: number; reason: RevocationReason } | null> {
  return yield* first(
    context.queries
      .selectFrom("curfew_account_epochs")
      .select(["at", "reason"])
      .where("account_id", "=", accountId)
      .where("epoch", ">", accountEpoch)
      .orderBy("epoch")
      .limit(1),
  );
}

/** The same inside a statement about sessions: one column of the epoch that covers the session, null where none does. */
export const coverOf = <Column extends "at" | "reason">(
  column: Column,
): RawBuilder<{ at: number; reason: RevocationReason }[Column] | null> => sql`(
  SELECT e.${sql.ref(column)} FROM curfew_account_epochs e
  WHERE e.account_id = curfew_sessions.account_id AND e.epoch > curfew_sessions.account_epoch
  ORDER BY e.epoch LIMIT 1)`;

/** A deadline of the session came before whatever signed the account out: what happened first wins. */
export const deadlineCameFirst: RawBuilder<SqlBool> = sql`coalesce(${coverOf("at")}, idle_expires_at) >= idle_expires_at`;

/** Which deadline comes first; equal, it is the absolute one. */
export const expiryReason: RawBuilder<"idle" | "absolute"> =
  sql`CASE WHEN absolute_expires_at <= idle_expires_at THEN 'absolute' ELSE 'idle' END`;
