import type { Ports } from "../session/ports.js";

/** The locks among this browser's tabs (Web Locks); null where it has none. */
export const tabLocks = (locks: LockManager | undefined): Ports["locks"] =>
  locks ? { run: (name, options, task) => locks.request(name, options, task) } : null;
