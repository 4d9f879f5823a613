import type { Http } from "../http.js";
import { positionOf, searchFilter, searchOf } from "../paging.js";
import { defineRoute } from "../route/define.js";
import { pageOf, searchQuery } from "../wire/page.js";
import { activeUserSchema, wireActiveUser } from "../wire/policy.js";

/** `GET /api/accounts/me/security/active-users` */
export const listActiveUsersRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/api/accounts/me/security/active-users",
    operationId: "listActiveUsers",
    summary: "List the users with live sessions",
    tags: ["Account sessions"],
    auth: "owner",
    query: searchQuery,
    responses: { 200: { description: "Newest sign-in first", schema: pageOf(activeUserSchema) } },
    async handler({ identity: { accountId }, query: { limit, cursor, q } }) {
      const list = { accountId, name: "active_users", filter: searchFilter(q) } as const;
      const position = positionOf(http.cursors, list, cursor);
      const { items, next } = await http.curfew.users.listActive({
        accountId,
        limit,
        after: position === null ? null : { lastLoginAt: position.time, id: position.id },
        ...searchOf(q),
      });
      return {
        status: 200,
        body: {
          items: items.map(wireActiveUser),
          next_cursor: next && http.cursors.write(list, { time: next.lastLoginAt, id: next.id }),
        },
      };
    },
  });
