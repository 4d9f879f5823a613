import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { liveProcesses, registerProcess } from "../../apps/server/bin/live-processes.js";

const POLL_MS = 100;
/** Longer than any build: an older registration belongs to a dead process whose id was reused. */
const HELD_AT_MOST_MS = 600_000;

/**
 * Runs `action` under a lock between processes. A process registers itself, then checks for other registrations: of two that
 * register at the same time, at least one sees the other and withdraws. Registrations of dead processes don't count.
 *
 * @template Result
 * @param {string} directory in which processes register
 * @param {() => Promise<Result>} action
 * @param {(line: string) => void} report called once, with the process that holds the lock
 * @returns {Promise<Result>}
 */
export async function withLock(directory, action, report) {
  for (let hasReported = false; ; ) {
    const release = holdersOf(directory).length === 0 ? registerProcess(directory) : undefined;
    const [holder] = holdersOf(directory);
    if (release !== undefined && holder === undefined)
      try {
        return await action();
      } finally {
        release();
      }
    release?.();
    if (holder !== undefined && !hasReported) {
      report(`waiting for process ${holder}, which is building`);
      hasReported = true;
    }
    // Jitter, so that waiting processes don't retry at the same time.
    await wait(POLL_MS * (1 + Math.random()));
  }
}

/** @param {string} directory */
const holdersOf = (directory) =>
  liveProcesses(directory).filter((id) => {
    const since = statSync(join(directory, String(id)), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - since < HELD_AT_MOST_MS;
  });
