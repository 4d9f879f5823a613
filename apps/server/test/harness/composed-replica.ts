import { type Migration, migrate, migrateStore, openPostgres } from "@curfew/sql";
import { SERVICE_LEDGER } from "../../src/database/migrations.js";
import { createLog } from "../../src/operations/log.js";
import { assemble } from "../../src/process/assemble.js";
import { listen } from "../../src/process/listen.js";
import { readSettings } from "../../src/settings/read-settings.js";
import type { Settings } from "./process.js";
import type { Reachable } from "./visitor.js";

export interface ComposedReplica extends Reachable {
  stop(): Promise<void>;
}

/**
 * A replica in the test's own process, put together as `curfew serve` is, that knows these steps of the service's schema and
 * no others.
 *
 * @param given `DATABASE_URL`, `CURFEW_SECRET` and `CURFEW_PUBLIC_URL` among them
 */
export async function composeReplica(
  given: Settings,
  migrations: readonly Migration[],
): Promise<ComposedReplica> {
  const read = readSettings({ CURFEW_RATE_LIMIT: "off", CURFEW_LOG_LEVEL: "fatal", ...given, PORT: "0" });
  if (!read.ok) throw new Error(`${read.name}: ${read.message}`);
  const { settings } = read;
  const { postgres, secrets, publicUrl } = settings;
  if (postgres === null || secrets === null || publicUrl === null) throw new Error("a setting is missing");
  const database = openPostgres({ url: postgres.url });
  await migrateStore(database);
  await migrate(database, { ledger: SERVICE_LEDGER, migrations });
  const service = assemble({ settings, database, secrets, publicUrl, log: createLog(settings.logLevel) });
  const listener = await listen(settings);
  await service.ready();
  listener.answerWith(service.fetch);
  return {
    host: "127.0.0.1",
    port: listener.port,
    publicUrl,
    async stop() {
      const drained = listener.stop();
      service.leave();
      await drained;
      service.close();
      await database.close();
    },
  };
}
