import type { SessionChange } from "@curfew/core";
import { type EventStream, openEventStream } from "../event-stream.js";
import type { Http } from "../http.js";
import { defineRoute } from "../route/define.js";
import { sessionAndUserSchema, wireEnd, wireSession, wireUser } from "../wire/session.js";

/** `GET /api/auth/session`. It never moves a deadline. */
export const currentSessionRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/api/auth/session",
    operationId: "getCurrentSession",
    summary: "Read the session of the access token, with its current deadlines",
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

/** `GET /api/auth/events` */
export const sessionEventsRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/api/auth/events",
    operationId: "watchSession",
    summary: "Watch the session of the access token, as server-sent events",
    description:
      "The first event is `session.state` `{session}`. Later events: `session.shortened` `{session}`; `session.ended` `{code, reason, ended_at}`, after which the stream closes; and, for owners, `policy.changed` `{}`. A comment is sent every 15 s. The stream outlives the access token and ends with the session. A session has at most 8 streams: the oldest gives way, with `retry: 60000` as its last line. A process has at most 5,000, and begins none while it stops: 503 `unavailable`.",
    tags: ["Sessions"],
    auth: "bearer",
    responses: { 200: { description: "The stream", contentType: "text/event-stream" } },
    errors: ["session_expired", "unavailable"],
    async handler({ identity }) {
      http.streams.refuseBeyondLimit(identity);
      // Changes may arrive before the stream is open. They wait, so that `session.state` is the first event.
      const earlyChanges: SessionChange[] = [];
      let listener = (change: SessionChange): void => void earlyChanges.push(change);
      const watched = await http.curfew.sessions.watch(identity, (change) => listener(change));
      try {
        // Others have opened streams meanwhile, or the service stops.
        http.streams.refuseBeyondLimit(identity);
      } catch (error) {
        watched.stop();
        throw error;
      }
      const stream = openEventStream(http.keepAlive, () => {
        removeStream();
        watched.stop();
      });
      const removeStream = http.streams.add(identity, stream);
      listener = (change) => sendChange(stream, change);
      stream.send("session.state", { session: wireSession(watched.session, watched.now) });
      earlyChanges.forEach(listener);
      return new Response(stream.body, {
        headers: { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" },
      });
    },
  });

function sendChange(stream: EventStream, change: SessionChange): void {
  if (change.kind === "policy_changed") stream.send("policy.changed", {});
  if (change.kind === "shortened")
    stream.send("session.shortened", { session: wireSession(change.session, change.now) });
  if (change.kind === "ended") {
    stream.send("session.ended", wireEnd(change.fate));
    stream.close();
  }
}
