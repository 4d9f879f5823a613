import { NETWORK_DIGEST_LENGTH, ROTATION_MEMORY_MS, type RotationNetwork } from "@curfew/core";
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Dialect } from "../database.js";

/**
 * The networks that rotated a session's token, as one text column: both databases can then update it within the
 * statement of a refresh. The last rotation comes first. Each entry has the same length: a digest, `@`, which no
 * digest contains, and the time of the network's last rotation in `TIME_DIGITS` digits.
 */
const MAX_NETWORKS = 16;
/** Added to times in milliseconds since the Unix epoch, so that they all have the same number of digits. */
const TIME_OFFSET_MS = 10_000_000_000_000;
const TIME_DIGITS = 14;
const TIME_START = NETWORK_DIGEST_LENGTH + 1;
const ENTRY_LENGTH = TIME_START + TIME_DIGITS;

/** Parses the column, the last rotation first. */
export function parseRotationNetworks(text: string | null): readonly RotationNetwork[] {
  const networks: RotationNetwork[] = [];
  for (let start = 0; start < (text?.length ?? 0); start += ENTRY_LENGTH) {
    const entry = text?.slice(start, start + ENTRY_LENGTH) ?? "";
    networks.push({
      network: entry.slice(0, NETWORK_DIGEST_LENGTH),
      at: Number(entry.slice(TIME_START)) - TIME_OFFSET_MS,
    });
  }
  return networks;
}

/** Builds the expressions of a refresh on `column`, for a client in `network`. */
export function rotationNetworksSql(
  dialect: Dialect,
  {
    column,
    network,
    now,
  }: { column: RawBuilder<unknown>; network: RawBuilder<string | null>; now: RawBuilder<number> },
) {
  const list = sql<string>`coalesce(${column}, '')`;
  const position = dialect.position(list, sql`${network} || '@'`);
  const digits = (time: RawBuilder<unknown>): RawBuilder<string> =>
    sql`CAST(CAST(${time} AS BIGINT) + ${sql.lit(TIME_OFFSET_MS)} AS TEXT)`;
  const others = sql<string>`CASE WHEN ${position} > 0
    THEN substr(${list}, 1, ${position} - 1) || substr(${list}, ${position} + ${sql.lit(ENTRY_LENGTH)})
    ELSE ${list} END`;
  return {
    /** Whether the network rotated the token recently. */
    includesNetwork: sql<SqlBool>`(${position} > 0 AND
      substr(${list}, ${position} + ${sql.lit(TIME_START)}, ${sql.lit(TIME_DIGITS)})
        > ${digits(sql`${now} - ${sql.lit(ROTATION_MEMORY_MS)}`)})`,
    /** Whether the last rotation came from an unknown network. */
    isLastUnknown: (rotatedAt: RawBuilder<unknown>): RawBuilder<SqlBool> =>
      sql`(${column} IS NULL OR
        substr(${list}, ${sql.lit(TIME_START + 1)}, ${sql.lit(TIME_DIGITS)}) <> ${digits(rotatedAt)})`,
    /** The column after a rotation. */
    afterRotation: sql<string>`CASE WHEN ${network} IS NULL THEN ${column}
      ELSE ${network} || '@' || ${digits(now)}
        || substr(${others}, 1, ${sql.lit((MAX_NETWORKS - 1) * ENTRY_LENGTH)}) END`,
  };
}
