import { HttpProblem } from "@curfew/http";
import { lockAccount, run } from "@curfew/sql";
import { serviceQueries } from "../database/tables.js";
import { type OwnerActor, requireActingOwner } from "../members/acting-owner.js";
import type { ServiceContext } from "../service-context.js";
import type { Account } from "./accounts.js";

/**
 * Gives an account another name. Where it is the same, nothing is written.
 * Throws `not_found`, `token_expired` if the owner's session or role ended meanwhile, and `unavailable`.
 */
export async function renameAccount(
  { accounts, database, writeEvent }: Pick<ServiceContext, "accounts" | "database" | "writeEvent">,
  {
    accountId,
    name,
    actor,
  }: { readonly accountId: string; readonly name: string; readonly actor: OwnerActor },
): Promise<Account> {
  const queries = serviceQueries(database);
  const renamed = await database.write(
    function* () {
      const now = yield* lockAccount(accountId);
      const before = yield* accounts.reading(accountId);
      if (before === null) throw new HttpProblem("not_found");
      if (before.name === name) return before;
      yield* requireActingOwner(queries, accountId, actor);
      yield* run(
        queries
          .updateTable("account_names")
          .set({ name, renamed_at: now })
          .where("account_id", "=", accountId),
      );
      yield* writeEvent(accountId, {
        type: "account.renamed",
        actorId: actor.userId,
        sessionId: actor.sessionId,
        ip: actor.ip,
        details: { before: before.name, after: name },
      });
      return { ...before, name };
    },
    { lock: accountId },
  );
  accounts.keep(renamed);
  return renamed;
}
