import type { EngineSettings } from "../options.js";
import type { Store, SweepOutcome } from "../store.js";

/** Expired sessions are closed within seconds even if no client ever presents them. */
const SWEEP_INTERVAL_MS = 10_000;
/** Small, so that a sweep never delays a refresh for long: 500 random rows took 60 to 120 ms. */
const BATCH_SIZE = 100;
const ENDED_RETENTION_MS = 30 * 86_400_000;
const FEED_RETENTION_MS = 60 * 60_000;

/** Starts the housekeeping: batch after batch while there is more to do, else one batch per interval. */
export function startSweeper(
  store: Pick<Store, "sweep">,
  { scheduler, auditRetentionMs, accessTokenSeconds, onTrouble }: EngineSettings,
) {
  const sweep = (): Promise<SweepOutcome> =>
    store.sweep({
      batch: BATCH_SIZE,
      endedRetentionMs: ENDED_RETENTION_MS,
      feedRetentionMs: FEED_RETENTION_MS + accessTokenSeconds * 1000,
      auditRetentionMs,
    });
  let isStopped = false;
  let isRunning = false;
  /** There is more to do than the batch that is running may have seen. */
  let isDue = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    isDue = false;
    try {
      isDue = (await sweep()).more || isDue;
    } catch (cause) {
      onTrouble({ kind: "sweep_failed", cause });
    }
    isRunning = false;
    if (!isStopped) timer = scheduler.after(isDue ? 0 : SWEEP_INTERVAL_MS, () => void run());
  };
  let timer = scheduler.after(0, () => void run());
  return {
    sweep,
    /** Runs the next batch as soon as possible, because a call has left work. */
    soon(): void {
      isDue = true;
      if (isRunning || isStopped) return;
      timer.cancel();
      timer = scheduler.after(0, () => void run());
    },
    stop(): void {
      isStopped = true;
      timer.cancel();
    },
  };
}
