import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../bin/curfew.js", import.meta.url));

/** Settings by name, as the service reads them from its environment. */
export type Settings = Readonly<Record<string, string>>;

export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Fulfilled with the exit code once the process has ended and its output was read; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts `curfew serve`, or another of its commands, with these settings and none of the test run's own.
 *
 * @param program another repository's `curfew`
 */
export function spawnService(
  settings: Settings,
  command: "serve" | "migrate" = "serve",
  program = COMMAND,
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
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  });
  return { child, stdout: () => output.stdout, stderr: () => output.stderr, ended };
}
