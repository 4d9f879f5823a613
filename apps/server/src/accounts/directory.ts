import { first, run, type Unit } from "@curfew/sql";
import type { ServiceQueries } from "../database/tables.js";

/** Names a user for good. */
export interface UserReference {
  readonly accountId: string;
  readonly userId: string;
}

/** Finds whose an e-mail is, of whichever account. */
export function* findByEmail(queries: ServiceQueries, emailKey: string): Unit<UserReference | null> {
  return yield* first(
    queries
      .selectFrom("email_directory")
      .select(["account_id as accountId", "user_id as userId"])
      .where("email_key", "=", emailKey),
  );
}

/** Gives an e-mail to a user, once; false where it is somebody's already. */
export function* claimEmail(queries: ServiceQueries, emailKey: string, user: UserReference): Unit<boolean> {
  const claimed = yield* run(
    queries
      .insertInto("email_directory")
      .values({ email_key: emailKey, account_id: user.accountId, user_id: user.userId })
      .onConflict((conflict) => conflict.column("email_key").doNothing()),
  );
  return claimed === 1;
}
