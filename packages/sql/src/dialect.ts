import type { Expression, RawBuilder } from "kysely";

/** What the databases spell differently. */
export interface Dialect {
  readonly name: "sqlite";
  /** The smaller of two numbers. */
  least(left: Expression<unknown>, right: Expression<unknown>): RawBuilder<number>;
  /** The larger of two numbers. */
  greatest(left: Expression<unknown>, right: Expression<unknown>): RawBuilder<number>;
  /** A JSON object, as text. */
  jsonObject(fields: Readonly<Record<string, Expression<unknown>>>): RawBuilder<string>;
  /** The JSON object `text` with one added to its number `field`. */
  jsonIncrement(text: Expression<unknown>, field: string): RawBuilder<string>;
  /** A new id for each row (UUIDv7). @param now milliseconds since the Unix epoch */
  newId(now: number): RawBuilder<string>;
}
