import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  CommandMessage,
  CommandName,
  Commands,
  ReplyMessage,
} from "../../../../server/test/movable/commands.js";

const PROGRAM = fileURLToPath(
  new URL("../../../../server/.movable/server/movable-service.js", import.meta.url),
);

/** A running service whose time and troubles are in the test's hands. */
export interface MovableService {
  readonly url: string;
  /** Jumps ahead, and resolves once the service has ended what expired meanwhile. */
  advance(ms: number): Promise<void>;
  /** Its time, in milliseconds since the Unix epoch. */
  now(): Promise<number>;
  outage(on: boolean): Promise<void>;
  stall(on: boolean): Promise<void>;
  cutStreams(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a service on a free port with a data directory of its own, and waits until it is ready.
 *
 * @param settings beside the usual ones, by the names of its environment
 */
export async function startService(settings: Readonly<Record<string, string>> = {}): Promise<MovableService> {
  const directory = await mkdtemp(join(tmpdir(), "curfew-browser-"));
  const child = fork(PROGRAM, [], {
    env: {
      PATH: process.env["PATH"] ?? "",
      PORT: "0",
      CURFEW_DATA_DIR: directory,
      CURFEW_RATE_LIMIT: "off",
      CURFEW_LOG_LEVEL: "error",
      ...settings,
    },
    execArgv: [],
  });
  const orders = createOrders(child);
  const port = await orders.ready;
  return {
    url: `http://localhost:${port}`,
    advance: async (ms) => void (await orders.give("advance", ms)),
    now: () => orders.give("now", null),
    outage: async (on) => void (await orders.give("outage", on)),
    stall: async (on) => void (await orders.give("stall", on)),
    cutStreams: async () => void (await orders.give("cut", null)),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Numbers what is asked, and brings each answer to its question. */
function createOrders(child: ChildProcess) {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const wait = <T>(id: number) =>
    new Promise<T>((resolve, reject) =>
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject }),
    );
  let last = 0;
  child.on("message", ({ id, value, error }: ReplyMessage) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(error));
  });
  child.once("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the service ended with ${code}`));
  });
  return {
    ready: wait<number>(0),
    give<Name extends CommandName>(
      name: Name,
      argument: Commands[Name]["argument"],
    ): Promise<Commands[Name]["reply"]> {
      last += 1;
      const answer = wait<Commands[Name]["reply"]>(last);
      child.send({ id: last, name, argument } satisfies CommandMessage);
      return answer;
    },
  };
}
