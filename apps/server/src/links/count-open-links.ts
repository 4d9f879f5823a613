import { HttpProblem } from "@curfew/http";
import { first, type Unit } from "@curfew/sql";
import { sql } from "kysely";
import type { UserReference } from "../accounts/credentials.js";
import type { ServiceQueries } from "../database/tables.js";

/** The maximum number of invitations and password links of an account that work at the same time. */
export const MAX_OPEN_LINKS = 1000;

/**
 * Throws `too_many` if as many links of the account work at `now` as may, besides those of one user, which a new one replaces.
 * The caller has locked the account.
 */
export function* requireRoomForLink(
  queries: ServiceQueries,
  { accountId, userId, now }: UserReference & { readonly now: number },
): Unit<void> {
  const openIn = (table: "invitations" | "password_links") =>
    queries
      .selectFrom(table)
      .select("user_id")
      .where("account_id", "=", accountId)
      .where("expires_at", ">", now)
      .where("user_id", "!=", userId)
      .limit(MAX_OPEN_LINKS);
  const row = yield* first(
    queries
      .selectFrom(openIn("invitations").as("i"))
      .select(sql<number>`count(*)`.as("invitations"))
      .select(
        queries
          .selectFrom(openIn("password_links").as("p"))
          .select(sql<number>`count(*)`.as("n"))
          .as("links"),
      ),
  );
  if (row !== null && row.invitations + (row.links ?? 0) >= MAX_OPEN_LINKS)
    throw new HttpProblem("too_many", {
      detail: `An account can have ${MAX_OPEN_LINKS} open invitations and password links.`,
    });
}
