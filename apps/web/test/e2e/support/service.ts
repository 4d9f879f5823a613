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

const BUNDLED_SERVICE = fileURLToPath(
  new URL("../../../../server/.movable/server/movable-service.js", import.meta.url),
);

/** A running service whose clock and faults a test controls. */
export interface TestService {
  readonly url: string;
  /** Moves the clock ahead, and resolves once the service refuses sessions that have expired. */
  advance(ms: number): Promise<void>;
  /** The service's time, in milliseconds since the Unix epoch. */
  now(): Promise<number>;
  /** Makes the database unavailable, or available again. */
  setOutage(on: boolean): Promise<void>;
  /** Delays the API's responses until it is turned off. */
  setStalled(on: boolean): Promise<void>;
  cutStreams(): Promise<void>;
  /** The setup token; null once there is an account. */
  setupToken(): Promise<string | null>;
  stop(): Promise<void>;
}

/**
 * Starts a service on a free port with a new data directory, and waits until it is ready.
 *
 * @param settings environment variables that override the defaults
 */
export async function startService(settings: Readonly<Record<string, string>> = {}): Promise<TestService> {
  const directory = await mkdtemp(join(tmpdir(), "curfew-browser-"));
  const child = fork(BUNDLED_SERVICE, [], {
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
  const commands = createCommandChannel(child);
  const port = await commands.ready;
  return {
    url: `http://localhost:${port}`,
    advance: async (ms) => void (await commands.send("advance", ms)),
    now: () => commands.send("now", null),
    setOutage: async (on) => void (await commands.send("outage", on)),
    setStalled: async (on) => void (await commands.send("stall", on)),
    cutStreams: async () => void (await commands.send("cut", null)),
    setupToken: () => commands.send("setupToken", null),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Sends commands to the service, and matches the replies by id. */
function createCommandChannel(child: ChildProcess) {
  const unanswered = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const replyTo = <T>(id: number) =>
    new Promise<T>((resolve, reject) =>
      unanswered.set(id, { resolve: resolve as (value: unknown) => void, reject }),
    );
  let lastId = 0;
  child.on("message", ({ id, value, error }: ReplyMessage) => {
    const pending = unanswered.get(id);
    unanswered.delete(id);
    if (error === undefined) pending?.resolve(value);
    else pending?.reject(new Error(error));
  });
  child.once("exit", (code) => {
    for (const { reject } of unanswered.values()) reject(new Error(`the service ended with ${code}`));
  });
  return {
    ready: replyTo<number>(0),
    send<Name extends CommandName>(
      name: Name,
      argument: Commands[Name]["argument"],
    ): Promise<Commands[Name]["reply"]> {
      lastId += 1;
      const reply = replyTo<Commands[Name]["reply"]>(lastId);
      child.send({ id: lastId, name, argument } satisfies CommandMessage);
      return reply;
    },
  };
}
