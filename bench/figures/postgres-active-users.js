import { show, summarize } from "../measure/summary.js";
import { openPool, openPostgresEngine, withPostgres } from "../parts/postgres.js";
import { seedAccount } from "../parts/seed.js";

const ROUNDS = 7;
const CALLS = 100;
const PAGE = 100;
const SIZES = { users: 10_000, sessions: 100_000, overdue: 50, first: 0 };
const TARGET_MS = 1;

/** Records each statement's planning and execution time in the server, without network time. */
const STATISTICS_SETTINGS = [
  "shared_preload_libraries=pg_stat_statements",
  "pg_stat_statements.track_planning=on",
];

/** The page of active users of an account with 100,000 sessions of 10,000 users: PostgreSQL's own time for it. */
export async function postgresActiveUsers() {
  return withPostgres(async (url) => {
    const engine = await openPostgresEngine(url);
    await seedAccount(engine.database, "example", SIZES);
    const pool = openPool(url);
    await pool.query("CREATE EXTENSION pg_stat_statements");
    await pool.query("VACUUM ANALYZE");
    const readPage = async () => {
      const page = await engine.store.listActiveUsers("example", PAGE);
      if (
        page.userCount !== SIZES.users ||
        page.sessionCount !== SIZES.sessions ||
        page.users.length !== PAGE
      )
        throw new Error(`counted ${page.userCount} users and ${page.sessionCount} sessions`);
    };
    /** @type {number[]} */
    const rounds = [];
    for (let round = 0; round <= ROUNDS; round++) {
      await pool.query("SELECT pg_stat_statements_reset()");
      for (let call = 0; call < CALLS; call++) await readPage();
      const { rows } = await pool.query(
        "SELECT sum(total_exec_time + total_plan_time) / $1 AS ms FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat%'",
        [CALLS],
      );
      // The first round is a warm-up.
      if (round > 0) rounds.push(Number(rows[0].ms));
    }
    await pool.end();
    await engine.close();
    const ms = summarize(rounds);
    return [
      {
        figure: "PostgreSQL: active users' page, 100,000 sessions of 10,000 users",
        measured: show(ms, "ms"),
        limit: "",
        result: `${ms.median.toFixed(2)} ms`,
        target: `≤ ${TARGET_MS} ms in the database`,
        met: ms.median <= TARGET_MS,
        why: "the page reads more than its own rows",
      },
    ];
  }, STATISTICS_SETTINGS);
}
