import { show, summarize } from "../measure/summary.js";
import { openEngine } from "../parts/engine.js";
import { withFolder } from "../parts/folder.js";
import { openPostgresEngine, withPostgres } from "../parts/postgres.js";
import { seedAccount } from "../parts/seed.js";

const ROUNDS = 5;
const MANY = { users: 10_000, sessions: 100_000, overdue: 500 };
const FEW = { users: 100, sessions: 1_000, overdue: 5 };
const TARGET_MS = 20;
const TARGET_TIMES = 2;

/** Signing everyone out on the embedded database. */
export async function signOutEveryone() {
  return withFolder(async (folder) =>
    measure(await openEngine(folder), "sign out 100,000 sessions, counted"),
  );
}

/** Signing everyone out on PostgreSQL. */
export async function postgresSignOutEveryone() {
  return withPostgres(async (url) =>
    measure(await openPostgresEngine(url), "PostgreSQL: sign out 100,000 sessions, counted"),
  );
}

/**
 * Signs out new accounts of 100,000 and of 1,000 sessions in turn, and checks that the returned count is that of the live
 * sessions, without those past their deadline.
 *
 * @param {Awaited<ReturnType<typeof openEngine>>} engine
 * @param {string} figure
 */
async function measure(engine, figure) {
  const actor = { id: "owner", sessionId: null, ip: null };
  let accounts = 0;
  const timeRevocation = async (/** @type {typeof MANY} */ sizes) => {
    const accountId = `account-${++accounts}`;
    await seedAccount(engine.database, accountId, { ...sizes, first: accounts * 1_000_000 });
    const startedAt = performance.now();
    const count = await engine.curfew.revoke.account(accountId, { actor });
    const durationMs = performance.now() - startedAt;
    if (count !== sizes.sessions) throw new Error(`counted ${count} sessions instead of ${sizes.sessions}`);
    return durationMs;
  };
  /** @type {number[]} */
  const many = [];
  /** @type {number[]} */
  const few = [];
  await timeRevocation(FEW);
  for (let round = 0; round < ROUNDS; round++) {
    many.push(await timeRevocation(MANY));
    few.push(await timeRevocation(FEW));
  }
  await engine.close();
  const manyMs = summarize(many);
  const fewMs = summarize(few);
  const times = manyMs.median / fewMs.median;
  return [
    {
      figure,
      measured: show(manyMs, "ms"),
      limit: "",
      result: `${manyMs.median.toFixed(2)} ms`,
      target: `≤ ${TARGET_MS} ms`,
      met: manyMs.median <= TARGET_MS,
      why: "the count or the write grows with the sessions",
    },
    {
      figure,
      measured: show(manyMs, "ms"),
      limit: `1,000 sessions: ${show(fewMs, "ms")}`,
      result: `${times.toFixed(2)} ×`,
      target: `≤ ${TARGET_TIMES} ×`,
      met: times <= TARGET_TIMES,
      why: "the count or the write grows with the sessions",
    },
  ];
}
