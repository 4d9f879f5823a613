import { cannon } from "../measure/cannon.js";
import { show, summarize } from "../measure/summary.js";
import { openConnections } from "../parts/connection.js";
import { withFolder } from "../parts/folder.js";
import { startServer } from "../parts/server.js";
import { createRefresher, signIn } from "../parts/sessions.js";

const STARTS = 7;
const TARGET_MS = 800;

/** The time from spawning the service to the first 200 of `/readyz`, each time with a new data directory. */
export async function startUp() {
  /** @type {number[]} */
  const starts = [];
  for (let start = 0; start < STARTS; start++)
    starts.push(
      await withFolder(async (folder) => {
        const server = await startServer(folder);
        await server.stop();
        return server.readyAfterMs;
      }),
    );
  const ms = summarize(starts);
  return [
    {
      figure: "spawn to ready",
      measured: show(ms, "ms", 0),
      limit: "",
      result: `${(ms.median / 1000).toFixed(2)} s`,
      target: `≤ ${TARGET_MS / 1000} s`,
      met: ms.median <= TARGET_MS,
      why: "most of it is loading modules",
    },
  ];
}

const READS = 75_000;
const REFRESH_CALLERS = 32;
const REFRESHES = 25_000;
const TARGET_MB = 150;

/** Memory of the service after 100,000 requests: three reads of the session per refresh. */
export async function memory() {
  return withFolder(async (folder) => {
    const server = await startServer(folder, { CURFEW_ROTATION_GRACE_SECONDS: "0" });
    const sessions = await signIn(server, REFRESH_CALLERS);
    const before = server.residentBytes();
    await cannon({
      url: `http://${server.host}:${server.port}/api/auth/session`,
      headers: { authorization: `Bearer ${sessions[0]?.accessToken}` },
      connections: 32,
      amount: READS,
    });
    const connections = await openConnections(server, REFRESH_CALLERS);
    const { refresh, calls } = createRefresher(sessions, connections);
    while (calls() < REFRESHES) await Promise.all(connections.map((_, caller) => refresh(caller)));
    for (const connection of connections) connection.close();
    const after = server.residentBytes();
    await server.stop();
    const megabytes = (/** @type {number} */ bytes) => (bytes / 1_000_000).toFixed(0);
    return [
      {
        figure: "memory after 100,000 requests",
        measured: `${megabytes(after)} MB (${megabytes(before)} MB before)`,
        limit: "",
        result: `${megabytes(after)} MB`,
        target: `≤ ${TARGET_MB} MB`,
        met: after <= TARGET_MB * 1_000_000,
        why: "see a heap snapshot",
      },
    ];
  });
}
