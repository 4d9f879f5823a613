import { randomBytes } from "node:crypto";
import { alternate } from "../measure/alternate.js";
import { show } from "../measure/summary.js";
import { callsPerSecond } from "../measure/while-busy.js";
import { openBareUpdates } from "../parts/bare-update.js";
import { openConnections } from "../parts/connection.js";
import { withFolder } from "../parts/folder.js";
import { openPostgresEngine, withPostgres } from "../parts/postgres.js";
import { seedAccount } from "../parts/seed.js";
import { startServer } from "../parts/server.js";
import { createRefresher, signIn } from "../parts/sessions.js";

const CALLERS = 64;
const WINDOW_MS = 1_500;
const ROUNDS = 9;
/** The second target assumes that refreshes share statements. */
const TARGETS = [0.45, 0.6];
const CROWD = { users: 10_000, sessions: 100_000, overdue: 0, first: 0 };

/** Refreshes over HTTP at one replica on PostgreSQL, each with a rotation, among 100,000 sessions, compared with bare updates of one row. */
export async function postgresRefreshHttp() {
  return withPostgres((url) =>
    withFolder(async (folder) => {
      const engine = await openPostgresEngine(url);
      await seedAccount(engine.database, "crowd", CROWD);
      await engine.close();
      const server = await startServer(folder, {
        DATABASE_URL: url,
        CURFEW_SECRET: randomBytes(32).toString("base64"),
        CURFEW_ROTATION_GRACE_SECONDS: "0",
      });
      const sessions = await signIn(server, CALLERS);
      const limit = await openBareUpdates(
        url,
        sessions.map((session) => session.id),
      );
      const connections = await openConnections(server, CALLERS);
      const { refresh, calls } = createRefresher(sessions, connections);
      const cpuBefore = server.cpuMicros();
      const { a, b, ratio } = await alternate(
        ROUNDS,
        () => callsPerSecond(CALLERS, WINDOW_MS, refresh),
        () => callsPerSecond(CALLERS, WINDOW_MS, limit.update),
      );
      const cpu = ((server.cpuMicros() - cpuBefore) / calls()).toFixed(0);
      for (const connection of connections) connection.close();
      await limit.close();
      await server.stop();
      return TARGETS.map((target) => ({
        figure: `PostgreSQL: refresh over HTTP, ${CALLERS} connections`,
        measured: show(a, "a second", 0),
        limit: `bare UPDATE … RETURNING: ${show(b, "a second", 0)}`,
        result: show(ratio, "×"),
        target: `≥ ${target} ×`,
        met: ratio.median >= target,
        why: `the replica's processor time per refresh is ${cpu} µs; a bare update takes ${(1e6 / b.median).toFixed(0)} µs`,
      }));
    }),
  );
}
