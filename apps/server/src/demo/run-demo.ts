import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedDatabase } from "../database/open-database.js";
import { createLog } from "../operations/log.js";
import { WEB_APP_DIRECTORY } from "../package-files.js";
import { readWebApp } from "../pages/web-app.js";
import { type Listener, listen } from "../process/listen.js";
import { runService } from "../process/run-service.js";
import { StartFailure } from "../process/start-failure.js";
import type { Settings } from "../settings/model.js";
import { SECRET_BYTES } from "../settings/parsers.js";
import { MEMBER, OWNER, PASSWORD } from "./people.js";
import { seed } from "./seed.js";
import { createSimulatedClock } from "./simulated-time.js";

/** Number of consecutive ports that are tried. */
const MAX_PORTS = 20;

export interface DemoOptions {
  print(text: string): void;
  /** If false, a later port is used when the default one is taken. */
  readonly isPortFixed: boolean;
}

/**
 * `curfew demo`: runs the service with sample data, in a directory that is deleted when the process exits.
 *
 * @returns the exit code
 * @throws StartFailure
 */
export async function runDemo(settings: Settings, { print, isPortFixed }: DemoOptions): Promise<0 | 1> {
  const webApp = await readWebApp(WEB_APP_DIRECTORY);
  const listener = isPortFixed ? await listen(settings) : await listenOnFreePort(settings);
  const removeSignalHandlers = exitOnSignal();
  const directory = createTemporaryDirectory();
  const clock = createSimulatedClock();
  const now = clock.now();
  const database = await openEmbeddedDatabase(directory, { now: clock.now });
  const secrets = settings.secrets ?? [new Uint8Array(randomBytes(SECRET_BYTES))];
  await seed({ settings, database, secrets, clock }, now);
  const resources = { listener, database, secrets, webApp };
  return await runService(settings, resources, createLog(settings.logLevel), (publicUrl) => {
    // Once the service has its own, so that there is no moment without.
    queueMicrotask(removeSignalHandlers);
    print(`Curfew demo: its data is deleted when it stops. Sign in with the password ${PASSWORD} as
  ${OWNER.email} (${OWNER.name}, owner)
  ${MEMBER.email} (${MEMBER.name}, member)
It is ready: ${publicUrl}
`);
  });
}

/** Listens on the configured port, or on the first free one after it. */
async function listenOnFreePort(settings: Settings): Promise<Listener> {
  const { port } = settings;
  for (let offset = 0; offset < MAX_PORTS; offset += 1)
    try {
      return await listen({ ...settings, port: port + offset });
    } catch (error) {
      if (!(error instanceof StartFailure) || offset === MAX_PORTS - 1) throw error;
    }
  throw new StartFailure(`no free port from ${port} on`);
}

/** Exits at a signal until the service handles signals. The default handling would leave the directory behind. */
function exitOnSignal(): () => void {
  const exit = (): never => process.exit(1);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, exit);
  return () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.off(signal, exit);
  };
}

/** Creates the directory and schedules its deletion without a pause, so no signal can come between the two. */
function createTemporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "curfew-demo-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
