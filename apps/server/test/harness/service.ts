import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { type Settings, spawnService } from "./process.js";
import { sharedDatabase } from "./shared-database.js";
import { untilReady } from "./until-ready.js";

/** A running service of the test's own, with a data directory of its own. */
export interface Service {
  readonly host: string;
  readonly port: number;
  /** Its public URL, unless the settings say another. */
  readonly url: string;
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly pid: number;
  /** All that it has written to stdout and stderr. */
  output(): string;
  /** Ends the process and keeps the data directory. */
  stop(): Promise<void>;
}

/** A throw-away directory for a service's data. */
export const newDataDir = (): Promise<string> => mkdtemp(join(tmpdir(), "curfew-test-"));

/**
 * Starts the built service and waits until it is ready.
 *
 * @param settings what the test sets; the rate limit is off unless it says so
 * @param dataDir where an earlier service kept its data
 */
export async function startService(settings: Settings = {}, dataDir?: string): Promise<Service> {
  const directory = dataDir ?? (await newDataDir());
  const port = Number(settings["PORT"] ?? (await freePort()));
  const own = spawnService({
    CURFEW_RATE_LIMIT: "off",
    CURFEW_DATA_DIR: directory,
    ...(await sharedDatabase(directory)),
    ...settings,
    PORT: String(port),
  });
  const host = "127.0.0.1";
  await untilReady(own, { host, port });
  const url = `http://localhost:${port}`;
  return {
    host,
    port,
    url,
    publicUrl: settings["CURFEW_PUBLIC_URL"] ?? url,
    dataDir: directory,
    pid: own.child.pid ?? 0,
    output: () => own.stdout() + own.stderr(),
    async stop() {
      own.child.kill("SIGTERM");
      const killer = setTimeout(() => own.child.kill("SIGKILL"), 5_000);
      await own.ended;
      clearTimeout(killer);
    },
  };
}

/** One service for all tests of a file: started before them, ended and its data removed after them. */
export function useService(settings: Settings = {}): () => Service {
  let service: Service | undefined;
  beforeAll(async () => {
    service = await startService(settings);
  });
  afterAll(async () => {
    if (service === undefined) return;
    await service.stop();
    await rm(service.dataDir, { recursive: true, force: true });
  });
  return () => {
    if (service === undefined) throw new Error("the service runs within tests only");
    return service;
  };
}
