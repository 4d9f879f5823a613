import { type EventStream, openEventStream, SILENCE_MS } from "./event-stream.js";
import type { Ports } from "./ports.js";
import type { Renewal } from "./renewal.js";
import type { SessionBook } from "./session-book.js";
import type { Trouble } from "./trouble.js";

/** One event stream for all tabs: browsers allow few connections to a site. */
export interface OneStream {
  /** Takes part in the watch over session `id`; undefined: over none. */
  watch(id: string | undefined): void;
  /** The tab with the stream lives. */
  heard(): void;
  /** Mends a stream that hangs; takes it over from a tab that is frozen. */
  check(): void;
  /** Waits no longer with beginning this tab's anew. */
  hurry(): void;
  /** The machine slept: begins a stream of this tab's anew. */
  restart(): void;
}

/** @param policyChanged called in the tab with the stream, when the account's policy has changed */
export function createOneStream(
  ports: Ports,
  book: SessionBook,
  renewal: Renewal,
  trouble: Trouble,
  policyChanged: () => void,
): OneStream {
  const { locks, channel, clock, visible } = ports;
  let watched: string | undefined;
  let stream: EventStream | null = null;
  let release = (): void => {};
  let turn = new AbortController();
  let heardAt = 0;

  const alive = (): void => channel?.post({ kind: "heartbeat" });
  const open = (id: string): void => {
    stream = openEventStream(id, ports, book, renewal, trouble, alive, policyChanged);
  };
  const leave = (): void => {
    turn.abort();
    stream?.close();
    stream = null;
    release();
  };

  const queue = (id: string, steal: boolean): void => {
    leave();
    const mine = new AbortController();
    turn = mine;
    heardAt = clock.monotonic();
    if (!locks || !channel) {
      open(id);
      return;
    }
    const lost = (): void => {
      if (!mine.signal.aborted) queue(id, false);
    };
    const held = (): Promise<void> =>
      new Promise((resolve) => {
        release = resolve;
        if (mine.signal.aborted) resolve();
        else open(id);
      });
    // Rejects where the turn was given up or the lock taken away: both are dealt with.
    locks
      .run("curfew-events", steal ? { steal, lost } : { signal: mine.signal, lost }, held)
      .catch(() => undefined);
  };

  return {
    watch(id) {
      if (id === watched) return;
      watched = id;
      if (id === undefined) leave();
      else queue(id, false);
    },
    heard() {
      heardAt = clock.monotonic();
    },
    check() {
      stream?.check();
      if (watched !== undefined && !stream && visible() && clock.monotonic() - heardAt > SILENCE_MS)
        queue(watched, true);
    },
    hurry: () => stream?.hurry(),
    restart: () => stream?.check(true),
  };
}
