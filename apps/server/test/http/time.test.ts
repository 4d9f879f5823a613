import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { send } from "../harness/send.js";
import { newDataDir, startService } from "../harness/service.js";
import { until } from "../harness/until.js";

const COMMAND = fileURLToPath(new URL("../../bin/curfew.js", import.meta.url));
const YEAR_MS = 365 * 24 * 3_600_000;

/** How far the service's time is ahead of this machine's. */
async function aheadMs(to: { host: string; port: number }): Promise<number> {
  const response = await send(to, { path: "/api/config" });
  return Date.parse(response.json<{ now: string }>().now) - Date.now();
}

test("no setting changes the service's time: such names are reported as unknown and ignored", async () => {
  const settings = {
    CURFEW_NOW: "2001-01-01T00:00:00Z",
    CURFEW_CLOCK: "movable",
    CURFEW_TIME_OFFSET_MS: "9e9",
  };
  const service = await startService(settings);
  expect(Math.abs(await aheadMs(service))).toBeLessThan(5_000);
  for (const name of Object.keys(settings)) expect(service.output()).toContain(name);
  await service.kill();
  await rm(service.dataDir, { recursive: true, force: true });
});

test.each(["--now=0", "--clock=movable", "--advance"])(
  "no option changes it: %s is refused",
  async (flag) => {
    const child = spawn(process.execPath, [COMMAND, "serve", flag], { stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(2);
    expect(complaint).toContain(`unknown option ${flag.split("=", 1)[0]}`);
  },
);

test("a command over a channel to the parent process, as the test service takes, doesn't change it", async () => {
  const [port, directory] = [await freePort(), await newDataDir()];
  const child = spawn(process.execPath, [COMMAND, "serve"], {
    env: { PATH: process.env["PATH"], PORT: String(port), CURFEW_DATA_DIR: directory },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const address = { host: "127.0.0.1", port };
  const isReady = async (): Promise<boolean> =>
    (await send(address, { path: "/readyz" }).catch(() => undefined))?.status === 200;
  await until("the service to be ready", isReady, 20_000, 50);
  await new Promise((resolve) => child.send({ id: 1, name: "advance", argument: YEAR_MS }, resolve));
  expect(Math.abs(await aheadMs(address))).toBeLessThan(5_000);
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  await ended;
  await rm(directory, { recursive: true, force: true });
});
