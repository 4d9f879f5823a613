import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../../apps/server/test/harness/until.js";
import { freePort } from "../../../scripts/network/free-port.js";

export interface RunningExample {
  readonly port: number;
  /** Stops the process and starts it again on the same files. */
  restart(): Promise<void>;
  /** Stops the process and deletes its files. */
  stop(): Promise<void>;
}

/** Runs a server of this folder in a process of its own, on files of its own, and waits until it answers. */
export async function runExample(file: string): Promise<RunningExample> {
  const directory = await mkdtemp(join(tmpdir(), "curfew-own-users-"));
  const port = await freePort();
  const secret = randomBytes(32).toString("base64");
  let stopProcess = async (): Promise<void> => undefined;

  const start = async (): Promise<void> => {
    let errors = "";
    let hasExited = false;
    const server = spawn(process.execPath, [file], {
      env: { ...process.env, PORT: String(port), DATA: directory, SECRET: secret },
      stdio: ["ignore", "ignore", "pipe"],
    });
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    const exited = new Promise((resolve) => server.once("close", resolve)).then(() => {
      hasExited = true;
    });
    stopProcess = async () => {
      server.kill();
      await exited;
    };
    await until(
      "the example to listen",
      async () => {
        if (hasExited) throw new Error(`the example exited: ${errors}`);
        return fetch(`http://127.0.0.1:${port}/notes`).then(
          () => true,
          () => false,
        );
      },
      20_000,
      50,
    );
  };

  await start();
  return {
    port,
    async restart() {
      await stopProcess();
      await start();
    },
    async stop() {
      await stopProcess();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
