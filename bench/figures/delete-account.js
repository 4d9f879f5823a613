import { show, summarize } from "../measure/summary.js";
import { openEngine } from "../parts/engine.js";
import { withFolder } from "../parts/folder.js";
import { openPostgresEngine, withPostgres } from "../parts/postgres.js";
import { seedAccount } from "../parts/seed.js";

const ROUNDS = 3;
const MANY = { users: 10_000, sessions: 100_000, overdue: 500 };
const TARGET_MS = 50;
const LONGEST_MS = 100;
const ACTOR = { userId: null, sessionId: null, ip: null };

/** Deleting an account on the embedded database. */
export async function deleteAccount() {
  return withFolder(async (folder) => measure(await openEngine(folder), ""));
}

/** Deleting an account on PostgreSQL. */
export async function postgresDeleteAccount() {
  return withPostgres(async (url) => measure(await openPostgresEngine(url), "PostgreSQL: "));
}

/**
 * Deletes accounts of 100,000 sessions, and refreshes a session of another account with each batch that removes rows, and once
 * between two batches.
 *
 * @param {Awaited<ReturnType<typeof openEngine>>} engine
 * @param {string} prefix of the figures
 */
async function measure({ curfew, database, close }, prefix) {
  const user = { id: "ada", name: "Ada", email: "ada@example.com", role: /** @type {const} */ ("owner") };
  let { refreshToken } = await curfew.sessions.start({ accountId: "other", user });
  // On PostgreSQL, a schema change is the only write without a timeout.
  const untimed = { ...database, write: database.alter };
  /** @type {number[]} */
  const deletions = [];
  /** @type {number[]} */
  const waits = [];
  /** @type {number[]} */
  const idleWaits = [];
  const refreshMs = async () => {
    const asked = performance.now();
    ({ refreshToken } = await curfew.sessions.refresh(refreshToken));
    return performance.now() - asked;
  };
  let removalMs = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const accountId = `deleted-${round}`;
    await seedAccount(untimed, accountId, { ...MANY, first: round * 1_000_000 });
    const startedAt = performance.now();
    await curfew.accounts.delete({ accountId, actor: ACTOR });
    deletions.push(performance.now() - startedAt);
    for (let more = true; more; ) {
      const sweep = curfew.sweep();
      waits.push(await refreshMs());
      more = (await sweep).more;
      idleWaits.push(await refreshMs());
    }
    removalMs += performance.now() - startedAt;
  }
  await close();
  const deletionMs = summarize(deletions);
  const longestMs = Math.max(...waits);
  return [
    {
      figure: `${prefix}delete an account of 100,000 sessions`,
      measured: show(deletionMs, "ms"),
      limit: `rows gone in ${(removalMs / ROUNDS / 1000).toFixed(1)} s`,
      result: `${deletionMs.median.toFixed(2)} ms`,
      target: `≤ ${TARGET_MS} ms`,
      met: deletionMs.median <= TARGET_MS,
      why: "the deletion grows with the sessions",
    },
    {
      figure: `${prefix}refresh while the rows of an account go`,
      measured: show(summarize(waits), "ms"),
      limit: `between two batches: ${show(summarize(idleWaits), "ms")}`,
      result: `longest ${longestMs.toFixed(1)} ms`,
      target: `≤ ${LONGEST_MS} ms`,
      met: longestMs <= LONGEST_MS,
      why: "a batch holds up refreshes",
    },
  ];
}
