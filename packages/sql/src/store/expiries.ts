import { type RawBuilder, type SqlBool, sql } from "kysely";
import { run, type Unit } from "../unit.js";
import type { StoreContext } from "./context.js";

/** Which sessions expire, when and why, as expressions over their rows. */
export interface Expiries {
  readonly which: RawBuilder<SqlBool>;
  /** The deadline, in milliseconds since the Unix epoch. */
  readonly at: RawBuilder<number>;
  readonly reason: RawBuilder<"idle" | "absolute">;
  readonly now: number;
}

/** Writes a `session.expired` for each, dated at its deadline, before its end is written; answers how many. */
export function* recordExpiries(
  { dialect, queries }: StoreContext,
  { which, at, reason, now }: Expiries,
): Unit<number> {
  return yield* run(
    queries
      .insertInto("curfew_events")
      .columns(["account_id", "id", "at", "type", "session_id", "details"])
      .expression((eb) =>
        eb
          .selectFrom("curfew_sessions")
          .select([
            "account_id",
            dialect.newId(now).as("event_id"),
            at.as("at"),
            sql.lit("session.expired").as("type"),
            "id",
            dialect.jsonObject({ reason, user_id: sql.ref("user_id") }).as("details"),
          ])
          .where("ended_at", "is", null)
          .where(which),
      ),
  );
}
