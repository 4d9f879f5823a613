import { withFolder } from "../parts/folder.js";
import { forkServer } from "../parts/forked-server.js";
import { alternate } from "./alternate.js";
import { cannon } from "./cannon.js";
import { show, summarize } from "./summary.js";

const CONNECTIONS = 32;
const SECONDS = 3;
const ROUNDS = 5;

/**
 * Compares two routes of one server under load.
 *
 * The processor time that the server spends on a request tells more than the requests a second: a client that is faster than the
 * server sleeps, and waking it for each response costs the server more than the route may.
 *
 * @param {{ figure: string, server: string, paths: [string, string],
 *   headers: (started: { accessToken: string }) => Record<string, string>,
 *   status?: number, limit: string, target: number }} options `server` is the file of its process; the target is for the requests
 *   a second of the first path, as a share of the second's
 * @returns {Promise<import("./table.js").Row[]>}
 */
export function compareRoutes({ figure, server: file, paths, headers, status = 200, limit, target }) {
  return withFolder(async (folder) => {
    const server = await forkServer(file, folder);
    /** @param {string} path @param {number[]} micros */
    const perSecond = async (path, micros) => {
      const before = server.cpuMicros();
      const { requestsPerSecond, requests } = await cannon({
        url: `http://127.0.0.1:${server.port}${path}`,
        headers: headers(server),
        connections: CONNECTIONS,
        duration: SECONDS,
        status,
      });
      micros.push((server.cpuMicros() - before) / requests);
      return requestsPerSecond;
    };
    /** @type {[number[], number[]]} */
    const micros = [[], []];
    const { a, b, ratio } = await alternate(
      ROUNDS,
      () => perSecond(paths[0], micros[0]),
      () => perSecond(paths[1], micros[1]),
    );
    server.stop();
    // Without the warm-up.
    const [spent, spentByLimit] = micros.map((each) => show(summarize(each.slice(1)), "µs", 1));
    return [
      {
        figure: `${figure}, ${CONNECTIONS} connections`,
        measured: show(a, "a second", 0),
        limit: `${limit}: ${show(b, "a second", 0)}`,
        result: show(ratio, "×"),
        target: `≥ ${target} ×`,
        met: ratio.median >= target,
        why: `a request takes ${spent} of the server's processor time, and ${spentByLimit}`,
      },
    ];
  });
}
