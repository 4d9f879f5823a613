import { join } from "node:path";
import Database from "better-sqlite3";

/**
 * The reference for refreshes: better-sqlite3 alone, with one UPDATE of one row by its key per transaction, as durable as the
 * service's.
 *
 * @param {string} folder
 * @param {number} rows number of rows, which are updated in turn
 */
export function openSingleCommits(folder, rows) {
  const database = new Database(join(folder, "limit.db"));
  database.pragma("locking_mode = EXCLUSIVE");
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec("CREATE TABLE sessions (id INTEGER PRIMARY KEY, generation INTEGER NOT NULL) STRICT");
  const insert = database.prepare("INSERT INTO sessions VALUES (?, 0)");
  for (let id = 0; id < rows; id++) insert.run(id);
  const update = database.prepare("UPDATE sessions SET generation = generation + 1 WHERE id = ?");
  return {
    /** Commits per second, measured over `windowMs` milliseconds. @param {number} windowMs */
    async perSecond(windowMs) {
      const startedAt = performance.now();
      const endsAt = startedAt + windowMs;
      let commits = 0;
      while (performance.now() < endsAt) update.run(commits++ % rows);
      return (commits / (performance.now() - startedAt)) * 1000;
    },
    close: () => database.close(),
  };
}
