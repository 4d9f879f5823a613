import { all, run, type SqlDatabase, type Unit } from "@curfew/sql";
import { sql } from "kysely";
import { serviceQueries } from "../database/tables.js";
import { hashAnywhere } from "../sign-in/limits/attempt-limits.js";
import { attemptStatements } from "../sign-in/limits/attempt-statements.js";

/** The tables with rows of an account besides `email_directory`. A user has one row, but for a few places. */
const TABLES = ["credentials", "invitations", "password_links", "known_places"] as const;

/** Creates the part of the sweep that deletes the service's rows of a deleted account; see `removeAccountRows` of the store. */
export function createAccountRemover(database: SqlDatabase) {
  const queries = serviceQueries(database);
  const failures = attemptStatements(database, 0);

  return function* removeAccountRows(accountId: string, limit: number): Unit<number> {
    const addresses = yield* all(
      queries
        .deleteFrom("email_directory")
        .where("account_id", "=", accountId)
        .where(
          sql<boolean>`user_id IN (SELECT user_id FROM email_directory WHERE account_id = ${accountId}
            ORDER BY user_id LIMIT ${limit})`,
        )
        .returning("address_key"),
    );
    yield* failures.forget(
      addresses.flatMap(({ address_key: key }) => (key === null ? [] : [hashAnywhere(key)])),
    );
    let removed = addresses.length;
    for (const table of TABLES) {
      if (removed >= limit) return removed;
      removed += yield* run(
        queries
          .deleteFrom(table)
          .where("account_id", "=", accountId)
          .where(
            sql<boolean>`user_id IN (SELECT user_id FROM ${sql.table(table)} WHERE account_id = ${accountId}
              ORDER BY user_id LIMIT ${limit - removed})`,
          ),
      );
    }
    if (removed < limit)
      removed += yield* run(queries.deleteFrom("account_names").where("account_id", "=", accountId));
    return removed;
  };
}
