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

/** How long `/readyz` answers 503 before the listener closes, so that load balancers can look elsewhere first. */
const ANNOUNCEMENT_MS = 500;

const announcement = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ANNOUNCEMENT_MS));

/**
 * Runs the service until SIGTERM or SIGINT.
 *
 * @param onReady called with the public URL once requests are answered
 * @param options.signals `process` unless given
 * @param options.announced resolves when the listener may close; half a second after the signal unless given
 * @returns the exit code
 */
export async function runService(
  settings: Settings,
  { listener, database, secrets, webApp, control }: ServiceResources,
  log: Log,
  onReady: (publicUrl: string) => void,
  {
    signals = process,
    announced = announcement,
  }: { signals?: SignalSource; announced?: () => Promise<void> } = {},
): Promise<0 | 1> {
  const crash = (error: unknown): never => {
    log("fatal", "crashed", { error });
    listener.cut();
    process.exit(1);
  };
  process.on("uncaughtException", crash);
  const publicUrl = settings.publicUrl ?? `http://localhost:${listener.port}`;
  const service = assemble({ settings, database, secrets, publicUrl, log, webApp });
  const stop = async (): Promise<void> => {
    await listener.stop(service.leave, (answers) =>
      log("error", "answers were cut, since their clients did not finish in time", { answers }),
    );
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
  const exitCode = await stopAtSignal(
    async () => {
      service.announceStop();
      await announced();
      await stop();
    },
    log,
    signals,
  );
  process.off("uncaughtException", crash);
  if (exitCode !== 0) listener.cut();
  return exitCode;
}

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
  signals: SignalSource,
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
