import { show, summarize } from "../measure/summary.js";
import { openEngine } from "../parts/engine.js";
import { withFolder } from "../parts/folder.js";
import { seedAccount } from "../parts/seed.js";

const ROUNDS = 5;
const CALLS = 100;
const PAGE = 100;
const SIZES = { users: 10_000, sessions: 100_000, overdue: 500 };
const TARGET_MS = 2;

/** The page of active users of an account with 100,000 sessions of 10,000 users, in the database. */
export async function activeUsers() {
  return withFolder(async (folder) => {
    const engine = await openEngine(folder);
    await seedAccount(engine.database, "example", { ...SIZES, first: 0 });
    const page = await engine.store.listActiveUsers("example", PAGE);
    if (page.userCount !== SIZES.users || page.sessionCount !== SIZES.sessions || page.users.length !== PAGE)
      throw new Error(`counted ${page.userCount} users and ${page.sessionCount} sessions`);
    /** @type {number[]} */
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      const startedAt = performance.now();
      for (let call = 0; call < CALLS; call++) await engine.store.listActiveUsers("example", PAGE);
      rounds.push((performance.now() - startedAt) / CALLS);
    }
    await engine.close();
    const ms = summarize(rounds);
    return [
      {
        figure: "active users' page, 100,000 sessions of 10,000 users",
        measured: show(ms, "ms"),
        limit: "",
        result: `${ms.median.toFixed(2)} ms`,
        target: `≤ ${TARGET_MS} ms`,
        met: ms.median <= TARGET_MS,
        why: "the page reads more than its own rows",
      },
    ];
  });
}
