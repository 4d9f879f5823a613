import { all, raw, run, type SqlDatabase, type Unit } from "@curfew/sql";
import { sql } from "kysely";
import type { UserReference } from "../accounts/credentials.js";
import { addressKeyOf } from "../accounts/email-address.js";
import { type ServiceQueries, serviceQueries } from "./tables.js";

/** Two users whose e-mails an earlier version took for two, and which are one address. */
export interface SharedAddress {
  /** Signs in with the spelling of the registration alone. */
  readonly user: UserReference;
  /** Has the address: signs in with every spelling of it but the other user's. */
  readonly owner: UserReference;
}

interface Row extends UserReference {
  readonly email_key: string;
}

/** Few enough rows that a batch holds its locks briefly. */
export const FILLED_AT_ONCE = 1000;

/**
 * Gives the address's key to the rows of the e-mail directory that have none, unless another user has it already.
 *
 * @returns the users who share an address with another one
 */
export async function fillAddresses(database: SqlDatabase): Promise<readonly SharedAddress[]> {
  const shared: SharedAddress[] = [];
  let after = "";
  for (;;) {
    const batch = await database.alter(() => fillBatch(database, after));
    if (batch === null) return shared;
    shared.push(...batch.shared);
    after = batch.last;
  }
}

function* fillBatch(
  database: SqlDatabase,
  after: string,
): Unit<{ readonly last: string; readonly shared: readonly SharedAddress[] } | null> {
  const queries = serviceQueries(database);
  const rows: readonly Row[] = yield* all(
    queries
      .selectFrom("email_directory")
      .select(["email_key", "account_id as accountId", "user_id as userId"])
      .where("address_key", "is", null)
      .where("email_key", ">", after)
      .orderBy("email_key")
      .limit(FILLED_AT_ONCE),
  );
  const last = rows.at(-1)?.email_key;
  if (last === undefined) return null;
  // Registrations wait meanwhile, so that no key is given twice.
  if (database.dialect.name === "postgres")
    yield* run(raw(queries, sql`LOCK TABLE email_directory IN SHARE ROW EXCLUSIVE MODE`));
  const owners = new Map(yield* ownersOf(database, queries, rows));
  const given: { email_key: string; address_key: string }[] = [];
  const shared: SharedAddress[] = [];
  for (const { email_key, accountId, userId } of rows) {
    const address_key = addressKeyOf(email_key);
    const user = { accountId, userId };
    const owner = owners.get(address_key);
    if (owner === undefined) {
      owners.set(address_key, user);
      given.push({ email_key, address_key });
    } else shared.push({ user, owner });
  }
  const values = database.dialect.rows(given, { email_key: "text", address_key: "text" });
  yield* run(
    raw(
      queries,
      sql`UPDATE email_directory SET address_key = r.address_key FROM ${values} AS r
        WHERE email_directory.email_key = r.email_key`,
    ),
  );
  return { last, shared };
}

/** The users who have the addresses of some rows. */
function* ownersOf(
  { dialect }: SqlDatabase,
  queries: ServiceQueries,
  rows: readonly Row[],
): Unit<readonly (readonly [addressKey: string, owner: UserReference])[]> {
  const keys = JSON.stringify(rows.map(({ email_key }) => addressKeyOf(email_key)));
  const owners = yield* all(
    queries
      .selectFrom("email_directory")
      .select(["address_key", "account_id as accountId", "user_id as userId"])
      .where(dialect.isAmong(sql.ref("address_key"), sql`${keys}`)),
  );
  return owners.map(({ address_key, ...owner }) => [address_key ?? "", owner]);
}
