import { CurfewError, type Identity } from "@curfew/core";
import { fieldProblem } from "@curfew/http";
import { first, run, type SqlDatabase, type Unit } from "@curfew/sql";
import { isOfKeptAccount } from "../database/kept-account.js";
import { serviceQueries } from "../database/tables.js";
import { type OwnerActor, requireActingOwner } from "../members/acting-owner.js";
import type { ServiceContext } from "../service-context.js";

/**
 * Deletes an account with everybody and everything in it. The sweep removes the rows.
 * Throws `validation_failed` on `account_name`, `reauthentication_required`, `token_expired` if the owner's session or role ended
 * meanwhile, and `unavailable`.
 *
 * @param input.accountName the name as the owner typed it
 */
export async function deleteAccount(
  { accounts, curfew, database }: ServiceContext,
  {
    identity,
    accountName,
    actor,
  }: { readonly identity: Identity; readonly accountName: string; readonly actor: OwnerActor },
): Promise<void> {
  const { accountId } = identity;
  const queries = serviceQueries(database);
  requireName(await accounts.read(accountId), accountName);
  curfew.requireRecentSignIn(identity.authenticatedAt);
  await curfew.accounts.delete({
    accountId,
    actor,
    *alongside() {
      yield* requireActingOwner(queries, accountId, actor);
      requireName(yield* accounts.reading(accountId), accountName);
      yield* passOnFirstPlace(database, accountId);
    },
  });
  accounts.forget(accountId);
}

/** Keyboards differ in how they compose a letter. */
const typed = (name: string): string => name.normalize("NFC").trim();

function requireName(account: { readonly name: string } | null, accountName: string): void {
  if (account === null) throw new CurfewError("token_expired", {});
  if (typed(account.name) !== typed(accountName))
    throw fieldProblem("account_name", "invalid_value", "This is not the name of the account.");
}

/** Closed registration is for the first account. Another one takes its place, so that nobody can create the first one again. */
function* passOnFirstPlace(database: SqlDatabase, accountId: string): Unit<void> {
  const queries = serviceQueries(database);
  // Of two accounts that are deleted at once, the second has to see that the first is gone.
  const place = queries.selectFrom("first_account").select("place");
  yield* first(database.dialect.name === "postgres" ? place.forUpdate() : place);
  const next = yield* first(
    queries
      .selectFrom("account_names")
      .select("account_id as id")
      .where("account_id", "!=", accountId)
      .where(isOfKeptAccount("account_names.account_id"))
      .limit(1),
  );
  if (next === null) yield* run(queries.deleteFrom("first_account").where("account_id", "=", accountId));
  else
    yield* run(
      queries.updateTable("first_account").set({ account_id: next.id }).where("account_id", "=", accountId),
    );
}
