import type { FeedPage, FeedRow, FeedScope } from "@curfew/core";
import { type Compilable, type Selectable, sql } from "kysely";
import { fixed } from "../fixed.js";
import type { FeedTable } from "../schema.js";
import { all, announce, clock, first, type Unit } from "../unit.js";
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

function toFeedRow(row: Selectable<FeedTable>): FeedRow {
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

/**
 * Reads the feed's rows after a cursor, the sequence of the last row seen.
 *
 * SQLite has one writer, so rows commit in the order of their sequences and none can turn up behind a cursor; sequences
 * are never used again, also after the newest row was deleted.
 */
export function feedReader(context: StoreContext): ReadFeed {
  const { queries } = context;
  const rowsAfter = fixed<Selectable<FeedTable>, { sequence: number }>((slot) =>
    queries
      .selectFrom("curfew_feed")
      .selectAll()
      .where("sequence", ">", slot<number>("sequence"))
      .orderBy("sequence"),
  );
  const rowsSince = fixed<Selectable<FeedTable>, { at: number }>((slot) =>
    queries.selectFrom("curfew_feed").selectAll().where("at", ">=", slot<number>("at")).orderBy("sequence"),
  );
  const newest: Compilable<{ sequence: number }> = fixed(() =>
    queries.selectFrom("curfew_feed").select(sql<number>`coalesce(max(sequence), 0)`.as("sequence")),
  )({});

  return function* readFeed({ cursor, sinceMs }) {
    const now = yield* clock();
    const rows = yield* all(
      cursor === null ? rowsSince({ at: now - sinceMs }) : rowsAfter({ sequence: Number(cursor) }),
    );
    const last = rows.at(-1)?.sequence ?? 0;
    const reached = cursor === null ? ((yield* first(newest))?.sequence ?? 0) : Number(cursor);
    return { rows: rows.map(toFeedRow), cursor: String(Math.max(last, reached)), now };
  };
}
