import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { send } from "./send.js";
import { until } from "./until.js";

const CURFEW_COMMAND = fileURLToPath(new URL("../../bin/curfew.js", import.meta.url));

/** Environment variables of the service, by name. */
export type Settings = Readonly<Record<string, string>>;

export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves to the exit code once the process has ended and its output has been read; null if a signal ended it. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts `curfew serve` or `curfew migrate` with these settings and none from the test run's own environment.
 *
 * @param program this repository's `curfew` unless given
 */
export function spawnService(
  settings: Settings,
  command: "serve" | "migrate" = "serve",
  program = CURFEW_COMMAND,
): ServiceProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(CURFEW_|VITEST|NODE_OPTIONS|PORT$|HOST$|DATABASE_URL)/.test(name),
  );
  const child = spawn(process.execPath, [program, command], {
    env: { ...Object.fromEntries(inherited), ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream]?.setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
    });
  showFailedRequests(child.stderr);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  });
  return { child, stdout: () => output.stdout, stderr: () => output.stderr, ended };
}

/** Shows the errors behind answers of 500 in the output of the tests: the test that got one knows only that. */
function showFailedRequests(log: Readable): void {
  createInterface({ input: log }).on("line", (line) => {
    if (line.includes('"msg":"request failed"')) process.stderr.write(`${line}\n`);
  });
}

/** Waits until a started service is ready. Throws with its error output if it exits instead. */
export async function untilReady(
  serviceProcess: ServiceProcess,
  address: { host: string; port: number },
): Promise<void> {
  let exitCode: number | null | undefined;
  void serviceProcess.ended.then((code) => {
    exitCode = code;
  });
  await until(
    "the service to be ready",
    async () => {
      if (exitCode !== undefined)
        throw new Error(`the service ended (${exitCode}): ${serviceProcess.stderr()}`);
      const response = await send(address, { path: "/readyz" }).catch(() => undefined);
      return response?.status === 200;
    },
    20_000,
    50,
  );
}
