import { nameKeyOf } from "@curfew/core";
import { sql } from "kysely";
import type { SqlDatabase } from "./database.js";
import type { CurfewTables } from "./schema.js";
import { all, raw, run, type Unit } from "./unit.js";

/** Few enough rows that a batch holds its locks briefly. */
const FILLED_AT_ONCE = 1000;

/**
 * Gives a key to the users that have none: those from before the migration, and those that the previous version inserts
 * while both run. SQL can't make the keys, because what it makes of a letter depends on the database and its locale.
 */
export async function fillNameKeys(database: SqlDatabase): Promise<void> {
  const queries = database.queries<CurfewTables>();

  function* fillBatch(): Unit<boolean> {
    const users = yield* all(
      queries
        .selectFrom("curfew_users")
        .select(["account_id", "id", "name"])
        .where("name_key", "is", null)
        .orderBy("account_id")
        .orderBy("id")
        .limit(FILLED_AT_ONCE),
    );
    if (users.length === 0) return false;
    const keyed = users.map((user) => ({ ...user, name_key: nameKeyOf(user.name) }));
    const rows = database.dialect.rows(keyed, {
      account_id: "text",
      id: "text",
      name: "text",
      name_key: "text",
    });
    // A name that changed since it was read has another key.
    yield* run(
      raw(
        queries,
        sql`UPDATE curfew_users SET name_key = r.name_key FROM ${rows} AS r
          WHERE curfew_users.account_id = r.account_id AND curfew_users.id = r.id AND curfew_users.name = r.name`,
      ),
    );
    return true;
  }

  while (await database.alter(fillBatch));
}
