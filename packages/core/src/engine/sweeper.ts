import type { Store, SweepOutcome } from "../store.js";
import type { EngineSettings } from "./settings.js";

/** Who nobody asks about is still noticed within a minute. */
const SWEEP_EVERY_MS = 10_000;
/** Small enough that no refresh waits long: 500 rows in random places were measured at 60 to 120 ms. */
const BATCH = 100;
const ENDED_RETENTION_MS = 30 * 86_400_000;
const FEED_RETENTION_MS = 60 * 60_000;

/** Keeps house in small batches, one after another while there is more to do. */
export function startSweeper(
  store: Pick<Store, "sweep">,
  { scheduler, auditRetentionMs, accessTokenSeconds, onTrouble }: EngineSettings,
) {
  const sweep = (): Promise<SweepOutcome> =>
    store.sweep({
      batch: BATCH,
      endedRetentionMs: ENDED_RETENTION_MS,
      feedRetentionMs: FEED_RETENTION_MS + accessTokenSeconds * 1000,
      auditRetentionMs,
    });
  let stopped = false;
  let timer = scheduler.after(0, () => void run());
  const run = async (): Promise<void> => {
    let more = false;
    try {
      more = (await sweep()).more;
    } catch (cause) {
      onTrouble({ kind: "sweep_failed", cause });
    }
    if (!stopped) timer = scheduler.after(more ? 0 : SWEEP_EVERY_MS, () => void run());
  };
  return {
    sweep,
    stop(): void {
      stopped = true;
      timer.cancel();
    },
  };
}
