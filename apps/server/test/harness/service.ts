import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { postgresSettings } from "./postgres-settings.js";
import { type Settings, spawnService, untilReady } from "./service-process.js";
import { registerSharedService } from "./shared-services.js";

/** A running service process with its own data directory. */
export interface Service {
  readonly host: string;
  readonly port: number;
  /** The URL on localhost, which is also the public URL by default. */
  readonly url: string;
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Everything that the process has written to stdout and stderr. */
  output(): string;
  /** Stops the process and keeps the data directory. */
  stop(): Promise<void>;
  /** Kills the process, which is faster than a stop: for a service whose data directory is deleted next. */
  kill(): Promise<void>;
}

/** Creates a temporary directory for a service's data. */
export const newDataDir = (): Promise<string> => mkdtemp(join(tmpdir(), "curfew-test-"));

/**
 * Starts the built service and waits until it is ready.
 *
 * @param settings overrides the defaults; the rate limit is off by default
 * @param dataDir the data directory of an earlier service; a new one by default
 */
export async function startService(settings: Settings = {}, dataDir?: string): Promise<Service> {
  const directory = dataDir ?? (await newDataDir());
  const port = Number(settings["PORT"] ?? (await freePort()));
  const serviceProcess = spawnService({
    CURFEW_RATE_LIMIT: "off",
    CURFEW_DATA_DIR: directory,
    ...(await postgresSettings(directory)),
    ...settings,
    PORT: String(port),
  });
  const host = "127.0.0.1";
  await untilReady(serviceProcess, { host, port });
  const url = `http://localhost:${port}`;
  return {
    host,
    port,
    url,
    publicUrl: settings["CURFEW_PUBLIC_URL"] ?? url,
    dataDir: directory,
    pid: serviceProcess.child.pid ?? 0,
    output: () => serviceProcess.stdout() + serviceProcess.stderr(),
    async stop() {
      serviceProcess.child.kill("SIGTERM");
      const killTimer = setTimeout(() => serviceProcess.child.kill("SIGKILL"), 5_000);
      await serviceProcess.ended;
      clearTimeout(killTimer);
    },
    async kill() {
      serviceProcess.child.kill("SIGKILL");
      await serviceProcess.ended;
    },
  };
}

/** The services that the test files of this process share, by their settings. */
const shared = new Map<string, Promise<Service>>();

/**
 * A service for tests that only use accounts of their own: files with the same settings share one, until the whole run ends
 * (`shared-services.ts`).
 */
export function useService(settings: Settings = {}): () => Service {
  const key = JSON.stringify(settings);
  let service: Service | undefined;
  beforeAll(async () => {
    const starting = shared.get(key) ?? startService(settings);
    shared.set(key, starting);
    service = await starting;
    registerSharedService(service);
  });
  return () => running(service);
}

/** A service for the tests of one file, which may stop it or depend on its whole state. */
export function useOwnService(settings: Settings = {}): () => Service {
  let service: Service | undefined;
  beforeAll(async () => {
    service = await startService(settings);
  });
  afterAll(async () => {
    if (service === undefined) return;
    await service.kill();
    await rm(service.dataDir, { recursive: true, force: true });
  });
  return () => running(service);
}

function running(service: Service | undefined): Service {
  if (service === undefined) throw new Error("the service only runs within tests");
  return service;
}
