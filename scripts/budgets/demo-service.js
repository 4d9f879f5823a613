import { spawn } from "node:child_process";
import { join } from "node:path";
import { freePort } from "../network/free-port.js";

const COMMAND = join(import.meta.dirname, "../../apps/server/bin/curfew.js");

/** The demo owner's credentials, as `curfew demo` prints them. */
export const DEMO_OWNER = { email: "ada@lantern.example", password: "lantern-tide-copper" };

/**
 * Starts the built service with demo data and waits until it is ready.
 *
 * @returns {Promise<{ url: string, stop(): void }>}
 */
export async function startDemo() {
  const port = await freePort();
  const child = spawn(process.execPath, [COMMAND, "demo"], {
    env: { ...process.env, PORT: String(port), CURFEW_LOG_LEVEL: "error", CURFEW_RATE_LIMIT: "off" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve, reject) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      if (/ready: http/.test(output)) resolve(undefined);
    });
    child.once("exit", (code) => reject(new Error(`the demo exited with code ${code}`)));
  });
  return { url: `http://localhost:${port}`, stop: () => void child.kill("SIGTERM") };
}
