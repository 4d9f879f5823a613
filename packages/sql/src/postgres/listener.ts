import type pg from "pg";
import { connectionConfig } from "./connection-config.js";
import { loadPg } from "./driver.js";
import type { Servers } from "./servers.js";
import { CHANNEL } from "./transaction.js";

const MIN_RECONNECT_DELAY_MS = 100;
const MAX_RECONNECT_DELAY_MS = 5000;
/** Interval of the queries that detect a dead connection when the network drops all packets. */
const PROBE_INTERVAL_MS = 10_000;
const PROBE_TIMEOUT_MS = 3000;

/**
 * Listens for notifications of commits on its own connection, and reconnects until it is stopped.
 * Notifications are lost while it is disconnected, so `wake` is also called after each connect.
 *
 * @param servers the servers themselves: a transaction pooler does not forward notifications
 */
export function listenOn(servers: Servers, wake: () => void): { stop(): void } {
  let stopped = false;
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;

  const schedule = (delayMs: number, task: () => void): void => {
    timer = setTimeout(task, delayMs);
    timer.unref();
  };

  const retry = (): void => {
    failures += 1;
    const delayMs = Math.min(MIN_RECONNECT_DELAY_MS * 2 ** failures, MAX_RECONNECT_DELAY_MS);
    schedule(delayMs * (0.5 + Math.random() / 2), find);
  };
  const find = (): void => {
    servers.find().then(
      (url) => stopped || connect(url),
      () => stopped || retry(),
    );
  };
  const connect = (url: string): void => {
    const current = new (loadPg().Client)({
      ...connectionConfig(url, true),
      query_timeout: PROBE_TIMEOUT_MS,
    });
    client = current;
    let failed = false;
    const fail = (): void => {
      if (failed || stopped) return;
      failed = true;
      clearTimeout(timer);
      current.end().catch(() => {});
      servers.distrust(url);
      retry();
    };
    const scheduleProbe = (): void => {
      if (failed || stopped) return;
      schedule(PROBE_INTERVAL_MS, () => {
        current.query("SELECT 1").then(scheduleProbe, fail);
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
        scheduleProbe();
      })
      .catch(fail);
  };
  find();

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      client?.end().catch(() => {});
    },
  };
}
