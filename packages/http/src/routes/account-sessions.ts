import { z } from "zod";
import type { Http } from "../http.js";
import { pageOf, pageQuery } from "../paging.js";
import { actorOf } from "../route/actor.js";
import { defineRoute } from "../route/define.js";
import { idInQuery } from "../wire/fields.js";
import { revokedSchema, revokeSessionsBody, sessionItemSchema } from "../wire/session.js";
import { answerSessions } from "./list-sessions.js";

const tags = ["Account sessions"];

/** `GET /api/accounts/me/security/sessions` */
export const listAccountSessionsRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/api/accounts/me/security/sessions",
    operationId: "listAccountSessions",
    summary: "Who is signed in, and where",
    tags,
    auth: "owner",
    query: pageQuery.extend({
      user_id: idInQuery.optional().meta({ description: "Only this user's sessions." }),
    }),
    responses: {
      200: { description: "Live sessions, newest activity first", schema: pageOf(sessionItemSchema) },
    },
    handler: ({ identity, query }) =>
      answerSessions(http, identity, { limit: query.limit, cursor: query.cursor, userId: query.user_id }),
  });

/** `DELETE /api/accounts/me/security/sessions/{id}` */
export const endAccountSessionRoute = (http: Http) =>
  defineRoute({
    method: "DELETE",
    path: "/api/accounts/me/security/sessions/{id}",
    operationId: "endAccountSession",
    summary: "End a session of the account",
    tags,
    auth: "owner",
    responses: { 204: { description: "It has ended", headers: ["Set-Cookie"] } },
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

/** `POST /api/accounts/me/security/users/{id}/revoke-sessions` */
export const endUserSessionsRoute = (http: Http) =>
  defineRoute({
    method: "POST",
    path: "/api/accounts/me/security/users/{id}/revoke-sessions",
    operationId: "endUserSessions",
    summary: "End all sessions of one user",
    tags,
    auth: "owner",
    body: z.strictObject({}),
    responses: { 200: { description: "They have ended", schema: revokedSchema, headers: ["Set-Cookie"] } },
    errors: ["not_found"],
    async handler({ identity, params, ip }) {
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
    summary: "Sign the whole account out",
    description:
      "`others` spares the calling session alone. When it has answered, no token of an ended session works on this server, nor, within one second, on any other.",
    tags,
    auth: "owner",
    body: revokeSessionsBody,
    responses: { 200: { description: "They have ended", schema: revokedSchema, headers: ["Set-Cookie"] } },
    async handler({ identity, body, ip }) {
      const count = await http.curfew.revoke.account(identity.accountId, {
        actor: actorOf({ identity, ip }),
        ...(body.scope === "others" ? { spareSessionId: identity.sessionId } : {}),
      });
      return { status: 200, body: { revoked_count: count }, headers: http.cookieAfter(body.scope === "all") };
    },
  });
