import type { Expression, RawBuilder } from "kysely";

/** What the databases spell differently. */
export interface Dialect {
  readonly name: "sqlite" | "postgres";
  /** Joins two tables in the order in which they are written, where a planner has to be told. */
  readonly joinInOrder: RawBuilder<unknown>;
  /** Ends a select of rows to be deleted, so that two who keep house do not wait for each other. */
  readonly skipLocked: RawBuilder<unknown>;
  /** The smaller of two numbers. */
  least(left: Expression<unknown>, right: Expression<unknown>): RawBuilder<number>;
  /** The larger of two numbers. */
  greatest(left: Expression<unknown>, right: Expression<unknown>): RawBuilder<number>;
  /** The JSON object `text` with one added to its number `field`. */
  jsonIncrement(text: Expression<unknown>, field: string): RawBuilder<string>;
  /** A table of the objects in `json`, a JSON array, for the place after FROM. */
  rows(json: string, columns: Readonly<Record<string, "text" | "number">>): RawBuilder<unknown>;
  /**
   * A statement that is dated by the database's clock.
   *
   * @param stated what `statedClock` answered
   * @param build writes the statement, with the moment where it belongs
   */
  atMoment<Row>(
    stated: RawBuilder<number | null>,
    build: (now: RawBuilder<number>) => RawBuilder<Row>,
  ): RawBuilder<Row>;
}
