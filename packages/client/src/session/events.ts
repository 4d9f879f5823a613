import type { Session } from "../api/contract.js";
import type { CurfewProblem } from "../api/problem.js";
import { readProblem } from "../api/read-problem.js";
import { backoffMs } from "./backoff.js";
import type { SessionEnd } from "./model.js";
import { createEventParser, type ServerSentEvent } from "./parse-events.js";
import type { Ports, Timer } from "./ports.js";
import type { AuthorisedSend } from "./send.js";
import type { SessionBook } from "./session-book.js";

/** A stream that says nothing for as long is dead, whatever the browser thinks: a comment comes every 15 seconds. */
const SILENCE_MS = 40_000;

/** A stream that was cut sooner did not work, and is begun anew ever more slowly. */
const WORKS_AFTER_MS = 10_000;

/** One event stream for all tabs, since browsers allow few connections to a site; begun anew as often as it is cut. */
export interface Events {
  /** Takes part in the watch over session `id`; undefined: over none. */
  watch(id: string | undefined): void;
  /** The tab with the stream lives. */
  heard(): void;
  /** Mends a stream that hangs, in this tab or in one that is frozen. */
  check(): void;
  /** Waits no longer with beginning this tab's anew. */
  hurry(): void;
  /** Begins this tab's anew: the machine slept. */
  restart(): void;
}

/**
 * Watches nothing yet.
 *
 * @param reached called with whether the server could be reached
 * @param policyChanged called in the tab with the stream, when the account's policy has changed
 */
export function createEvents(
  { locks, channel, clock: { monotonic }, visible, after, random }: Ports,
  book: SessionBook,
  send: AuthorisedSend,
  reached: (isReached: boolean) => void,
  policyChanged: () => void,
): Events {
  let watched: string | undefined;
  /** This tab's place in the line for the stream. */
  let turn = new AbortController();
  let release = (): void => {};
  let isMine = false;
  let attempt: AbortController | null = null;
  let timer: Timer | null = null;
  let failures = 0;
  let heardAt = 0;

  const heard = (): void => {
    heardAt = monotonic();
  };
  const alive = (): void => {
    heard();
    channel?.post({ kind: "heartbeat" });
  };
  const close = (): void => {
    timer?.cancel();
    attempt?.abort();
    timer = attempt = null;
  };

  const tell = (id: string, { type, data }: ServerSentEvent): void => {
    const value = JSON.parse(data) as { session: Session } & SessionEnd;
    if (type === "policy.changed") policyChanged();
    else if (type === "session.ended") {
      close();
      book.ended(id, value);
    } else if (value.session) book.stands(value.session, type === "session.shortened");
  };

  const listen = async (id: string, signal: AbortSignal): Promise<void> => {
    const headers = { Accept: "text/event-stream" };
    const response = await send({ method: "GET", path: "/api/auth/events", auth: "bearer", headers }, signal);
    const reader = response.ok && response.body?.getReader();
    if (!reader) throw await readProblem(response);
    const parse = createEventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new Error("the stream was cut");
      alive();
      reached(true);
      for (const event of parse(value)) tell(id, event);
    }
  };

  const begin = async (id: string): Promise<void> => {
    const mine = new AbortController();
    const begunAt = monotonic();
    attempt = mine;
    timer = null;
    alive();
    try {
      await listen(id, mine.signal);
    } catch (problem) {
      if (attempt !== mine) return;
      const { isTrouble = true, retryAfterMs } = problem as Partial<CurfewProblem>;
      if (monotonic() - begunAt > WORKS_AFTER_MS) failures = 0;
      attempt = null;
      timer = after(backoffMs(failures++, random(), retryAfterMs), () => void begin(id));
      alive();
      if (isTrouble) reached(false);
    }
  };

  const leave = (): void => {
    turn.abort();
    isMine = false;
    close();
    release();
  };
  const queue = (id: string, steal: boolean): void => {
    leave();
    turn = new AbortController();
    const { signal } = turn;
    heard();
    const open = (): void => {
      isMine = true;
      void begin(id);
    };
    const lost = (): void => {
      if (!signal.aborted) queue(id, false);
    };
    const hold = (): Promise<void> =>
      new Promise((resolve) => {
        release = resolve;
        if (signal.aborted) resolve();
        else open();
      });
    // Rejects where the turn was given up or the lock taken away: both are dealt with.
    if (locks && channel)
      locks.run("curfew-events", steal ? { steal, lost } : { signal, lost }, hold).catch(() => undefined);
    else open();
  };

  return {
    watch(id) {
      if (id === watched) return;
      watched = id;
      if (id === undefined) leave();
      else queue(id, false);
    },
    heard,
    check() {
      if (watched === undefined || monotonic() - heardAt <= SILENCE_MS) return;
      if (isMine) attempt?.abort();
      else if (visible()) queue(watched, true);
    },
    hurry() {
      if (!timer || watched === undefined) return;
      timer.cancel();
      void begin(watched);
    },
    restart: () => attempt?.abort(),
  };
}
