import { spawn } from "node:child_process";
import { accessSync, chmodSync, constants, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";

/** The path of PgBouncer, which Debian installs where a user's `PATH` does not look; undefined where it is not installed. */
export const PGBOUNCER = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"]
  .map((directory) => join(directory, "pgbouncer"))
  .find(isExecutable);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

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

async function untilListening(port: number): Promise<void> {
  while (!(await isListening(port))) await new Promise((resolve) => setImmediate(resolve));
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
