import type { SqlDatabase } from "@curfew/sql";
import type { Surroundings } from "../command/run-command.js";
import { createLog } from "../operations/log.js";
import { readWebApp } from "../pages/web-app/read-web-app.js";
import { WEB_APP_DIRECTORY } from "../public-directory.js";
import type { Settings } from "../settings/model.js";
import { listen } from "./listen.js";
import { openDatabase } from "./open-database.js";
import { runService } from "./run-service.js";
import { keptSecret } from "./secret-file.js";

/**
 * `curfew serve`: runs the service until it is told to stop.
 *
 * @returns the exit code
 * @throws StartFailure
 */
export async function serve(settings: Settings, { print }: Pick<Surroundings, "print">): Promise<0 | 1> {
  const { dataDirectory, host } = settings;
  const webApp = await readWebApp(WEB_APP_DIRECTORY);
  const listener = await listen(settings);
  let database: SqlDatabase | undefined;
  try {
    const opened = await openDatabase(settings);
    database = opened.database;
    const secrets = settings.secrets ?? [await keptSecret(dataDirectory)];
    const log = createLog(settings.logLevel);
    return await runService(settings, { listener, database, secrets, webApp }, log, (publicUrl) =>
      print(
        `Curfew keeps its data in ${opened.place}, listens on ${host}:${listener.port}, and is ready: ${publicUrl}\n`,
      ),
    );
  } catch (error) {
    await listener.stop();
    await database?.close();
    throw error;
  }
}
