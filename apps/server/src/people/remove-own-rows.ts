import { networkOf } from "@curfew/core";
import { all, clock, first, run, type Unit } from "@curfew/sql";
import type { UserReference } from "../accounts/credentials.js";
import { addressKeyOf } from "../accounts/email-address.js";
import { type ServiceQueries, serviceQueries } from "../database/tables.js";
import { endInvitations } from "../members/invitation.js";
import type { ServiceContext } from "../service-context.js";

/** The tables with rows of a user. */
const TABLES = ["credentials", "email_directory", "password_links", "known_places"] as const;

/**
 * Deletes what the service keeps of a user, in the transaction that deletes the user: from then on the e-mail can be invited and
 * registered again. The account is locked.
 */
export function* removeOwnRows(
  { database, limits }: Pick<ServiceContext, "database" | "limits">,
  user: UserReference,
): Unit<void> {
  const queries = serviceQueries(database);
  const email = yield* readEmail(queries, user);
  if (email !== null)
    yield* limits.forgetting({
      addressKey: addressKeyOf(email),
      networks: yield* readNetworks(queries, user),
    });
  for (const table of TABLES)
    yield* run(
      queries.deleteFrom(table).where("account_id", "=", user.accountId).where("user_id", "=", user.userId),
    );
  yield* removeMaker(queries, user);
}

function* readEmail(queries: ServiceQueries, { accountId, userId }: UserReference): Unit<string | null> {
  const query = queries.selectFrom("curfew_users").select("email");
  return (yield* first(query.where("account_id", "=", accountId).where("id", "=", userId)))?.email ?? null;
}

/** The networks of the user's sessions. Failures from another one are over within 15 minutes. */
function* readNetworks(
  queries: ServiceQueries,
  { accountId, userId }: UserReference,
): Unit<readonly string[]> {
  const rows = yield* all(
    queries
      .selectFrom("curfew_sessions")
      .select(["ip", "seen_ip"])
      .distinct()
      .where("account_id", "=", accountId)
      .where("user_id", "=", userId),
  );
  const addresses = rows.flatMap(({ ip, seen_ip: seenIp }) => [ip, seenIp]);
  return [...new Set(addresses.map((address) => networkOf(address ?? "")))];
}

/** Links that the user made for others have ended with the user. The people who were invited stay in the list of members. */
function* removeMaker(queries: ServiceQueries, { accountId, userId }: UserReference): Unit<void> {
  yield* run(
    queries.deleteFrom("password_links").where("account_id", "=", accountId).where("made_by", "=", userId),
  );
  yield* endInvitations(queries, { accountId, users: { only: userId }, now: yield* clock() });
  yield* run(
    queries
      .updateTable("invitations")
      .set({ invited_by: "" })
      .where("account_id", "=", accountId)
      .where("invited_by", "=", userId),
  );
}
