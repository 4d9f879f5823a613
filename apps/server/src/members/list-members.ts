import type { Role } from "@curfew/core";
import { all, type Unit, USER_SORT_NAME } from "@curfew/sql";
import { type RawBuilder, sql } from "kysely";
import type { ServiceQueries } from "../database/tables.js";
import type { Member } from "./members.js";

/** The place of a member in the list of members. */
export interface MemberPosition {
  /** What the list is ordered by. */
  readonly name: string;
  readonly id: string;
}

export interface MemberPage {
  readonly items: readonly Member[];
  readonly next: MemberPosition | null;
}

interface PageInput {
  readonly accountId: string;
  readonly limit: number;
  /** `next` of the previous page. */
  readonly after: MemberPosition | null;
}

type MemberRow = Member & { readonly sortName: string };

/** What members are ordered by, before the id: in users the engine's expression, which has an index, in invitations the name. */
const SORT_NAMES = { users: USER_SORT_NAME, invitations: sql<string>`name` } as const;

/**
 * Lists a page of an account's users and invitations by name, then by id. Each of the two is read in the order of its index,
 * and only as far as the page needs it.
 */
export function* listMembers(queries: ServiceQueries, input: PageInput): Unit<MemberPage> {
  const { limit } = input;
  const users = usersAfter(queries, input);
  const invitations = invitationsAfter(queries, input);
  const rows: readonly MemberRow[] = yield* all(
    queries
      .selectFrom(users.as("u"))
      .selectAll()
      .unionAll(queries.selectFrom(invitations.as("i")).selectAll())
      .orderBy("sortName")
      .orderBy("id")
      .limit(limit + 1),
  );
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(({ sortName: _sortName, ...member }) => member),
    next: last === undefined ? null : { name: last.sortName, id: last.id },
  };
}

const usersAfter = (queries: ServiceQueries, { accountId, limit, after }: PageInput) =>
  queries
    .selectFrom("curfew_users")
    .select([
      SORT_NAMES.users.as("sortName"),
      "id",
      "name",
      "email",
      "role",
      sql<Member["status"]>`CASE disabled WHEN 1 THEN 'disabled' ELSE 'active' END`.as("status"),
      "last_login_at as lastLoginAt",
    ])
    .where("account_id", "=", accountId)
    .where(isAfter(SORT_NAMES.users, sql.ref("id"), after))
    .orderBy(SORT_NAMES.users)
    .orderBy("id")
    .limit(limit + 1);

/** Invitations that work no more are members too, since they can be sent again. */
const invitationsAfter = (queries: ServiceQueries, { accountId, limit, after }: PageInput) =>
  queries
    .selectFrom("invitations")
    .select([
      SORT_NAMES.invitations.as("sortName"),
      "user_id as id",
      "name",
      "email",
      sql<Role>`role`.as("role"),
      sql<Member["status"]>`'invited'`.as("status"),
      sql<number | null>`CAST(NULL AS BIGINT)`.as("lastLoginAt"),
    ])
    .where("account_id", "=", accountId)
    .where(isAfter(SORT_NAMES.invitations, sql.ref("user_id"), after))
    .orderBy(SORT_NAMES.invitations)
    .orderBy("user_id")
    .limit(limit + 1);

const isAfter = (
  sortName: RawBuilder<string>,
  id: RawBuilder<unknown>,
  after: MemberPosition | null,
): RawBuilder<boolean> =>
  after === null ? sql<boolean>`1 = 1` : sql<boolean>`(${sortName}, ${id}) > (${after.name}, ${after.id})`;
