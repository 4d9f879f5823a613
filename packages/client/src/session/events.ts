import type { Session } from "../api/contract.js";
import type { CurfewProblem } from "../api/problem.js";
import { readProblem, unreachable } from "../api/read-problem.js";
import { SILENCE_MS, WORKS_AFTER_MS } from "./durations.js";
import type { Message } from "./messages.js";
import type { SessionEnd } from "./model.js";
import { createEventParser, type ServerSentEvent } from "./parse-events.js";
import type { Ports } from "./ports.js";
import { createRetry } from "./retry.js";
import type { AuthorisedSend } from "./send.js";
import type { SessionBook } from "./session-book.js";

/** One event stream for all tabs, since browsers allow few connections to a site; begun anew as often as it is cut. */
export interface Events {
  /** Takes part in the watch over session `id`, mends a stream that hangs, in this tab or in one that is frozen; undefined: leaves it. */
  watch(id: string | undefined): void;
  /** The tab with the stream lives. */
  heard(): void;
  /** How long until this tab's stream may be begun anew; 0 where it does not wait. */
  waitMs(): number;
  /** Waits no longer with that. */
  hurry(): void;
  /** Gives up what there is of it, and begins it anew. */
  restart(): void;
}

/**
 * Watches nothing yet.
 *
 * @param reached called with whether the server could be reached
 * @param policyChanged called in the tab with the stream, when the account's policy has changed
 * @param changed called when it is to be watched at another time
 */
export function createEvents(
  ports: Ports,
  book: SessionBook,
  send: AuthorisedSend,
  reached: (isReached: boolean) => void,
  policyChanged: () => void,
  changed: () => void,
): Events {
  const {
    locks,
    channel,
    clock: { monotonic },
    visible,
  } = ports;
  const retry = createRetry(ports);
  let watched: string | undefined;
  /** This tab's place in the line for the stream. */
  let turn = new AbortController();
  let isMine = false;
  let attempt: AbortController | null = null;
  let heardAt = 0;

  const post = (message: Message): void => channel?.post(message);
  const heard = (): void => {
    heardAt = monotonic();
  };
  const alive = (): void => {
    heard();
    post(["heartbeat"]);
  };
  const restart = (): void => attempt?.abort();
  const close = (): void => {
    restart();
    attempt = null;
  };

  const tell = ({ type, data }: ServerSentEvent): void => {
    const value = JSON.parse(data) as { session: Session } & SessionEnd;
    if (type === "policy.changed") {
      post(["policy"]);
      policyChanged();
    } else if (type === "session.ended") {
      close();
      retry.pause(Number.POSITIVE_INFINITY);
      book.ended(watched, value);
    } else if (value.session)
      book.take({ session: value.session, expires_in: type === "session.shortened" ? 0 : 1 }, 0, 0);
  };

  const listen = async (signal: AbortSignal): Promise<void> => {
    const headers = { Accept: "text/event-stream" };
    const response = await send({ method: "GET", path: "/api/auth/events", auth: "bearer", headers }, signal);
    const reader = response.ok && response.body?.getReader();
    if (!reader) throw await readProblem(response);
    const parse = createEventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw await unreachable();
      alive();
      reached(true);
      // What comes of a stream that was given up is of another session than the one that is watched.
      for (const event of parse(value)) if (!signal.aborted) tell(event);
    }
  };

  const begin = async (): Promise<void> => {
    const mine = new AbortController();
    const begunAt = monotonic();
    attempt = mine;
    alive();
    try {
      await listen(mine.signal);
    } catch (problem) {
      if (attempt !== mine) return;
      const { isTrouble = true, retryAfterMs } = problem as Partial<CurfewProblem>;
      if (monotonic() - begunAt > WORKS_AFTER_MS) retry.pause(0);
      retry.failed(retryAfterMs);
      attempt = null;
      alive();
      if (isTrouble) reached(false);
      changed();
    }
  };

  const queue = (steal?: true): void => {
    turn.abort();
    isMine = false;
    retry.pause(0);
    close();
    if (!watched) return;
    turn = new AbortController();
    heard();
    const { signal } = turn;
    const hold = (): Promise<void> =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve());
        isMine = !signal.aborted;
        if (isMine) changed();
        else resolve();
      });
    // Rejects where the lock was taken away, and where the turn was given up.
    const lost = (): void => {
      if (isMine && !signal.aborted) queue();
    };
    if (locks && channel) locks.request("curfew-events", steal ? { steal } : { signal }, hold).catch(lost);
    else hold();
  };

  const waitMs = (): number => (isMine && !attempt ? retry.waitMs() : 0);
  return {
    watch(id) {
      if (id !== watched) {
        watched = id;
        queue();
      }
      const isSilent = watched && monotonic() - heardAt > SILENCE_MS;
      if (isSilent && isMine) restart();
      else if (isSilent && visible()) queue(true);
      if (isMine && !attempt && waitMs() === 0) void begin();
    },
    heard,
    waitMs,
    hurry: retry.hurry,
    restart,
  };
}
