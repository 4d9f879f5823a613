import { type Compilable, type Selectable, sql } from "kysely";
import { fixed } from "../fixed.js";
import type { FeedTable } from "../schema.js";
import { all, clock, first } from "../unit.js";
import type { StoreContext } from "./context.js";
import { type ReadFeed, toFeedRow } from "./feed.js";

/**
 * Reads the feed's rows after a cursor, the sequence of the last row seen.
 *
 * SQLite has one writer, so rows commit in the order of their sequences and none can turn up behind a cursor; sequences
 * are never used again, also after the newest row was deleted.
 */
export function orderedFeedReader(context: StoreContext): ReadFeed {
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
