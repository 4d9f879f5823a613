import type { EndReason, ExpiryReason } from "@curfew/core";
import { sql } from "kysely";
import { raw, run, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";

/** What is answered of sessions as their end is written. */
export const ENDED_COLUMNS = ["account_id", "id", "user_id", "ended_at", "end_reason"] as const;

/** A session whose end has just been written. */
export interface EndedRow {
  readonly account_id: string;
  readonly id: string;
  readonly user_id: string;
  readonly ended_at: number | null;
  readonly end_reason: EndReason | null;
}

/** The most that go into one statement. */
const CHUNK = 5000;

const EXPIRY_REASONS: ReadonlySet<EndReason | null> = new Set<ExpiryReason>(["idle", "absolute"]);

/** Writes a `session.expired`, dated at its deadline, for each of the sessions that expired; answers how many. */
export function* recordExpiries(
  { dialect, queries, newId }: StoreContext,
  ended: readonly EndedRow[],
  now: number,
): Unit<number> {
  const events = ended
    .filter((session) => EXPIRY_REASONS.has(session.end_reason))
    .map((session) => ({
      account_id: session.account_id,
      id: newId(now),
      at: session.ended_at,
      session_id: session.id,
      details: JSON.stringify({ reason: session.end_reason, user_id: session.user_id }),
    }));
  for (let from = 0; from < events.length; from += CHUNK) {
    const rows = dialect.rows(JSON.stringify(events.slice(from, from + CHUNK)), {
      account_id: "text",
      id: "text",
      at: "number",
      session_id: "text",
      details: "text",
    });
    yield* run(
      raw(
        queries,
        sql`INSERT INTO curfew_events (account_id, id, at, type, session_id, details)
          SELECT e.account_id, e.id, e.at, 'session.expired', e.session_id, e.details FROM ${rows} AS e`,
      ),
    );
  }
  return events.length;
}
