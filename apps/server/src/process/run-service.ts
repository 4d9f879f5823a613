import type { SqlDatabase } from "@curfew/sql";
import type { Log } from "../operations/log.js";
import type { WebApp } from "../pages/web-app/web-file.js";
import type { Settings } from "../settings/model.js";
import { assemble } from "./assemble.js";
import type { Listener } from "./listen.js";
import { StartFailure } from "./start-failure.js";
import { untilStopped } from "./until-stopped.js";

/** What a service runs on: it closes listener and database when it stops. */
export interface Ground {
  readonly listener: Listener;
  readonly database: SqlDatabase;
  readonly secrets: readonly Uint8Array[];
  readonly webApp: WebApp;
}

/**
 * Runs the service until it is told to stop.
 *
 * @param onReady told the public URL once requests are answered
 * @returns the exit code
 */
export async function runService(
  settings: Settings,
  { listener, database, secrets, webApp }: Ground,
  log: Log,
  onReady: (publicUrl: string) => void,
): Promise<0 | 1> {
  process.on("uncaughtException", (error) => {
    log("fatal", "crashed", { error });
    process.exit(1);
  });
  const publicUrl = settings.publicUrl ?? `http://localhost:${listener.port}`;
  const service = assemble({ settings, database, secrets, publicUrl, log, webApp });
  const stop = async (): Promise<void> => {
    const drained = listener.stop();
    service.leave();
    await drained;
    service.close();
    await database.close();
  };
  try {
    await service.ready();
  } catch (error) {
    await stop();
    throw new StartFailure("the database does not answer", 1, error);
  }
  listener.answerWith(service.fetch);
  for (const setting of settings.unknownNames) log("warn", "setting is unknown", { setting });
  log("info", "ready", { port: listener.port });
  onReady(publicUrl);
  return await untilStopped(stop, log);
}
