import type { Session } from "../api/contract.js";
import { readProblem } from "../api/read-problem.js";
import type { SessionEnd } from "./model.js";
import { createEventParser } from "./parse-events.js";
import type { Ports, Timer } from "./ports.js";
import type { Renewal } from "./renewal.js";
import type { SessionBook } from "./session-book.js";
import { createRetries, type Trouble } from "./trouble.js";
import { verdictOf } from "./verdict.js";

/** A stream that says nothing for as long is dead, whatever the browser thinks: a comment comes every 15 seconds. */
export const SILENCE_MS = 40_000;

/** A stream that was cut sooner did not work, and is begun anew ever more slowly. */
const WORKS_AFTER_MS = 10_000;

/** The event stream of one session, begun anew as often as it is cut. */
export interface EventStream {
  /** Begins anew what has been silent for too long, or (`all`) whatever there is. */
  check(all?: boolean): void;
  /** Waits no longer. */
  hurry(): void;
  close(): void;
}

/**
 * Opens the stream of session `id`.
 *
 * @param alive called at each sign of life: an attempt, or anything that comes
 * @param policyChanged called when the account's policy has changed
 */
export function openEventStream(
  id: string,
  ports: Ports,
  book: SessionBook,
  renewal: Renewal,
  trouble: Trouble,
  alive: () => void,
  policyChanged: () => void,
): EventStream {
  const { monotonic } = ports.clock;
  const retries = createRetries(ports);
  let isOpen = true;
  let attempt: AbortController | null = null;
  let heardAt = 0;
  let timer: Timer | null = null;

  const tell = (type: string, data: string): void => {
    const value = JSON.parse(data) as { session: Session } & SessionEnd;
    if (type === "session.ended") {
      const { code, reason, ended_at } = value;
      close();
      book.ended(id, { code, reason, ended_at });
    } else if (type === "policy.changed") policyChanged();
    else if (value.session) book.stands(value.session, type === "session.shortened");
  };

  const listen = async (signal: AbortSignal): Promise<void> => {
    await renewal.freshToken();
    const token = book.live()?.token ?? "";
    const headers = { Authorization: `Bearer ${token}`, Accept: "text/event-stream" };
    const response = await ports.fetch("/api/auth/events", { headers, signal });
    if (!response.ok || !response.body) {
      const problem = await readProblem(response);
      const verdict = verdictOf(problem);
      if (verdict.kind === "ended") book.ended(id, verdict.end);
      if (verdict.kind === "token_refused") await renewal.otherToken(token);
      throw problem;
    }
    const parse = createEventParser();
    const reader = response.body.getReader();
    const openedAt = monotonic();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) break;
      heardAt = monotonic();
      alive();
      trouble.over();
      for (const { type, data } of parse(value)) tell(type, data);
    }
    if (monotonic() - openedAt > WORKS_AFTER_MS) retries.restart();
    throw new Error("the stream was cut");
  };

  const begin = async (): Promise<void> => {
    timer = null;
    heardAt = monotonic();
    attempt = new AbortController();
    alive();
    try {
      await listen(attempt.signal);
    } catch (problem) {
      attempt = null;
      if (!isOpen) return;
      retries.failed(problem);
      if (verdictOf(problem).kind === "trouble") trouble.met();
      alive();
      timer = ports.after(retries.waitMs(), () => void begin());
    }
  };

  const close = (): void => {
    isOpen = false;
    timer?.cancel();
    attempt?.abort();
  };

  void begin();
  return {
    check(all = false) {
      if (all || monotonic() - heardAt > SILENCE_MS) attempt?.abort();
    },
    hurry() {
      if (!timer) return;
      timer.cancel();
      void begin();
    },
    close,
  };
}
