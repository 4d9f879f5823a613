import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { liveProcesses, registerProcess } from "../../apps/server/bin/live-processes.js";

const POLL_MS = 100;
/** No build takes that long: what is registered for longer is of a dead process whose id another process got. */
const HELD_AT_MOST_MS = 600_000;

/**
 * Does something while no other process does it. A process registers, then looks whether another one is registered: of two
 * that come at once, at least one sees the other and steps back. A dead process holds nothing.
 *
 * @template Result
 * @param {string} directory that those who want the lock register in
 * @param {() => Promise<Result>} act
 * @param {(line: string) => void} say hears once whom this process waits for
 * @returns {Promise<Result>}
 */
export async function withLock(directory, act, say) {
  for (let isTold = false; ; ) {
    const leave = holdersOf(directory).length === 0 ? registerProcess(directory) : undefined;
    const [holder] = holdersOf(directory);
    if (leave !== undefined && holder === undefined)
      try {
        return await act();
      } finally {
        leave();
      }
    leave?.();
    if (holder !== undefined && !isTold) {
      say(`waiting for process ${holder}, which builds here`);
      isTold = true;
    }
    // Not in step with others that wait.
    await wait(POLL_MS * (1 + Math.random()));
  }
}

/** @param {string} directory */
const holdersOf = (directory) =>
  liveProcesses(directory).filter((id) => {
    const since = statSync(join(directory, String(id)), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return Date.now() - since < HELD_AT_MOST_MS;
  });
