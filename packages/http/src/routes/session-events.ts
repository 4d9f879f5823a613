import type { SessionChange } from "@curfew/core";
import type { Http } from "../http.js";
import { defineRoute } from "../route/define.js";
import { type EventStream, openEventStream } from "../stream/event-stream.js";
import { wireEnd, wireSession } from "../wire/session.js";

/** `GET /api/auth/events`: what becomes of the session, as it happens. */
export const sessionEventsRoute = (http: Http) =>
  defineRoute({
    method: "GET",
    path: "/api/auth/events",
    operationId: "watchSession",
    summary: "What becomes of this session, as server-sent events",
    description:
      "First `session.state` `{session}`; then `session.shortened` `{session}`, `session.ended` `{code, reason, ended_at}` after which the stream closes, and to owners `policy.changed` `{}`. A comment line every 15 s. The stream lives as long as the session, not the token.",
    tags: ["Sessions"],
    auth: "bearer",
    responses: { 200: { description: "The stream", contentType: "text/event-stream" } },
    errors: ["session_expired"],
    async handler({ identity }) {
      // What is told before the stream is there waits: `session.state` comes first.
      const early: SessionChange[] = [];
      let listener = (change: SessionChange): void => void early.push(change);
      const watched = await http.curfew.sessions.watch(identity, (change) => listener(change));
      const stream = openEventStream(http.scheduler, () => {
        forget();
        watched.stop();
      });
      const forget = http.streams.add(stream.close);
      listener = (change) => tell(stream, change);
      stream.send("session.state", { session: wireSession(watched.session, watched.now) });
      early.forEach(listener);
      return new Response(stream.body, {
        headers: { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" },
      });
    },
  });

function tell(stream: EventStream, change: SessionChange): void {
  if (change.kind === "policy_changed") stream.send("policy.changed", {});
  if (change.kind === "shortened")
    stream.send("session.shortened", { session: wireSession(change.session, change.now) });
  if (change.kind === "ended") {
    stream.send("session.ended", wireEnd(change.fate));
    stream.close();
  }
}
