import { open } from "node:fs/promises";
import type Database from "better-sqlite3";

/** How many pages are copied between two turns of the event loop: less than a millisecond's work. */
const PAGES_PER_TURN = 100;
/** Flushed to the disk in the background after so many pages, since SQLite's own flush at the end blocks the process. */
const PAGES_PER_FLUSH = 4096;

/**
 * Copies a database to `path` while the connection is in use. What is committed meanwhile is in the copy too (SQLite's online
 * backup API).
 *
 * @param path a file that does not exist yet, which SQLite removes if the copy fails
 * @throws the signal's reason once it is aborted, and what SQLite throws
 */
export async function backUp(
  connection: Database.Database,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  let flushedPages = 0;
  let isFlushing = false;
  const flush = async (): Promise<void> => {
    isFlushing = true;
    try {
      const file = await open(path, "r");
      await file.datasync().finally(() => file.close());
    } catch {
      // SQLite's own flush reports what is wrong.
    }
    isFlushing = false;
  };
  signal.throwIfAborted();
  await connection.backup(path, {
    progress({ totalPages, remainingPages }) {
      signal.throwIfAborted();
      const copiedPages = totalPages - remainingPages;
      if (copiedPages - flushedPages < PAGES_PER_FLUSH) return PAGES_PER_TURN;
      if (isFlushing) return 0;
      flushedPages = copiedPages;
      void flush();
      return PAGES_PER_TURN;
    },
  });
}
