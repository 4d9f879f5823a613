import type { Ports } from "../session/ports.js";

/** The locks among this browser's tabs (Web Locks); null where it has none. */
export function tabLocks(locks: LockManager | undefined): Ports["locks"] {
  if (!locks) return null;
  return {
    async run(name, { signal, steal, lost }, task) {
      let isHeld = false;
      const hold = async () => {
        isHeld = true;
        try {
          return await task();
        } finally {
          isHeld = false;
        }
      };
      try {
        return await locks.request(name, { steal, signal } as LockOptions, hold);
      } catch (error) {
        // What rejects while the task still runs is a theft.
        if (isHeld) lost?.();
        throw error;
      }
    },
  };
}
