import { CurfewError, type Identity } from "@curfew/core";
import { z } from "zod";
import type { Http } from "../http.js";
import { positionOf, searchFilter, searchOf } from "../paging.js";
import { actorOf } from "../route/authenticate.js";
import { type Answer, defineRoute } from "../route/define.js";
import type { SignOutUnknown } from "../unknown-users.js";
import { idInQuery } from "../wire/fields.js";
import { pageOf, pageQuery, searchQuery } from "../wire/page.js";
import { revokedSchema, revokeSessionsBody, sessionItemSchema, wireSessionItem } from "../wire/session.js";

const ownTags = ["Own sessions"];
const accountTags = ["Account sessions"];

const listResponses = {
  200: { description: "Live sessions, newest activity first", schema: pageOf(sessionItemSchema) },
};

/** `GET /api/users/me/sessions` */
export const listOwnSessionsRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/api/users/me/sessions",
    operationId: "listOwnSessions",
    summary: "List the caller's own sessions",
    tags: ownTags,
    auth: "bearer",
    query: pageQuery,
    responses: listResponses,
    handler: ({ identity, query }) =>
      answerSessions(http, identity, { limit: query.limit, cursor: query.cursor, userId: identity.userId }),
  });

/** `DELETE /api/users/me/sessions/{id}` */
export const endOwnSessionRoute = (http: Http) =>
  defineRoute({
    method: "DELETE",
    path: "/api/users/me/sessions/{id}",
    operationId: "endOwnSession",
    summary: "End one of the caller's own sessions",
    tags: ownTags,
    auth: "bearer",
    responses: { 204: { description: "The session has ended", headers: ["Set-Cookie"] } },
    errors: ["not_found"],
    async handler({ identity, params, ip }) {
      await http.curfew.sessions.end({
        accountId: identity.accountId,
        userId: identity.userId,
        sessionId: params.id,
        reason: "revoked_by_user",
        actor: actorOf({ identity, ip }),
      });
      return { status: 204, headers: http.cookieAfter(params.id === identity.sessionId) };
    },
  });

/** `POST /api/users/me/sessions/revoke-others` */
export const endOwnOtherSessionsRoute = (http: Http) =>
  defineRoute({
    method: "POST",
    path: "/api/users/me/sessions/revoke-others",
    operationId: "endOwnOtherSessions",
    summary: "End the caller's other sessions",
    tags: ownTags,
    auth: "bearer",
    body: z.strictObject({}),
    responses: { 200: { description: "The sessions have ended", schema: revokedSchema } },
    async handler({ identity, ip }) {
      const count = await http.curfew.revoke.user(identity.accountId, identity.userId, {
        actor: actorOf({ identity, ip }),
        spareSessionId: identity.sessionId,
        reason: "revoked_by_user",
      });
      return { status: 200, body: { revoked_count: count } };
    },
  });

/** `GET /api/accounts/me/security/sessions` */
export const listAccountSessionsRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/api/accounts/me/security/sessions",
    operationId: "listAccountSessions",
    summary: "List the account's sessions",
    tags: accountTags,
    auth: "owner",
    query: searchQuery.extend({
      user_id: idInQuery(http.readUserId).optional().meta({ description: "Only this user's sessions." }),
    }),
    responses: listResponses,
    handler: ({ identity, query }) =>
      answerSessions(http, identity, {
        limit: query.limit,
        cursor: query.cursor,
        userId: query.user_id,
        q: query.q,
      }),
  });

/** `DELETE /api/accounts/me/security/sessions/{id}` */
export const endAccountSessionRoute = (http: Http) =>
  defineRoute({
    method: "DELETE",
    path: "/api/accounts/me/security/sessions/{id}",
    operationId: "endAccountSession",
    summary: "End a session of the account",
    tags: accountTags,
    auth: "owner",
    responses: { 204: { description: "The session has ended", headers: ["Set-Cookie"] } },
    errors: ["not_found"],
    async handler({ identity, params, ip }) {
      await http.curfew.sessions.end({
        accountId: identity.accountId,
        sessionId: params.id,
        reason: "revoked_by_owner",
        actor: actorOf({ identity, ip }),
      });
      return { status: 204, headers: http.cookieAfter(params.id === identity.sessionId) };
    },
  });

/**
 * `POST /api/accounts/me/security/users/{id}/revoke-sessions`
 *
 * @param signOutUnknown where the host issues the sessions: the engine keeps the moment, for a session of that user that it sees
 * later. Absent: there is no such user, and nothing is written.
 */
export const endUserSessionsRoute = (http: Http, signOutUnknown?: SignOutUnknown) =>
  defineRoute({
    method: "POST",
    path: "/api/accounts/me/security/users/{id}/revoke-sessions",
    pathIds: "user",
    operationId: "endUserSessions",
    summary: "End all sessions of one user",
    tags: accountTags,
    auth: "owner",
    body: z.strictObject({}),
    responses: {
      200: { description: "The sessions have ended", schema: revokedSchema, headers: ["Set-Cookie"] },
    },
    errors: signOutUnknown === undefined ? ["not_found"] : ["not_found", "rate_limited"],
    async handler({ identity, params, ip }) {
      if ((await http.curfew.users.get(identity.accountId, params.id)) === null) {
        if (signOutUnknown === undefined) throw new CurfewError("not_found", {});
        signOutUnknown(identity.accountId);
      }
      const count = await http.curfew.revoke.user(identity.accountId, params.id, {
        actor: actorOf({ identity, ip }),
      });
      const headers = http.cookieAfter(params.id === identity.userId);
      return { status: 200, body: { revoked_count: count }, headers };
    },
  });

/** `POST /api/accounts/me/security/revoke-sessions` */
export const endAccountSessionsRoute = (http: Http) =>
  defineRoute({
    method: "POST",
    path: "/api/accounts/me/security/revoke-sessions",
    operationId: "endAccountSessions",
    summary: "End the account's sessions",
    description:
      "`all` ends every session, `others` every session but the caller's. After the answer, no token of an ended session is valid on this server; other replicas follow within one second.",
    tags: accountTags,
    auth: "owner",
    body: revokeSessionsBody,
    responses: {
      200: { description: "The sessions have ended", schema: revokedSchema, headers: ["Set-Cookie"] },
    },
    async handler({ identity, body, ip }) {
      const count = await http.curfew.revoke.account(identity.accountId, {
        actor: actorOf({ identity, ip }),
        ...(body.scope === "others" ? { spareSessionId: identity.sessionId } : {}),
      });
      return { status: 200, body: { revoked_count: count }, headers: http.cookieAfter(body.scope === "all") };
    },
  });

/** Answers a page of the live sessions of the caller's account, or of one of its users. */
async function answerSessions(
  http: Http,
  { accountId, sessionId }: Identity,
  {
    limit,
    cursor,
    userId,
    q,
  }: { limit: number; cursor: string | undefined; userId: string | undefined; q?: string | undefined },
): Promise<Answer> {
  const filter = { user_id: userId, ...searchFilter(q) };
  const list = { accountId, name: "sessions", filter } as const;
  const position = positionOf(http.cursors, list, cursor);
  const { items, next } = await http.curfew.sessions.list({
    accountId,
    limit,
    ...(userId === undefined ? {} : { userId }),
    ...searchOf(q),
    after: position === null ? null : { lastActiveAt: position.time, id: position.id, mark: position.mark },
  });
  return {
    status: 200,
    body: {
      items: items.map((item) => wireSessionItem(item, sessionId)),
      next_cursor:
        next && http.cursors.write(list, { time: next.lastActiveAt, id: next.id, mark: next.mark }),
    },
  };
}
