import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Surroundings } from "../command/run-command.js";
import { createLog } from "../operations/log.js";
import { readWebApp } from "../pages/web-app/read-web-app.js";
import { type Listener, listen } from "../process/listen.js";
import { openData } from "../process/open-data.js";
import { runService } from "../process/run-service.js";
import { StartFailure } from "../process/start-failure.js";
import { WEB_APP_DIRECTORY } from "../public-directory.js";
import type { Settings } from "../settings/model.js";
import { SECRET_BYTES } from "../settings/secret-text.js";
import { MEMBER, OWNER, PASSWORD } from "./cast.js";
import { createPastClock } from "./past-clock.js";
import { seed } from "./seed.js";

/** How many ports after the usual one are tried. */
const PORTS_TRIED = 20;

/**
 * `curfew demo`: runs the service with made-up people in a directory that goes when the process does.
 *
 * @returns the exit code
 * @throws StartFailure
 */
export async function runDemo(settings: Settings, { print, environment }: Surroundings): Promise<0 | 1> {
  const { PORT = "" } = environment;
  const webApp = await readWebApp(WEB_APP_DIRECTORY);
  const listener = PORT.trim() !== "" ? await listen(settings) : await listenNear(settings);
  const stopListening = exitOnSignal();
  const directory = await throwAwayDirectory();
  const clock = createPastClock();
  const now = clock.now();
  const database = await openData(directory, { now: clock.now });
  const secrets = settings.secrets ?? [new Uint8Array(randomBytes(SECRET_BYTES))];
  await seed({ settings, database, secrets, clock }, now);
  stopListening();
  const ground = { listener, database, secrets, webApp };
  return await runService(settings, ground, createLog(settings.logLevel), (publicUrl) =>
    print(`Curfew's demo, thrown away when it stops. Sign in with the password ${PASSWORD} as
  ${OWNER.email} (${OWNER.name}, owner)
  ${MEMBER.email} (${MEMBER.name}, member)
It is ready: ${publicUrl}
`),
  );
}

/** Takes the usual port, or one of those after it. */
async function listenNear({ host, port, publicUrl }: Settings): Promise<Listener> {
  for (let offset = 0; offset < PORTS_TRIED; offset += 1)
    try {
      return await listen({ host, port: port + offset, publicUrl });
    } catch (error) {
      if (!(error instanceof StartFailure) || offset === PORTS_TRIED - 1) throw error;
    }
  throw new StartFailure(`no port from ${port} on is free`);
}

/** Until the service itself listens: a signal's own way to end a process would leave the directory behind. */
function exitOnSignal(): () => void {
  const exit = (): never => process.exit(1);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, exit);
  return () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.off(signal, exit);
  };
}

/** Goes with the process. */
async function throwAwayDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "curfew-demo-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
