import { type RawBuilder, sql } from "kysely";

/**
 * The account is not being deleted: the sweep removes the rows of one that is, and until then they count for nothing.
 *
 * @param accountId the column with the account's id
 */
export const isOfKeptAccount = (accountId: string): RawBuilder<boolean> => sql<boolean>`NOT EXISTS (
  SELECT 1 FROM curfew_accounts AS deleted WHERE deleted.id = ${sql.ref(accountId)} AND deleted.deleted_at IS NOT NULL)`;
