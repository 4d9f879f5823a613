import type { ServiceProcess } from "./process.js";
import { send } from "./send.js";
import { until } from "./until.js";

/** Waits until a service that was started says that it is ready; throws what it said where it ends instead. */
export async function untilReady(own: ServiceProcess, at: { host: string; port: number }): Promise<void> {
  let exitCode: number | null | undefined;
  void own.ended.then((code) => {
    exitCode = code;
  });
  await until(
    "the service to be ready",
    async () => {
      if (exitCode !== undefined) throw new Error(`the service ended (${exitCode}): ${own.stderr()}`);
      const answer = await send(at, { path: "/readyz" }).catch(() => undefined);
      return answer?.status === 200;
    },
    20_000,
    50,
  );
}
