/**
 * The service with its time in a test's hands, told what to do over the channel to its parent process. It is bundled
 * from the sources for the tests of the web app; nothing that is shipped imports it.
 */
import { setTimeout as wait } from "node:timers/promises";
import { openEmbeddedDatabase } from "../../src/database/open-database.js";
import { createLog } from "../../src/operations/log.js";
import { WEB_APP_DIRECTORY } from "../../src/package-files.js";
import { readWebApp } from "../../src/pages/web-app.js";
import { assemble, type Service } from "../../src/process/assemble.js";
import { listen } from "../../src/process/listen.js";
import { loadSecretFile } from "../../src/process/secret-file.js";
import { readSettings } from "../../src/settings/read-settings.js";
import type { CommandName, Commands, Order, Report } from "./commands.js";
import { MovableClock } from "./movable-clock.js";
import { createTrouble } from "./trouble.js";

type Handlers = {
  [Name in CommandName]: (argument: Commands[Name]["argument"]) => Promise<Commands[Name]["answer"]>;
};

const report = (message: Report): void => void process.send?.(message);

const read = readSettings(process.env);
if (!read.ok) throw new Error(`${read.name}: ${read.message}`);
const { settings } = read;
const clock = new MovableClock();
const trouble = createTrouble();
const listener = await listen(settings);
const database = await openEmbeddedDatabase(settings.dataDirectory, { now: clock.now });
const publicUrl = `http://localhost:${listener.port}`;
const service = assemble({
  settings,
  database: trouble.database(database),
  secrets: [await loadSecretFile(settings.dataDirectory)],
  publicUrl,
  log: createLog(settings.logLevel),
  webApp: await readWebApp(WEB_APP_DIRECTORY),
  time: { clock, scheduler: clock },
});
await service.ready();
listener.answerWith(trouble.fetch(service.fetch));

const handlers: Handlers = {
  advance: async (ms) => {
    clock.advance(ms);
    await fresh(service);
    return null;
  },
  now: async () => clock.now(),
  outage: async (on) => {
    trouble.outage(on);
    return null;
  },
  stall: async (on) => {
    trouble.stall(on);
    return null;
  },
  cut: async () => {
    service.leave();
    return null;
  },
};

/** Until the service has read its feed by the new time: from then on it ends what has expired. */
async function fresh({ fetch }: Service): Promise<void> {
  const connection = { incoming: { socket: { remoteAddress: "127.0.0.1" } } };
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(new Request(`${publicUrl}/readyz`), connection);
    if (answer.status === 200) return;
    await wait(10);
  }
}

process.on("message", ({ id, name, argument }: Order) => {
  const handle = handlers[name] as (given: unknown) => Promise<number | null>;
  handle(argument).then(
    (value) => report({ id, value }),
    (error: unknown) => report({ id, value: null, fault: String(error) }),
  );
});
// The test's process is gone: so is its service.
process.on("disconnect", () => process.exit(0));
report({ id: 0, value: listener.port });
