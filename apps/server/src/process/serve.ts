import type { SqlDatabase, SqliteDatabase } from "@curfew/sql";
import { openDatabase } from "../database/open-database.js";
import { createLog, type Log, logSharedAddress } from "../operations/log.js";
import { operatorCommands } from "../operator/commands.js";
import { type ControlSocket, serveControl } from "../operator/control-socket.js";
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
  let control: ControlSocket | null = null;
  try {
    const log = createLog(settings.logLevel);
    const opened = await openDatabase(settings, logSharedAddress(log));
    database = opened.database;
    const warnOfMode = (): void => log("warn", "others could read the secret file: its mode is 0600 now");
    const secrets = settings.secrets ?? [await loadSecretFile(dataDirectory, warnOfMode)];
    if (opened.embedded !== null)
      control = await openControl(dataDirectory, {
        database: opened.embedded,
        secrets,
        publicUrl: settings.publicUrl ?? `http://localhost:${listener.port}`,
        log,
      });
    return await runService(settings, { listener, database, secrets, webApp, control }, log, (publicUrl) =>
      print(
        `Curfew keeps its data in ${opened.location}, listens on ${host}:${listener.port}, and is ready: ${publicUrl}\n`,
      ),
    );
  } catch (error) {
    await listener.stop();
    await control?.stop();
    await database?.close();
    throw error;
  }
}

/** The service runs without its socket too. */
async function openControl(
  directory: string,
  {
    database,
    log,
    ...options
  }: { database: SqliteDatabase; secrets: readonly Uint8Array[]; publicUrl: string; log: Log },
): Promise<ControlSocket | null> {
  const commands = operatorCommands(database, options);
  try {
    return await serveControl(directory, commands, (error) => log("error", "a command failed", { error }));
  } catch (error) {
    log("warn", "commands can't reach this service: opening its socket failed", { error });
    return null;
  }
}
