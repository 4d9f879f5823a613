import { longestWait } from "../measure/longest-wait.js";
import { show, summarize } from "../measure/summary.js";
import { openEngine } from "../parts/engine.js";
import { withFolder } from "../parts/folder.js";
import { openPostgresEngine, withPostgres } from "../parts/postgres.js";
import { seedAccount } from "../parts/seed.js";

const ROUNDS = 3;
/** Some of the batches in which the sweep writes the limit into the rows; they are all alike. */
const SWEEPS = 50;
const MANY = { users: 10_000, sessions: 100_000, overdue: 0 };
/** All of the seeded sessions, which were last used up to an hour ago, end by the first policy and are shortened by the second. */
const POLICIES = [
  { does: "ends", limits: { idleMinutes: 10, absoluteMinutes: 30 } },
  { does: "shortens", limits: { idleMinutes: 50, absoluteMinutes: 720 } },
];

/** Applying a policy to 100,000 sessions on the embedded database. */
export async function applyPolicy() {
  return withFolder(async (folder) => measure(await openEngine(folder), "", { waitMs: 500, times: 2 }));
}

/** Applying a policy to 100,000 sessions on PostgreSQL. */
export async function postgresApplyPolicy() {
  return withPostgres(async (url) =>
    measure(await openPostgresEngine(url), "PostgreSQL: ", { waitMs: 100, times: 3 }),
  );
}

/**
 * Applies a policy to new accounts of 100,000 sessions, and sweeps, while another account refreshes a session again and again.
 * Compares the longest wait of those refreshes with the longest without the policy, and the policy with its preview, which
 * only counts.
 *
 * @param {Awaited<ReturnType<typeof openEngine>>} engine
 * @param {string} prefix
 * @param {{ waitMs: number, times: number }} target the longest wait, and the policy's time in those of its preview; on PostgreSQL
 * the policy also locks the sessions that it ends
 */
async function measure(engine, prefix, target) {
  const user = {
    id: "other",
    name: "Other",
    email: "other@example.com",
    role: /** @type {const} */ ("owner"),
  };
  let grant = await engine.curfew.sessions.start({ accountId: "other-account", user });
  const refresh = async () => {
    grant = await engine.curfew.sessions.refresh(grant.refreshToken);
  };
  const actor = { userId: null, sessionId: null, ip: null };
  // On PostgreSQL, a schema change is the only write without a timeout.
  const untimed = { ...engine.database, write: engine.database.alter };
  let accounts = 0;
  const rows = [];
  for (const { does, limits } of POLICIES) {
    /** @type {number[]} */
    const acts = [];
    /** @type {number[]} */
    const waits = [];
    /** @type {number[]} */
    const quiet = [];
    /** @type {number[]} */
    const previews = [];
    for (let round = 0; round < ROUNDS; round++) {
      const accountId = `account-${++accounts}`;
      await seedAccount(untimed, accountId, { ...MANY, first: accounts * 1_000_000 });
      quiet.push(await longestWait(refresh, () => new Promise((resolve) => setTimeout(resolve, 500))));
      const previewedAt = performance.now();
      await engine.curfew.policy.preview(accountId, limits);
      previews.push(performance.now() - previewedAt);
      waits.push(
        await longestWait(refresh, async () => {
          const startedAt = performance.now();
          const applied = await engine.curfew.policy.update(accountId, limits, { actor, apply: "now" });
          acts.push(performance.now() - startedAt);
          const changed = does === "ends" ? applied.sessionsEnded : applied.sessionsShortened;
          if (changed !== MANY.sessions) throw new Error(`the policy ${does} ${changed} sessions`);
          for (let sweep = 0; sweep < SWEEPS; sweep++) await engine.curfew.sweep();
        }),
      );
    }
    const waited = summarize(waits);
    const times = summarize(acts.map((actMs, round) => actMs / (previews[round] ?? Number.NaN)));
    rows.push({
      figure: `${prefix}a policy ${does} 100,000 sessions`,
      measured: show(summarize(acts), "ms"),
      limit: `its preview: ${show(summarize(previews), "ms")}`,
      result: `${times.median.toFixed(2)} ×`,
      target: `≤ ${target.times} ×`,
      met: times.median <= target.times,
      why: "the policy does work for each session",
    });
    rows.push({
      figure: `${prefix}the same: longest wait of another account's refresh`,
      measured: show(waited, "ms"),
      limit: `without: ${show(summarize(quiet), "ms")}`,
      result: `${waited.median.toFixed(0)} ms`,
      target: `≤ ${target.waitMs} ms`,
      met: waited.median <= target.waitMs,
      why: "the transaction of the policy, or a batch of the sweep, takes longer",
    });
  }
  await engine.close();
  return rows;
}
