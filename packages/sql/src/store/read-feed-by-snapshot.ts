import type { Selectable } from "kysely";
import { sql } from "kysely";
import { fixed } from "../fixed.js";
import type { FeedTable } from "../schema.js";
import { unavailable } from "../unavailable.js";
import { all, raw, statedClock } from "../unit.js";
import type { StoreContext } from "./context.js";
import { type ReadFeed, toFeedRow } from "./feed.js";

/** The state of the database beside each row; one row of nulls where there is none. */
type Row = {
  readonly now: number;
  readonly reached: string;
  readonly server: string;
  readonly standby: boolean;
} & (Selectable<FeedTable> | Record<keyof FeedTable, null>);

interface Values {
  readonly stated: number | null;
  readonly server: string;
  readonly reached: string;
  readonly sinceMs: number;
}

/** A snapshot that nothing is visible in. */
const NOTHING_SEEN = "1:1:";
const NOWHERE = { server: "", reached: NOTHING_SEEN };

/**
 * Reads the feed's rows after a cursor, where many write at once and rows commit in another order than they were numbered in.
 *
 * Each row carries the id of the transaction that wrote it. A cursor is the snapshot that it was read on: it says which
 * transactions had ended by then and were seen, so the rows of all others are what is new, however late they
 * commit, and none is read twice. Transactions of other databases of the server hold nothing up, however long they take. Another server than
 * the cursor's (a standby that took over, a restore) may use ids again that the cursor has passed, so there it counts for
 * nothing and the reading begins afresh.
 */
export function snapshotFeedReader({ dialect, queries }: StoreContext): ReadFeed {
  const statement = fixed<Row, Values>((slot) => {
    const reached = sql`CAST(${slot("reached")} AS pg_snapshot)`;
    return raw(
      queries,
      dialect.atMoment<Row>(
        slot("stated"),
        (now) => sql`
          SELECT s.now, s.reached, s.server, s.standby, f.sequence, f.account_id, f.at, f.scope, f.user_id, f.session_id,
            f.epoch, f.policy_version, f.applied, f.reason
          FROM (
            SELECT r.*, r.server = ${slot("server")} AS goes_on
            FROM (
              SELECT ${now} AS now, CAST(pg_current_snapshot() AS TEXT) AS reached,
                CAST(extract(epoch FROM pg_postmaster_start_time()) AS TEXT) AS server,
                pg_is_in_recovery() AS standby
            ) AS r
          ) AS s
          LEFT JOIN curfew_feed AS f
            ON f.written_by >= CASE WHEN s.goes_on THEN pg_snapshot_xmin(${reached}) ELSE '0' END
            AND CASE WHEN s.goes_on THEN NOT pg_visible_in_snapshot(f.written_by, ${reached})
              ELSE f.at >= s.now - ${slot("sinceMs")} END
          ORDER BY f.sequence`,
      ),
    );
  });

  return function* readFeed({ cursor, sinceMs }) {
    const from = cursor === null ? NOWHERE : parseCursor(cursor);
    const rows = yield* all(statement({ ...from, sinceMs, stated: yield* statedClock() }));
    const state = rows[0];
    if (state === undefined) throw new Error("the database told nothing of its state");
    // What a standby has not heard of yet would pass for what never happened.
    if (state.standby) throw unavailable("the database is a standby");
    return {
      rows: rows.flatMap((row) => (row.sequence === null ? [] : [toFeedRow(row)])),
      cursor: `${state.server}/${state.reached}`,
      now: state.now,
    };
  };
}

function parseCursor(cursor: string): { server: string; reached: string } {
  const [server = "", reached = NOTHING_SEEN] = cursor.split("/");
  return { server, reached };
}
