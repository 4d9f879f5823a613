import type { Identity } from "@curfew/core";
import type { EventStream } from "./event-stream.js";
import { HttpProblem } from "./problem/http-problem.js";

const STREAMS_PER_SESSION = 8;
const STREAMS_PER_PROCESS = 5000;
/** When a client may try again that found the process full. */
const FULL_RETRY_SECONDS = 60;
/** When a client may try again that found the process stopping: another replica, or the next start, answers it. */
const STOPPING_RETRY_SECONDS = 2;

type SessionId = Pick<Identity, "accountId" | "sessionId">;
type Stream = Pick<EventStream, "close" | "giveWay">;

/** The server's open event streams. */
export interface OpenStreams {
  readonly size: number;
  /** Throws `unavailable` if the process has as many streams as it may have, or stops. */
  refuseBeyondLimit(session: SessionId): void;
  /** Adds a stream, for which the oldest of its session gives way if need be. Returns the function that removes it again. */
  add(session: SessionId, stream: Stream): () => void;
  /** Refuses new streams from now on: the server is about to stop. */
  refuseNew(): void;
  /** Closes all streams, for which a shutdown would wait otherwise, and refuses new ones. */
  closeAll(): void;
}

export function createOpenStreams(): OpenStreams {
  const streamsBySession = new Map<string, Set<Stream>>();
  let size = 0;
  let isStopping = false;

  const remove = (key: string, stream: Stream): void => {
    const ofSession = streamsBySession.get(key);
    if (ofSession?.delete(stream) !== true) return;
    size -= 1;
    if (ofSession.size === 0) streamsBySession.delete(key);
  };
  const hasOneToGiveWay = (key: string): boolean =>
    (streamsBySession.get(key)?.size ?? 0) >= STREAMS_PER_SESSION;

  return {
    get size() {
      return size;
    },
    refuseBeyondLimit(session) {
      if (isStopping)
        throw new HttpProblem("unavailable", {
          detail: "The service is stopping.",
          retryAfterSeconds: STOPPING_RETRY_SECONDS,
        });
      if (size >= STREAMS_PER_PROCESS && !hasOneToGiveWay(keyOf(session)))
        throw new HttpProblem("unavailable", {
          detail: "The service has as many event streams as it can hold.",
          retryAfterSeconds: FULL_RETRY_SECONDS,
        });
    },
    add(session, stream) {
      const key = keyOf(session);
      if (hasOneToGiveWay(key)) {
        const [oldest] = streamsBySession.get(key) ?? [];
        if (oldest !== undefined) {
          remove(key, oldest);
          oldest.giveWay();
        }
      }
      const ofSession = streamsBySession.get(key) ?? new Set();
      streamsBySession.set(key, ofSession.add(stream));
      size += 1;
      return () => remove(key, stream);
    },
    refuseNew() {
      isStopping = true;
    },
    closeAll() {
      isStopping = true;
      for (const ofSession of [...streamsBySession.values()])
        for (const stream of [...ofSession]) stream.close();
    },
  };
}

/** A session's id has no space. */
const keyOf = ({ accountId, sessionId }: SessionId): string => `${sessionId} ${accountId}`;
