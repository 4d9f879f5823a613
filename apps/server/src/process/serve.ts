import type { SqlDatabase } from "@curfew/sql";
import { openDatabase } from "../database/open-database.js";
import { createLog } from "../operations/log.js";
import { WEB_APP_DIRECTORY } from "../package-files.js";
import { readWebApp } from "../pages/web-app.js";
import type { Settings } from "../settings/model.js";
import { listen } from "./listen.js";
import { runService } from "./run-service.js";
import { loadSecretFile } from "./secret-file.js";

/**
 * `curfew serve`: runs the service until SIGTERM or SIGINT.
 *
 * @returns the exit code
 * @throws StartFailure
 */
export async function serve(settings: Settings, print: (text: string) => void): Promise<0 | 1> {
  const { dataDirectory, host } = settings;
  const webApp = await readWebApp(WEB_APP_DIRECTORY);
  const listener = await listen(settings);
  let database: SqlDatabase | undefined;
  try {
    const opened = await openDatabase(settings);
    database = opened.database;
    const secrets = settings.secrets ?? [await loadSecretFile(dataDirectory)];
    const log = createLog(settings.logLevel);
    return await runService(settings, { listener, database, secrets, webApp }, log, (publicUrl) =>
      print(
        `Curfew keeps its data in ${opened.location}, listens on ${host}:${listener.port}, and is ready: ${publicUrl}\n`,
      ),
    );
  } catch (error) {
    await listener.stop();
    await database?.close();
    throw error;
  }
}
