import pg from "pg";
import { connectionConfig } from "./connections.js";
import { CHANNEL } from "./transaction.js";

/** How long after a failure the next attempt is made, at most, in milliseconds. */
const LONGEST_PAUSE_MS = 5000;
const FIRST_PAUSE_MS = 100;
/** How often the connection is tried: where a network swallows all, nothing else tells. */
const TRY_EVERY_MS = 10_000;
const TRIED_WITHIN_MS = 3000;

/**
 * Listens for announced commits on a connection of its own, and connects again for as long as it is not stopped. What is
 * announced meanwhile is lost: `wake` is called after each connecting too.
 *
 * @param url of a direct connection: a pooler that shares connections hands no announcements on
 */
export function listenOn(url: string, wake: () => void): { stop(): void } {
  let stopped = false;
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;

  const later = (delayMs: number, task: () => void): void => {
    timer = setTimeout(task, delayMs);
    timer.unref();
  };

  const connect = (): void => {
    const current = new pg.Client({ ...connectionConfig(url, true), query_timeout: TRIED_WITHIN_MS });
    client = current;
    let over = false;
    const fail = (): void => {
      if (over || stopped) return;
      over = true;
      clearTimeout(timer);
      current.end().catch(() => {});
      failures += 1;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
      later(pauseMs * (0.5 + Math.random() / 2), connect);
    };
    const tryAgainLater = (): void => {
      if (over || stopped) return;
      later(TRY_EVERY_MS, () => {
        current.query("SELECT 1").then(tryAgainLater, fail);
      });
    };
    current.on("error", fail);
    current.on("end", fail);
    current.on("notification", () => {
      if (!stopped) wake();
    });
    current
      .connect()
      .then(() => current.query(`LISTEN ${CHANNEL}`))
      .then(() => {
        if (stopped) return;
        failures = 0;
        wake();
        tryAgainLater();
      })
      .catch(fail);
  };
  connect();

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      client?.end().catch(() => {});
    },
  };
}
