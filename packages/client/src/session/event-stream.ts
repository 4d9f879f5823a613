import type { Session } from "../api/contract.js";
import { type CurfewProblem, readProblem, type SessionEnd, withoutResponse } from "../api/problem.js";
import type { AuthorisedSend } from "./authorised-send.js";
import { type Backoff, createBackoff } from "./backoff.js";
import { LONGEST_STREAM_RETRY_MS, STREAM_SILENCE_MS, STREAM_STABLE_MS } from "./durations.js";
import type { Ports } from "./ports.js";
import type { SessionStore } from "./session-store.js";

/** One server-sent event. */
export interface ServerSentEvent {
  type: string;
  data: string;
}

/**
 * Creates a parser of an event stream (WHATWG HTML §9.2.6) with a type and one line of data per event. It takes chunks of
 * any size and returns the events that each completes.
 */
export function createEventParser(): (chunk: Uint8Array) => ServerSentEvent[] {
  const decoder = new TextDecoder();
  let unparsed = "";
  return (chunk) => {
    const blocks = (unparsed + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/);
    unparsed = blocks.pop() as string;
    return blocks.flatMap((block) => {
      const [, type, data] = /^event: ?(.*)\r?\ndata: ?(.*)/m.exec(block) ?? [];
      return data ? [{ type: type as string, data }] : [];
    });
  };
}

/**
 * One event stream for all tabs, because browsers allow few connections per site. Reconnects when it is cut. One that can't be
 * had, since a proxy blocks or buffers it, is nobody's trouble: it is tried more and more seldom, and calls tell the end.
 */
export interface EventStream extends Pick<Backoff, "waitMs" | "retry"> {
  /** Watches session `id` and replaces a silent stream, its own or a frozen tab's; undefined: stops watching. */
  watch(id?: string): void;
  /** The tab that holds the stream is alive. */
  heartbeat(): void;
  /** Closes the connection, if any, and reconnects. */
  restart(): void;
}

/**
 * @param onPolicyChange called in the tab that holds the stream when the account's policy has changed
 * @param onChange called when the time of the next check may have changed
 */
export function createEventStream(
  ports: Ports,
  store: SessionStore,
  send: AuthorisedSend["send"],
  onPolicyChange: () => void,
  onChange: () => void,
): EventStream {
  const { monotonic } = ports.clock;
  const backoff = createBackoff(ports, LONGEST_STREAM_RETRY_MS);
  let watchedId: string | undefined;
  /** Aborted to leave the queue for the lock, or to release it. */
  let lockRequest = new AbortController();
  let hasLock = false;
  let connection: AbortController | null = null;
  /** When the stream was last heard of in the tab that holds it, and that tab in the others. */
  let aliveAt = 0;

  const heartbeat = (): void => {
    aliveAt = monotonic();
  };
  const sendHeartbeat = (): void => store.post(["heartbeat"]);
  const restart = (): void => connection?.abort();
  const close = (): void => {
    restart();
    connection = null;
  };

  const handle = ({ type, data }: ServerSentEvent): void => {
    const value = JSON.parse(data) as { session: Session } & SessionEnd;
    if (type === "policy.changed") {
      store.post(["policy"]);
      onPolicyChange();
    } else if (type === "session.ended") {
      close();
      backoff.reset(Number.POSITIVE_INFINITY);
      // This page may be about to be left.
      store.post(["ended", watchedId, value]);
      store.end(watchedId, value);
    } else if (value.session)
      store.apply({ session: value.session, expires_in: type === "session.shortened" ? 0 : 1 }, 0, 0);
  };

  const connect = async (): Promise<void> => {
    const controller = new AbortController();
    const connectedAt = monotonic();
    connection = controller;
    heartbeat();
    try {
      const { signal } = controller;
      const headers = { Accept: "text/event-stream" };
      const response = await send("/api/auth/events", "bearer", { headers, signal });
      const reader = response.ok && response.body?.getReader();
      if (!reader) throw await readProblem(response);
      const parse = createEventParser();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) throw withoutResponse();
        heartbeat();
        sendHeartbeat();
        if (monotonic() - connectedAt > STREAM_STABLE_MS) backoff.reset(0);
        // An aborted connection belongs to a session that is not watched any more.
        for (const event of parse(value)) if (!signal.aborted) handle(event);
      }
    } catch (problem) {
      if (connection !== controller) return;
      const { code, retryAfterMs } = problem as Partial<CurfewProblem>;
      backoff.fail(retryAfterMs);
      store.isStale ||= code === "unauthenticated";
      connection = null;
      onChange();
    }
  };

  const requestLock = (steal?: true): void => {
    lockRequest.abort();
    hasLock = false;
    backoff.reset(0);
    close();
    if (!watchedId) return;
    lockRequest = new AbortController();
    heartbeat();
    const { signal } = lockRequest;
    const { name, locks, channel } = ports;
    const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
    const holdUntilAborted = (): Promise<unknown> => {
      hasLock = !signal.aborted;
      if (hasLock) onChange();
      return aborted;
    };
    // The request also rejects when it is aborted while waiting.
    const onStolen = (): void => {
      if (hasLock && !signal.aborted) requestLock();
    };
    if (locks && channel)
      locks.request(`${name}-events`, steal ? { steal } : { signal }, holdUntilAborted).catch(onStolen);
    else holdUntilAborted();
  };

  return {
    watch(id) {
      if (id !== watchedId) {
        watchedId = id;
        requestLock();
      }
      const isSilent = watchedId && monotonic() - aliveAt > STREAM_SILENCE_MS;
      if (hasLock) {
        sendHeartbeat();
        if (connection && isSilent) restart();
        else if (!connection && backoff.waitMs() === 0) void connect();
      } else if (isSilent && ports.visible()) requestLock(true);
    },
    heartbeat,
    waitMs: backoff.waitMs,
    retry: backoff.retry,
    restart,
  };
}
