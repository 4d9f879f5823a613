import { type Migration, migrate, migrateStore, openPostgres } from "@curfew/sql";
import { SERVICE_LEDGER } from "../../src/database/migrations.js";
import { createLog } from "../../src/operations/log.js";
import { assemble } from "../../src/process/assemble.js";
import { listen } from "../../src/process/listen.js";
import { readSettings } from "../../src/settings/read-settings.js";
import type { ServiceAddress } from "./api-client.js";
import type { Settings } from "./service-process.js";

export interface InProcessReplica extends ServiceAddress {
  stop(): Promise<void>;
}

/**
 * Starts a replica in the test's own process, assembled as `curfew serve` does, with only the given migrations of the service.
 *
 * @param environment the settings, including `DATABASE_URL`, `CURFEW_SECRET` and `CURFEW_PUBLIC_URL`
 */
export async function startInProcessReplica(
  environment: Settings,
  migrations: readonly Migration[],
): Promise<InProcessReplica> {
  const read = readSettings({
    CURFEW_RATE_LIMIT: "off",
    CURFEW_LOG_LEVEL: "fatal",
    ...environment,
    PORT: "0",
  });
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
      await listener.stop(service.leave);
      service.close();
      await database.close();
    },
  };
}
