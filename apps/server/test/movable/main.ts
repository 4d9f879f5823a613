/**
 * A service whose clock and faults a test controls, with commands over the channel to the parent process. It is bundled
 * from source for the web app's end-to-end tests. No shipped code imports it.
 */
import { setTimeout as wait } from "node:timers/promises";
import { createSetupToken } from "../../src/accounts/setup-token.js";
import { openEmbeddedDatabase } from "../../src/database/open-database.js";
import { createLog } from "../../src/operations/log.js";
import { WEB_APP_DIRECTORY } from "../../src/package-files.js";
import { readWebApp } from "../../src/pages/web-app.js";
import { assemble, type Service } from "../../src/process/assemble.js";
import { listen } from "../../src/process/listen.js";
import { loadSecretFile } from "../../src/process/secret-file.js";
import { readSettings } from "../../src/settings/read-settings.js";
import type { CommandMessage, CommandName, Commands, ReplyMessage } from "./commands.js";
import { createFaultInjection } from "./fault-injection.js";
import { MovableClock } from "./movable-clock.js";

type Handlers = {
  [Name in CommandName]: (argument: Commands[Name]["argument"]) => Promise<Commands[Name]["reply"]>;
};

const sendReply = (message: ReplyMessage): void => void process.send?.(message);

const read = readSettings(process.env);
if (!read.ok) throw new Error(`${read.name}: ${read.message}`);
const { settings } = read;
const clock = new MovableClock();
const faults = createFaultInjection();
const listener = await listen(settings);
const database = await openEmbeddedDatabase(settings.dataDirectory, { now: clock.now });
const secrets = [await loadSecretFile(settings.dataDirectory)];
const publicUrl = `http://localhost:${listener.port}`;
const service = assemble({
  settings,
  database: faults.database(database),
  secrets,
  publicUrl,
  log: createLog(settings.logLevel),
  webApp: await readWebApp(WEB_APP_DIRECTORY),
  time: { clock, scheduler: clock },
});
await service.ready();
listener.answerWith(faults.fetch(service.fetch));

const handlers: Handlers = {
  advance: async (ms) => {
    clock.advance(ms);
    await untilFeedIsRead(service);
    return null;
  },
  now: async () => clock.now(),
  outage: async (on) => {
    faults.setOutage(on);
    return null;
  },
  stall: async (on) => {
    faults.setStalled(on);
    return null;
  },
  cut: async () => {
    faults.cutStreams();
    return null;
  },
  setupToken: () => createSetupToken(database, secrets).current(),
};

/** Waits until the service has read its feed at the new time; from then on, expired sessions are refused. */
async function untilFeedIsRead({ fetch }: Service): Promise<void> {
  const connection = { incoming: { socket: { remoteAddress: "127.0.0.1" } } };
  for (let tries = 0; tries < 200; tries += 1) {
    const response = await fetch(new Request(`${publicUrl}/readyz`), connection);
    if (response.status === 200) return;
    await wait(10);
  }
}

process.on("message", ({ id, name, argument }: CommandMessage) => {
  const handle = handlers[name] as (argument: unknown) => Promise<ReplyMessage["value"]>;
  handle(argument).then(
    (value) => sendReply({ id, value }),
    (error: unknown) => sendReply({ id, value: null, error: String(error) }),
  );
});
// The test process has exited.
process.on("disconnect", () => process.exit(0));
sendReply({ id: 0, value: listener.port });
