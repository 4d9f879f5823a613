import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { until } from "../../apps/server/test/harness/until.js";
import { freePort } from "../../scripts/network/free-port.js";

const CLOCK = pathToFileURL(fileURLToPath(new URL("clock.js", import.meta.url))).href;

export interface RunningServer {
  readonly origin: string;
  /** What the running process has written to its error output. */
  errors(): string;
  /** Moves the server's clocks ahead. */
  advance(ms: number): Promise<void>;
  /** Lets every statement on Curfew's database fail, or none any more. */
  setStoreDown(isStoreDown: boolean): Promise<void>;
  /** Stops the process and starts it again on the same files. */
  restart(env?: Record<string, string>): Promise<void>;
  /** Stops the process and deletes its files. */
  stop(): Promise<void>;
}

/**
 * Runs an example's server in a process of its own, on files of its own, and waits until it answers.
 *
 * @param folder of the example, with a slash at the end
 * @param args of Node
 * @param env further variables; `ORIGIN` in a value is the server's, and `PORT` its port in place of any that is free
 */
export async function runServer(
  folder: URL,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<RunningServer> {
  const directory = await mkdtemp(join(tmpdir(), "curfew-example-"));
  const port = Number(env["PORT"] ?? (await freePort()));
  const origin = `http://localhost:${port}`;
  const own: Record<string, string> = {
    PORT: String(port),
    PUBLIC_URL: origin,
    SESSIONS_DB: join(directory, "sessions.db"),
    SESSIONS_SECRET: randomBytes(32).toString("base64"),
    COOKIE_SECRET: randomBytes(32).toString("base64"),
  };
  let child: ChildProcess | undefined;
  let errors = "";

  const start = async (more: Record<string, string>): Promise<void> => {
    errors = "";
    const given = Object.entries(more).map(([name, value]) => [name, value.replaceAll("ORIGIN", origin)]);
    const started = spawn(process.execPath, ["--import", CLOCK, ...args], {
      cwd: fileURLToPath(folder),
      env: { ...process.env, NODE_ENV: "production", ...own, ...Object.fromEntries(given) },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    child = started;
    started.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    await until(
      "the example to listen",
      async () => {
        if (started.exitCode !== null) throw new Error(`the example exited: ${errors}`);
        return fetch(origin, { redirect: "manual" }).then(
          () => true,
          () => false,
        );
      },
      50_000,
      50,
    );
  };
  const end = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null) return;
    const closed = once(child, "close");
    child.kill();
    await closed;
  };

  const tell = async (message: object): Promise<void> => {
    if (child === undefined) throw new Error("the example does not run");
    const done = once(child, "message");
    child.send(message);
    await done;
  };

  await start(env);
  return {
    origin,
    errors: () => errors,
    advance: (ms) => tell({ advanceMs: ms }),
    setStoreDown: (isStoreDown) => tell({ isStoreDown }),
    async restart(changed = {}) {
      await end();
      await start({ ...env, ...changed });
    },
    async stop() {
      await end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
