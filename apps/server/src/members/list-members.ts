import type { Role } from "@curfew/core";
import { all, type Unit, USER_SORT } from "@curfew/sql";
import { type RawBuilder, sql } from "kysely";
import type { ServiceQueries } from "../database/tables.js";
import type { Member } from "./members.js";

/** The place of a member in the list of members. */
export interface MemberPosition {
  /** What the list is ordered by: see `nameKeyOf`. */
  readonly key: string;
  readonly name: string;
  readonly id: string;
}

export interface MemberPage {
  readonly items: readonly Member[];
  readonly next: MemberPosition | null;
}

export interface MembersInput {
  readonly accountId: string;
  readonly limit: number;
  /** `next` of the previous page. */
  readonly after: MemberPosition | null;
}

type MemberRow = Member & { readonly sortKey: string; readonly sortName: string };

/** What invitations are listed by, before the id; the index on these expressions spells them the same way. */
const INVITATION_SORT: SortColumns = {
  key: sql<string>`coalesce(name_key, name)`,
  name: sql<string>`name`,
};

type SortColumns = Readonly<Record<"key" | "name", RawBuilder<string>>>;

/**
 * Lists a page of an account's users and invitations as a person would sort them (`nameKeyOf`), then by name and id. Each of the
 * two is read in the order of its index, and only as far as the page needs it.
 */
export function* listMembers(queries: ServiceQueries, input: MembersInput): Unit<MemberPage> {
  const { limit } = input;
  const users = usersAfter(queries, input);
  const invitations = invitationsAfter(queries, input);
  const rows: readonly MemberRow[] = yield* all(
    queries
      .selectFrom(users.as("u"))
      .selectAll()
      .unionAll(queries.selectFrom(invitations.as("i")).selectAll())
      .orderBy("sortKey")
      .orderBy("sortName")
      .orderBy("id")
      .limit(limit + 1),
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(({ sortKey: _key, sortName: _name, ...member }) => member),
    next: last === undefined ? null : { key: last.sortKey, name: last.sortName, id: last.id },
  };
}

const usersAfter = (queries: ServiceQueries, { accountId, limit, after }: MembersInput) =>
  queries
    .selectFrom("curfew_users")
    .select([
      USER_SORT.key.as("sortKey"),
      USER_SORT.name.as("sortName"),
      "id",
      "name",
      "email",
      "role",
      sql<Member["status"]>`CASE disabled WHEN 1 THEN 'disabled' ELSE 'active' END`.as("status"),
      "last_login_at as lastLoginAt",
    ])
    .where("account_id", "=", accountId)
    .where("deleted_at", "is", null)
    .where(isAfter(USER_SORT, sql.ref("id"), after))
    .orderBy(USER_SORT.key)
    .orderBy(USER_SORT.name)
    .orderBy("id")
    .limit(limit + 1);

/** Invitations that work no more are members too, since they can be sent again. */
const invitationsAfter = (queries: ServiceQueries, { accountId, limit, after }: MembersInput) =>
  queries
    .selectFrom("invitations")
    .select([
      INVITATION_SORT.key.as("sortKey"),
      INVITATION_SORT.name.as("sortName"),
      "user_id as id",
      "name",
      "email",
      sql<Role>`role`.as("role"),
      sql<Member["status"]>`'invited'`.as("status"),
      sql<number | null>`CAST(NULL AS BIGINT)`.as("lastLoginAt"),
    ])
    .where("account_id", "=", accountId)
    .where(isAfter(INVITATION_SORT, sql.ref("user_id"), after))
    .orderBy(INVITATION_SORT.key)
    .orderBy(INVITATION_SORT.name)
    .orderBy("user_id")
    .limit(limit + 1);

const isAfter = (
  sort: SortColumns,
  id: RawBuilder<unknown>,
  after: MemberPosition | null,
): RawBuilder<boolean> =>
  after === null
    ? sql<boolean>`1 = 1`
    : sql<boolean>`(${sort.key}, ${sort.name}, ${id}) > (${after.key}, ${after.name}, ${after.id})`;
