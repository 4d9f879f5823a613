import type { Http } from "../http.js";
import { defineRoute } from "../route/define.js";
import { sessionAndUserSchema, wireSession, wireUser } from "../wire/session.js";

/** `GET /api/auth/session`: never moves a deadline. */
export const currentSessionRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/api/auth/session",
    operationId: "getCurrentSession",
    summary: "The session of the access token, with its current deadlines",
    tags: ["Sessions"],
    auth: "bearer",
    responses: { 200: { description: "The session", schema: sessionAndUserSchema } },
    errors: ["session_expired"],
    async handler({ identity }) {
      const { session, user, now } = await http.curfew.sessions.get(identity.accountId, identity.sessionId);
      const accountName = await http.accountName(identity.accountId);
      return { status: 200, body: { session: wireSession(session, now), user: wireUser(user, accountName) } };
    },
  });
