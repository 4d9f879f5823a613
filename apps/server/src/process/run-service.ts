import type { SqlDatabase } from "@curfew/sql";
import type { Log } from "../operations/log.js";
import type { ControlSocket } from "../operator/control-socket.js";
import type { WebApp } from "../pages/web-app.js";
import type { Settings } from "../settings/model.js";
import { assemble } from "./assemble.js";
import type { Listener } from "./listen.js";
import { StartFailure } from "./start-failure.js";

/** What the process opened for the service. The service closes the listener, the socket and the database when it stops. */
export interface ServiceResources {
  readonly listener: Listener;
  readonly database: SqlDatabase;
  readonly secrets: readonly Uint8Array[];
  readonly webApp: WebApp;
  readonly control?: ControlSocket | null;
}

/**
 * Runs the service until SIGTERM or SIGINT.
 *
 * @param onReady called with the public URL once requests are answered
 * @returns the exit code
 */
export async function runService(
  settings: Settings,
  { listener, database, secrets, webApp, control }: ServiceResources,
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
    // After the listener has closed, so that the clients' new streams go to another replica.
    service.leave();
    await drained;
    service.close();
    // While the database is locked, no other service can have opened the socket.
    await control?.stop();
    await database.close();
  };
  try {
    await service.ready();
  } catch (error) {
    await stop();
    throw new StartFailure("the database does not respond", 1, error);
  }
  listener.answerWith(service.fetch);
  for (const setting of settings.unknownNames) log("warn", "unknown setting", { setting });
  log("info", "ready", { port: listener.port });
  onReady(publicUrl);
  return await stopAtSignal(async () => {
    service.announceStop();
    await new Promise((resolve) => setTimeout(resolve, ANNOUNCEMENT_MS));
    await stop();
  }, log);
}

/** How long `/readyz` answers 503 before the listener closes, so that load balancers can look elsewhere first. */
const ANNOUNCEMENT_MS = 500;

/** The time limit of a stop. Orchestrators commonly wait little longer. */
const STOP_TIMEOUT_MS = 10_000;

/** The source of signals: `process`. */
export interface SignalSource {
  on(signal: "SIGTERM" | "SIGINT", listener: (signal: string) => void): unknown;
  off(signal: "SIGTERM" | "SIGINT", listener: (signal: string) => void): unknown;
}

/**
 * Waits for SIGTERM or SIGINT, then stops. A second signal or the time limit of 10 seconds cuts the stop short.
 *
 * @returns the exit code: 0 if the stop completed, else 1
 */
export async function stopAtSignal(
  stop: () => Promise<void>,
  log: Log,
  signals: SignalSource = process,
): Promise<0 | 1> {
  log("info", "stopping", { signal: await nextSignal(signals) });
  const hasStopped = await Promise.race([
    stop().then(
      () => true,
      (error: unknown) => {
        log("error", "stopping failed", { error });
        return false;
      },
    ),
    nextSignal(signals).then(() => false),
    new Promise<false>((resolve) => setTimeout(() => resolve(false), STOP_TIMEOUT_MS).unref()),
  ]);
  log(hasStopped ? "info" : "error", hasStopped ? "stopped" : "stop was cut short");
  return hasStopped ? 0 : 1;
}

function nextSignal(signals: SignalSource): Promise<string> {
  return new Promise((resolve) => {
    const listener = (signal: string): void => {
      signals.off("SIGTERM", listener);
      signals.off("SIGINT", listener);
      resolve(signal);
    };
    signals.on("SIGTERM", listener);
    signals.on("SIGINT", listener);
  });
}
