import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { alternate } from "../measure/alternate.js";
import { cannon } from "../measure/cannon.js";
import { show } from "../measure/summary.js";
import { withFolder } from "../parts/folder.js";

const CONNECTIONS = 32;
const SECONDS = 3;
const ROUNDS = 5;
const PROCESS = fileURLToPath(new URL("../parts/handler-process.js", import.meta.url));

/** A host's route that asks `sessions.current` of a known governed session, and the same route that only reads the host's cookie. */
export const handlerCurrent = () =>
  compare({
    figure: "sessions.current of a known governed session",
    paths: ["/current", "/own"],
    headers: () => ({ cookie: "theme=dark; sid=abc" }),
    status: 200,
    limit: "the same route that only reads the host's cookie",
    target: 0.85,
  });

/** A member's call of the account's policy, and a route of Hono that answers the same. */
export const handlerRefusal = () =>
  compare({
    figure: "a member's 403",
    paths: ["/api/accounts/me/security", "/bare"],
    headers: ({ accessToken }) => ({ authorization: `Bearer ${accessToken}` }),
    status: 403,
    limit: "a route of Hono with the same headers and body",
    target: 0.6,
  });

/**
 * @param {{ figure: string, paths: [string, string], headers: (started: { accessToken: string }) => Record<string, string>,
 *   status: number, limit: string, target: number }} options
 */
function compare({ figure, paths, headers, status, limit, target }) {
  return withFolder(async (folder) => {
    const server = await start(folder);
    const perSecond = async (/** @type {string} */ path) => {
      const { requestsPerSecond } = await cannon({
        url: `http://127.0.0.1:${server.port}${path}`,
        headers: headers(server),
        connections: CONNECTIONS,
        duration: SECONDS,
        status,
      });
      return requestsPerSecond;
    };
    const { a, b, ratio } = await alternate(
      ROUNDS,
      () => perSecond(paths[0]),
      () => perSecond(paths[1]),
    );
    server.stop();
    return [
      {
        figure: `${figure}, ${CONNECTIONS} connections`,
        measured: show(a, "a second", 0),
        limit: `${limit}: ${show(b, "a second", 0)}`,
        result: show(ratio, "×"),
        target: `≥ ${target} ×`,
        met: ratio.median >= target,
        why: `it adds ${(1e6 / a.median - 1e6 / b.median).toFixed(1)} µs to ${(1e6 / b.median).toFixed(1)} µs`,
      },
    ];
  });
}

/** @param {string} folder @returns {Promise<{ port: number, accessToken: string, stop(): void }>} */
function start(folder) {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, [folder], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the host's process exited with code ${code}`)));
    child.once("message", (/** @type {{ port: number, accessToken: string }} */ started) =>
      resolve({ ...started, stop: () => child.kill() }),
    );
  });
}
