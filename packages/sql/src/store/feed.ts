import type { FeedPage, FeedRow, FeedScope } from "@curfew/core";
import { type Compilable, type Selectable, sql } from "kysely";
import { unavailable } from "../database.js";
import type { FeedTable } from "../schema.js";
import { all, announce, clock, first, fixed, raw, statedClock, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";

/** Writes a row of the revocation feed and notifies the feed's watchers after the commit. */
export function* writeFeed(
  context: StoreContext,
  accountId: string,
  at: number,
  scope: FeedScope,
): Unit<FeedRow> {
  yield* announce();
  const row = yield* first(
    context.queries
      .insertInto("curfew_feed")
      .values({ account_id: accountId, at, ...toColumns(scope) })
      .returning("sequence"),
  );
  if (row === null) throw new Error("INSERT INTO curfew_feed returned no sequence");
  return { sequence: row.sequence, accountId, at, ...scope };
}

type ScopeColumns = Omit<Selectable<FeedTable>, "sequence" | "account_id" | "at">;

function toColumns(scope: FeedScope): ScopeColumns {
  const empty = {
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
        ...empty,
        scope: "account",
        epoch: scope.epoch,
        session_id: scope.spares,
        reason: scope.reason,
      };
    case "user":
      return {
        ...empty,
        scope: "user",
        user_id: scope.userId,
        epoch: scope.epoch,
        session_id: scope.spares,
        reason: scope.reason,
      };
    case "session":
      return { ...empty, scope: "session", session_id: scope.sessionId, reason: scope.reason };
    case "role":
      return { ...empty, scope: "role", user_id: scope.userId, epoch: scope.epoch };
    case "policy":
      return { ...empty, scope: "policy", policy_version: scope.version, applied: scope.applied ? 1 : 0 };
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

type ReadFeed = (input: { cursor: string | null; sinceMs: number }) => Unit<FeedPage>;

/**
 * Returns a unit that reads the feed rows after a cursor on SQLite. The cursor is the sequence of the last
 * row.
 *
 * SQLite has one writer, so rows commit in the order of their sequences and no row appears behind a cursor.
 * Sequences are never reused, even if the newest row is deleted.
 */
export function createOrderedFeedReader({ queries }: StoreContext): ReadFeed {
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

/** A feed row with the state of the database; a single row with null columns if the feed has nothing new. */
type SnapshotRow = {
  readonly now: number;
  readonly snapshot: string;
  readonly server: string;
  readonly standby: boolean;
} & (Selectable<FeedTable> | Record<keyof FeedTable, null>);

interface SnapshotCursor {
  /** The start time of the server. */
  readonly server: string;
  readonly snapshot: string;
}

/** A snapshot in which no transaction is visible. */
const EMPTY_SNAPSHOT = "1:1:";

/**
 * Returns a unit that reads the feed rows after a cursor on PostgreSQL, where rows commit in another order
 * than their sequences.
 *
 * Each row holds the id of the transaction that wrote it, and the cursor is the snapshot of the last read. A
 * row is new if its transaction was not visible in that snapshot, so each row is read exactly once, however
 * late it commits. Long transactions in other databases of the server have no effect. Another server (a
 * promoted standby, a restored backup) may reuse transaction ids that the cursor has passed, so its cursors
 * are ignored and the read starts again from `sinceMs`.
 */
export function createSnapshotFeedReader({ dialect, queries }: StoreContext): ReadFeed {
  const statement = fixed<
    SnapshotRow,
    SnapshotCursor & { readonly stated: number | null; readonly sinceMs: number }
  >((slot) => {
    const previous = sql`CAST(${slot("snapshot")} AS pg_snapshot)`;
    return raw(
      queries,
      dialect.atMoment<SnapshotRow>(
        slot("stated"),
        (now) => sql`
          SELECT s.now, s.snapshot, s.server, s.standby, f.sequence, f.account_id, f.at, f.scope, f.user_id, f.session_id,
            f.epoch, f.policy_version, f.applied, f.reason
          FROM (
            SELECT r.*, r.server = ${slot("server")} AS is_same_server
            FROM (
              SELECT ${now} AS now, CAST(pg_current_snapshot() AS TEXT) AS snapshot,
                CAST(extract(epoch FROM pg_postmaster_start_time()) AS TEXT) AS server,
                pg_is_in_recovery() AS standby
            ) AS r
          ) AS s
          LEFT JOIN curfew_feed AS f
            ON f.written_by >= CASE WHEN s.is_same_server THEN pg_snapshot_xmin(${previous}) ELSE '0' END
            AND CASE WHEN s.is_same_server THEN NOT pg_visible_in_snapshot(f.written_by, ${previous})
              ELSE f.at >= s.now - ${slot("sinceMs")} END
          ORDER BY f.sequence`,
      ),
    );
  });

  return function* readFeed({ cursor, sinceMs }) {
    const rows = yield* all(statement({ ...parseCursor(cursor), sinceMs, stated: yield* statedClock() }));
    const state = rows[0];
    if (state === undefined) throw new Error("the feed query returned no row");
    // A standby may lack rows that the primary has committed.
    if (state.standby) throw unavailable("the database is a standby");
    return {
      rows: rows.flatMap((row) => (row.sequence === null ? [] : [toFeedRow(row)])),
      cursor: `${state.server}/${state.snapshot}`,
      now: state.now,
    };
  };
}

function parseCursor(cursor: string | null): SnapshotCursor {
  const [server = "", snapshot = EMPTY_SNAPSHOT] = (cursor ?? "").split("/");
  return { server, snapshot };
}
