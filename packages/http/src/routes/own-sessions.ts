import { z } from "zod";
import type { Http } from "../http.js";
import { pageOf, pageQuery } from "../paging.js";
import { actorOf } from "../route/actor.js";
import { defineRoute } from "../route/define.js";
import { revokedSchema, sessionItemSchema } from "../wire/session.js";
import { answerSessions } from "./list-sessions.js";

const tags = ["Own sessions"];

/** `GET /api/users/me/sessions` */
export const listOwnSessionsRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/api/users/me/sessions",
    operationId: "listOwnSessions",
    summary: "Where the caller is signed in",
    tags,
    auth: "bearer",
    query: pageQuery,
    responses: {
      200: { description: "Live sessions, newest activity first", schema: pageOf(sessionItemSchema) },
    },
    handler: ({ identity, query }) =>
      answerSessions(http, identity, { ...query, cursor: query.cursor, userId: identity.userId }),
  });

/** `DELETE /api/users/me/sessions/{id}` */
export const endOwnSessionRoute = (http: Http) =>
  defineRoute({
    method: "DELETE",
    path: "/api/users/me/sessions/{id}",
    operationId: "endOwnSession",
    summary: "End one of the caller's own sessions",
    tags,
    auth: "bearer",
    responses: { 204: { description: "It has ended", headers: ["Set-Cookie"] } },
    errors: ["not_found"],
    async handler({ identity, params, ip }) {
      const { accountId, userId } = identity;
      const actor = actorOf({ identity, ip });
      await http.curfew.sessions.end({
        accountId,
        userId,
        sessionId: params.id,
        reason: "revoked_by_user",
        actor,
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
    tags,
    auth: "bearer",
    body: z.strictObject({}),
    responses: { 200: { description: "They have ended", schema: revokedSchema } },
    async handler({ identity, ip }) {
      const count = await http.curfew.revoke.user(identity.accountId, identity.userId, {
        actor: actorOf({ identity, ip }),
        spareSessionId: identity.sessionId,
        reason: "revoked_by_user",
      });
      return { status: 200, body: { revoked_count: count } };
    },
  });
