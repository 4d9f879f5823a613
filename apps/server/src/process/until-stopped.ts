import type { Log } from "../operations/log.js";

/** How long a stop may take. Whoever started us will not wait much longer than that either. */
const STOP_MS = 10_000;

/** Where signals come from: `process`. */
export interface SignalSource {
  on(signal: "SIGTERM" | "SIGINT", listener: (signal: string) => void): unknown;
  off(signal: "SIGTERM" | "SIGINT", listener: (signal: string) => void): unknown;
}

/**
 * Waits for SIGTERM or SIGINT, and stops; a second signal, or a stop that takes more than 10 seconds, cuts it short.
 *
 * @returns the exit code: 0 where the stop came to its end, else 1
 */
export async function untilStopped(
  stop: () => Promise<void>,
  log: Log,
  signals: SignalSource = process,
): Promise<0 | 1> {
  log("info", "stopping", { signal: await nextSignal(signals) });
  const stopped = await Promise.race([
    stop().then(
      () => true,
      (error: unknown) => {
        log("error", "stopping failed", { error });
        return false;
      },
    ),
    nextSignal(signals).then(() => false),
    new Promise<false>((resolve) => setTimeout(() => resolve(false), STOP_MS).unref()),
  ]);
  log(stopped ? "info" : "error", stopped ? "stopped" : "stop was cut short");
  return stopped ? 0 : 1;
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
