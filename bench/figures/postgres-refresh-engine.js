import { alternate } from "../measure/alternate.js";
import { show } from "../measure/summary.js";
import { callsPerSecond } from "../measure/while-busy.js";
import { openBareUpdates } from "../parts/bare-update.js";
import { openPostgresEngine, withPostgres } from "../parts/postgres.js";
import { seedAccount } from "../parts/seed.js";

const CALLERS = 64;
const WINDOW_MS = 1_000;
const ROUNDS = 9;
const TARGET = 0.9;
const CROWD = { users: 10_000, sessions: 100_000, overdue: 0, first: 0 };

/** Refreshes in the engine on PostgreSQL, each with a rotation, among 100,000 sessions, compared with bare updates of one row. */
export async function postgresRefreshEngine() {
  return withPostgres(async (url) => {
    const engine = await openPostgresEngine(url, { rotationGraceSeconds: 0 });
    await seedAccount(engine.database, "crowd", CROWD);
    const user = {
      id: "owner",
      name: "Olive Owner",
      email: "olive@example.com",
      role: /** @type {const} */ ("owner"),
    };
    const grants = await Promise.all(
      Array.from({ length: CALLERS }, () => engine.curfew.sessions.start({ accountId: "example", user })),
    );
    const tokens = grants.map((grant) => grant.refreshToken);
    const limit = await openBareUpdates(
      url,
      grants.map((grant) => grant.session.id),
    );
    const refresh = async (/** @type {number} */ caller) => {
      const grant = await engine.curfew.sessions.refresh(tokens[caller] ?? "");
      tokens[caller] = grant.refreshToken;
    };
    const { a, b, ratio } = await alternate(
      ROUNDS,
      () => callsPerSecond(CALLERS, WINDOW_MS, refresh),
      () => callsPerSecond(CALLERS, WINDOW_MS, limit.update),
    );
    await limit.close();
    await engine.close();
    return [
      {
        figure: `PostgreSQL: refresh in the engine, ${CALLERS} callers`,
        measured: show(a, "a second", 0),
        limit: `bare UPDATE … RETURNING: ${show(b, "a second", 0)}`,
        result: show(ratio, "×"),
        target: `≥ ${TARGET} ×`,
        met: ratio.median >= TARGET,
        why: "refreshes don't share statements, or a statement costs more than its rows",
      },
    ];
  });
}
