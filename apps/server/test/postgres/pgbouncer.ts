import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { findProgram, untilListening } from "../harness/installed-program.js";

/** The path of PgBouncer; undefined where it is not installed. */
export const PGBOUNCER = findProgram("pgbouncer");

const HOST = "127.0.0.1";
/** The user "nobody": PgBouncer refuses to run as root. */
const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/**
 * Starts PgBouncer in front of the database at `url` until the test finishes.
 *
 * @returns the database's URL there
 */
export async function startPgBouncer(
  program: string,
  url: string,
  mode: "session" | "transaction",
): Promise<string> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const directory = await mkdtemp(join(tmpdir(), "curfew-pgbouncer-"));
  chmodSync(directory, 0o755);
  const listenPort = await freePort();
  const file = join(directory, "pgbouncer.ini");
  writeFileSync(
    file,
    `[databases]
* = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]
listen_addr = ${HOST}
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = 4
query_wait_timeout = 2
`,
  );
  const child = spawn(program, [file], { stdio: "ignore", ...UNPRIVILEGED });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
    await rm(directory, { recursive: true, force: true });
  });
  const hasEnded = ended.then(() => {
    throw new Error("PgBouncer did not start");
  });
  hasEnded.catch(() => undefined);
  await Promise.race([hasEnded, untilListening(listenPort)]);
  return `postgres://${username}:${password}@${HOST}:${listenPort}${pathname}`;
}
