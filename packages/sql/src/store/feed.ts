import type { FeedPage, FeedRow, FeedScope } from "@curfew/core";
import type { Selectable } from "kysely";
import type { FeedTable } from "../schema.js";
import { announce, first, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";

/** Writes one row of the revocation feed, and wakes those who watch it once it is committed. */
export function* writeFeed(
  context: StoreContext,
  accountId: string,
  at: number,
  scope: FeedScope,
): Unit<FeedRow> {
  const row = yield* first(
    context.queries
      .insertInto("curfew_feed")
      .values({ account_id: accountId, at, ...toColumns(scope) })
      .returning("sequence"),
  );
  if (row === null) throw new Error("the feed gave no sequence");
  yield* announce();
  return { sequence: row.sequence, accountId, at, ...scope };
}

type ScopeColumns = Omit<Selectable<FeedTable>, "sequence" | "account_id" | "at">;

function toColumns(scope: FeedScope): ScopeColumns {
  const none = {
    user_id: null,
    session_id: null,
    epoch: null,
    policy_version: null,
    applied: null,
    reason: null,
  };
  switch (scope.scope) {
    case "account":
      return {
        ...none,
        scope: "account",
        epoch: scope.epoch,
        session_id: scope.spares,
        reason: scope.reason,
      };
    case "user":
      return {
        ...none,
        scope: "user",
        user_id: scope.userId,
        epoch: scope.epoch,
        session_id: scope.spares,
        reason: scope.reason,
      };
    case "session":
      return { ...none, scope: "session", session_id: scope.sessionId, reason: scope.reason };
    case "role":
      return { ...none, scope: "role", user_id: scope.userId, epoch: scope.epoch };
    case "policy":
      return { ...none, scope: "policy", policy_version: scope.version, applied: scope.applied ? 1 : 0 };
  }
}

/** A row of the feed as the engine reads it. */
export function toFeedRow(row: Selectable<FeedTable>): FeedRow {
  const base = { sequence: row.sequence, accountId: row.account_id, at: row.at };
  const userId = row.user_id ?? "";
  const epoch = row.epoch ?? 0;
  const reason = row.reason ?? "revoked_by_owner";
  switch (row.scope) {
    case "account":
      return { ...base, scope: "account", epoch, spares: row.session_id, reason };
    case "user":
      return { ...base, scope: "user", userId, epoch, spares: row.session_id, reason };
    case "session":
      return { ...base, scope: "session", sessionId: row.session_id ?? "", reason };
    case "role":
      return { ...base, scope: "role", userId, epoch };
    case "policy":
      return { ...base, scope: "policy", version: row.policy_version ?? 0, applied: row.applied === 1 };
  }
}

export type ReadFeed = (input: { cursor: string | null; sinceMs: number }) => Unit<FeedPage>;
