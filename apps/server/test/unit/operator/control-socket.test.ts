import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { callService } from "../../../src/operator/call-service.js";
import { type ControlSocket, serveControl } from "../../../src/operator/control-socket.js";
import type { ControlCommands } from "../../../src/operator/protocol.js";

const UNKNOWN = {
  ok: false,
  message: "the running service is of another version and does not know this command",
};

function openGate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

describe("the control socket of a data directory", () => {
  let directory: string;
  const sockets: ControlSocket[] = [];
  const errors: unknown[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "curfew-control-"));
    errors.length = 0;
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) await socket.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const echo: ControlCommands = { echo: async (args) => ({ ok: true, text: args.join(" ") }) };
  async function serve(commands: ControlCommands = echo, at = directory): Promise<ControlSocket> {
    const socket = await serveControl(at, commands, (error) => errors.push(error));
    sockets.push(socket);
    return socket;
  }
  const call = (command: string, ...args: string[]) => callService(directory, { command, args });

  /** Sends a text, and resolves to all that comes back until the other side closes. */
  const sendText = (text: string): Promise<string> =>
    new Promise((resolve) => {
      let received = "";
      const socket = connect(join(directory, "curfew.sock"), () => socket.write(text));
      socket.setEncoding("utf8").on("data", (chunk) => {
        received += chunk;
      });
      socket.on("error", () => undefined).once("close", () => resolve(received));
    });

  it("answers commands with their arguments, each on a connection of its own", async () => {
    await serve();
    const answers = await Promise.all([call("echo", "a", "b c"), call("echo", 'ä\n"'), call("echo")]);
    expect(answers).toEqual(["a b c", 'ä\n"', ""].map((text) => ({ ok: true, text })));
  });

  it("is read and written by its own user alone, even where the directory and the umask are open to all", async () => {
    await chmod(directory, 0o777);
    const umask = process.umask(0);
    try {
      await serve();
      expect(process.umask()).toBe(0);
    } finally {
      process.umask(umask);
    }
    expect((await stat(join(directory, "curfew.sock"))).mode & 0o777).toBe(0o600);
  });

  it("is not there before and after: no service answers", async () => {
    expect(await call("echo")).toBeNull();
    const socket = await serve();
    await socket.stop();
    expect(await call("echo")).toBeNull();
    expect(await readdir(directory)).toEqual([]);
  });

  it("takes the place of what a crash left", async () => {
    await writeFile(join(directory, "curfew.sock"), "");
    expect(await call("echo")).toBeNull();
    await serve();
    expect(await call("echo", "x")).toEqual({ ok: true, text: "x" });
  });

  it("tells a failed command from its refusal, and keeps the reason to its own log", async () => {
    await serve({
      fail: () => Promise.reject(new Error("a password in a message")),
      refuse: async () => ({ ok: false, message: "there is nothing to do" }),
    });
    expect(await call("fail")).toEqual({
      ok: false,
      message: "the running service failed; its log says why",
    });
    expect(errors).toMatchObject([{ message: "a password in a message" }]);
    expect(await call("refuse")).toEqual({ ok: false, message: "there is nothing to do" });
  });

  it.each(["dance", "constructor", "__proto__", ""])("does not know the command %j", async (command) => {
    await serve();
    expect(await call(command)).toEqual(UNKNOWN);
  });

  it.each(["x\n", "null\n", "[]\n", '{"command":"echo"}\n', '{"command":"echo","args":[1]}\n', "\n"])(
    "answers a line that is no request, and goes on: %j",
    async (line) => {
      await serve();
      expect(JSON.parse(await sendText(line))).toEqual(UNKNOWN);
      expect(await call("echo", "x")).toEqual({ ok: true, text: "x" });
    },
  );

  it("drops a client that sends more than a request", async () => {
    await serve();
    expect(await sendText("x".repeat(100_000))).toBe("");
    expect(await call("echo", "x")).toEqual({ ok: true, text: "x" });
  });

  it("says so if the service stops before it answers", async () => {
    const socket = await serve({
      stop: async () => {
        void socket.stop();
        return { ok: true, text: "too late" };
      },
    });
    expect(await call("stop")).toEqual({
      ok: false,
      message: "the running service stopped before it answered",
    });
  });

  it.each(["the client goes away", "the service stops"])(
    "cancels a command once %s, and waits for its end",
    async (when) => {
      const done: string[] = [];
      const [begun, cancelled] = [openGate(), openGate()];
      const socket = await serve({
        wait: async (_, signal) => {
          begun.open();
          if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
          await new Promise((resolve) => setImmediate(resolve));
          done.push("cancelled");
          cancelled.open();
          throw new Error("cancelled");
        },
      });
      const client = connect(join(directory, "curfew.sock"), () =>
        client.write('{"command":"wait","args":[]}\n'),
      );
      client.on("error", () => undefined);
      await begun.passed;
      if (when === "the client goes away") {
        client.destroy();
        await cancelled.passed;
      }
      await socket.stop();
      client.destroy();
      expect({ done, errors }).toEqual({ done: ["cancelled"], errors: [] });
    },
  );

  it("is refused in a directory whose path is too long for a socket, and none is looked for there", async () => {
    const deep = join(directory, "d".repeat(120));
    await mkdir(deep);
    await expect(serve(echo, deep)).rejects.toThrow("too long");
    expect(await callService(deep, { command: "echo", args: [] })).toBeNull();
  });
});
