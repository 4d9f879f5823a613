import { alternate } from "../measure/alternate.js";
import { show } from "../measure/summary.js";
import { callsPerSecond } from "../measure/while-busy.js";
import { openConnections } from "../parts/connection.js";
import { withFolder } from "../parts/folder.js";
import { startServer } from "../parts/server.js";
import { createRefresher, signIn } from "../parts/sessions.js";
import { openSingleCommits } from "../parts/single-commits.js";

const CALLERS = 64;
const WINDOW_MS = 2_000;
const ROUNDS = 5;
const TARGET = 2;

/** Refreshes over HTTP, one session per connection and each with a rotation, compared with single durable commits. */
export async function refreshHttp() {
  return withFolder(async (folder) => {
    const server = await startServer(folder, { CURFEW_ROTATION_GRACE_SECONDS: "0" });
    const limit = openSingleCommits(folder, CALLERS);
    const sessions = await signIn(server, CALLERS);
    const connections = await openConnections(server, CALLERS);
    const { refresh, calls } = createRefresher(sessions, connections);
    const cpuBefore = server.cpuMicros();
    const { a, b, ratio } = await alternate(
      ROUNDS,
      () => callsPerSecond(CALLERS, WINDOW_MS, refresh),
      () => limit.perSecond(WINDOW_MS),
    );
    const cpu = ((server.cpuMicros() - cpuBefore) / calls()).toFixed(0);
    for (const connection of connections) connection.close();
    limit.close();
    await server.stop();
    return [
      {
        figure: `refresh over HTTP, ${CALLERS} connections`,
        measured: show(a, "a second", 0),
        limit: `single durable commits: ${show(b, "a second", 0)}`,
        result: show(ratio, "×"),
        target: `≥ ${TARGET} ×`,
        met: ratio.median >= TARGET,
        why: `a commit takes ${(1e6 / b.median).toFixed(0)} µs on this disk, so the target leaves ${(1e6 / b.median / TARGET).toFixed(0)} µs per refresh; the server's processor time for one is ${cpu} µs`,
      },
    ];
  });
}
