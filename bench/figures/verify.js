import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { alternate } from "../measure/alternate.js";
import { cannon } from "../measure/cannon.js";
import { show } from "../measure/summary.js";
import { withFolder } from "../parts/folder.js";

const CONNECTIONS = 32;
const SECONDS = 3;
const ROUNDS = 5;
const TARGET = 0.88;
const PROCESS = fileURLToPath(new URL("../parts/route-process.js", import.meta.url));

/** GET of the same route with and without `requireSession`. */
export async function verify() {
  return withFolder(async (folder) => {
    const routes = await startRoutes(folder);
    const perSecond = async (/** @type {string} */ path) => {
      const { requestsPerSecond } = await cannon({
        url: `http://127.0.0.1:${routes.port}${path}`,
        headers: { authorization: `Bearer ${routes.accessToken}` },
        connections: CONNECTIONS,
        duration: SECONDS,
      });
      return requestsPerSecond;
    };
    const { a, b, ratio } = await alternate(
      ROUNDS,
      () => perSecond("/guarded"),
      () => perSecond("/open"),
    );
    routes.stop();
    return [
      {
        figure: `authenticated GET, ${CONNECTIONS} connections`,
        measured: show(a, "a second", 0),
        limit: `the same route, open: ${show(b, "a second", 0)}`,
        result: show(ratio, "×"),
        target: `≥ ${TARGET} ×`,
        met: ratio.median >= TARGET,
        why: `verifying adds ${(1e6 / a.median - 1e6 / b.median).toFixed(1)} µs to a route that takes ${(1e6 / b.median).toFixed(1)} µs`,
      },
    ];
  });
}

/** @param {string} folder @returns {Promise<{ port: number, accessToken: string, stop(): void }>} */
function startRoutes(folder) {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, [folder], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the routes' process exited with code ${code}`)));
    child.once("message", (/** @type {{ port: number, accessToken: string }} */ started) =>
      resolve({ ...started, stop: () => child.kill() }),
    );
  });
}
