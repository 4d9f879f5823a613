import { nameKeyOf } from "@curfew/core";
import { all, raw, run, type SqlDatabase, type Unit } from "@curfew/sql";
import { sql } from "kysely";
import { addressKeyOf } from "../accounts/email-address.js";
import { FILLED_AT_ONCE, fillAddresses, type SharedAddress } from "./fill-addresses.js";
import { serviceQueries } from "./tables.js";

/**
 * Gives keys to the rows that have none: those from before the migration, and those that the previous version inserts while
 * both run. SQL can't make the keys, because what it makes of a letter depends on the database and its locale.
 *
 * @returns the users of earlier versions who share an address with another one
 */
export async function fillKeys(database: SqlDatabase): Promise<readonly SharedAddress[]> {
  while (await database.alter(() => fillInvitations(database)));
  return await fillAddresses(database);
}

function* fillInvitations(database: SqlDatabase): Unit<boolean> {
  const queries = serviceQueries(database);
  const invitations = yield* all(
    queries
      .selectFrom("invitations")
      .select(["account_id", "user_id", "name", "email"])
      .where("name_key", "is", null)
      .orderBy("account_id")
      .orderBy("user_id")
      .limit(FILLED_AT_ONCE),
  );
  if (invitations.length === 0) return false;
  const keyed = invitations.map((invitation) => ({
    ...invitation,
    name_key: nameKeyOf(invitation.name),
    address_key: addressKeyOf(invitation.email),
  }));
  const rows = database.dialect.rows(keyed, {
    account_id: "text",
    user_id: "text",
    name: "text",
    name_key: "text",
    email: "text",
    address_key: "text",
  });
  // An invitation that was sent again since it was read has other keys.
  yield* run(
    raw(
      queries,
      sql`UPDATE invitations SET name_key = r.name_key, address_key = r.address_key FROM ${rows} AS r
        WHERE invitations.account_id = r.account_id AND invitations.user_id = r.user_id
          AND invitations.name = r.name AND invitations.email = r.email`,
    ),
  );
  return true;
}
