import type { SqlDatabase } from "@curfew/sql";
import { onTestFinished } from "vitest";
import { createLog } from "../../../src/operations/log.js";
import { createPasswords } from "../../../src/passwords/passwords.js";
import { assemble } from "../../../src/process/assemble.js";
import type { DrainTimes } from "../../../src/process/drain.js";
import { listen } from "../../../src/process/listen.js";
import { readSettings } from "../../../src/settings/read-settings.js";
import { createFakeHasher } from "../fake-hasher.js";
import { openMigratedDatabase } from "../migrated-database.js";
import { BUILT_APP } from "../pages/built-app.js";
import { HOST } from "../process/open-listener.js";

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/**
 * Serves the API on a port of its own until the test finishes, as `curfew serve` does, with an account of one owner.
 *
 * @param options.wrapDatabase lets a test stand between the service and its database
 */
export async function serveAccount(
  options: {
    readonly wrapDatabase?: (database: SqlDatabase) => SqlDatabase;
    readonly drainTimes?: DrainTimes;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
) {
  const opened = await openMigratedDatabase();
  const database = options.wrapDatabase?.(opened) ?? opened;
  const read = readSettings({ CURFEW_RATE_LIMIT: "off", ...options.environment });
  if (!read.ok) throw new Error(read.message);
  const lines: LogLine[] = [];
  const log = createLog("warn", { write: (line) => void lines.push(JSON.parse(line) as LogLine) });
  const listener = await listen({
    host: HOST,
    port: 0,
    publicUrl: null,
    drainTimes: options.drainTimes ?? { idleLingerMs: 20 },
  });
  const service = assemble({
    settings: read.settings,
    database,
    secrets: [new Uint8Array(32).fill(9)],
    publicUrl: "http://localhost:4000",
    log,
    passwords: createPasswords(createFakeHasher()),
    webApp: BUILT_APP,
  });
  await service.ready();
  listener.answerWith(service.fetch);
  onTestFinished(async () => {
    service.leave();
    await listener.stop();
    service.close();
    await opened.close();
  });
  const response = await fetch(`http://${HOST}:${listener.port}/api/auth/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      account_name: "Acme",
      name: "Ada",
      email: "ada@acme.example",
      password: "a password of no list",
      transport: "body",
    }),
  });
  const grant = (await response.json()) as {
    access_token: string;
    user: { account: { id: string } };
  };
  return {
    listener,
    port: listener.port,
    database: opened,
    token: grant.access_token,
    accountId: grant.user.account.id,
    /** The lines of the log, from `warn` on. */
    lines,
  };
}
