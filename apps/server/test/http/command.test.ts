import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, rmSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { EventStream } from "../harness/event-stream.js";
import { send } from "../harness/send.js";
import { newDataDir, type Service, startService } from "../harness/service.js";
import { until } from "../harness/until.js";
import { newOwner } from "../harness/users.js";

const COMMAND = fileURLToPath(new URL("../../bin/curfew.js", import.meta.url));

const children: ChildProcess[] = [];
const directories: string[] = [];
const services: Service[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await Promise.all(services.splice(0).map((service) => service.kill()));
  for (const createDirectory of directories.splice(0))
    rmSync(createDirectory, { recursive: true, force: true });
});

async function createDirectory(): Promise<string> {
  const path = await newDataDir();
  directories.push(path);
  return path;
}

async function start(settings: Record<string, string> = {}): Promise<Service> {
  const service = await startService(settings, await createDirectory());
  services.push(service);
  return service;
}

/** Runs a command with these settings and none from the test run's own environment. */
function run(args: readonly string[], settings: Record<string, string> = {}) {
  const { PATH = "", HOME = "", TMPDIR } = process.env;
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      output[stream] += text;
    });
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, output, ended };
}

async function outcomeOf(args: readonly string[], settings?: Record<string, string>) {
  const { output, ended } = run(args, settings);
  return { code: await ended, ...output };
}

describe("the command line", () => {
  test("--help prints the usage, with exit code 0", async () => {
    const { code, stdout, stderr } = await outcomeOf(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: curfew <command>\n/);
  });

  test("an unknown command is refused with one line and exit code 2", async () => {
    const { code, stdout, stderr } = await outcomeOf(["dance"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^curfew: [^\n]+\n$/);
  });

  test("migrate creates the database with exit code 0, serve uses it, and then migrate refuses it in one line", async () => {
    const dataDir = await createDirectory();
    const { code, stderr } = await outcomeOf(["migrate"], { CURFEW_DATA_DIR: dataDir });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readdirSync(dataDir)).toEqual(["curfew.db"]);
    const service = await startService({}, dataDir);
    services.push(service);
    await newOwner(service);
    const refused = await outcomeOf(["migrate"], { CURFEW_DATA_DIR: dataDir });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^curfew: [^\n]*in use[^\n]*\n$/);
  });
});

describe("setup-token", () => {
  test("prints what the log shows, beside the running service, until there is an account", async () => {
    const service = await start({ CURFEW_REGISTRATION: "closed" });
    const [, setupToken = ""] = /"setupToken":"(\w+)"/.exec(service.output()) ?? [];
    const environment = { CURFEW_DATA_DIR: service.dataDir };
    expect(statSync(join(service.dataDir, "curfew.sock")).mode & 0o777).toBe(0o600);
    expect(await outcomeOf(["setup-token"], environment)).toEqual({
      code: 0,
      stdout: `${setupToken}\n`,
      stderr: "",
    });
    await newOwner(service, { setupToken });
    const { code, stdout, stderr } = await outcomeOf(["setup-token"], environment);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^curfew: there is an account already[^\n]*\n$/);
  });

  test("prints the same before the service starts, after it was killed and after it stopped", async () => {
    const dataDir = await createDirectory();
    const print = async () => (await outcomeOf(["setup-token"], { CURFEW_DATA_DIR: dataDir })).stdout;
    const before = await print();
    const killed = await startService({ CURFEW_REGISTRATION: "closed" }, dataDir);
    services.push(killed);
    expect(killed.output()).toContain(`"setupToken":"${before.trim()}"`);
    await killed.kill();
    expect(readdirSync(dataDir)).toContain("curfew.sock");
    expect(await print()).toBe(before);
    const again = await startService({}, dataDir);
    services.push(again);
    expect(await print()).toBe(before);
    expect(again.output()).not.toContain("setupToken");
    await again.stop();
    expect(readdirSync(dataDir)).not.toContain("curfew.sock");
    expect(await print()).toBe(before);
  });
});

describe("serve", () => {
  test("prints one line with its address once it is ready, which its OpenAPI document names, and logs JSON to stderr", async () => {
    const settings = {
      CURFEW_DATA_DIR: await createDirectory(),
      PORT: "0",
      CURFEW_IDLE: "5",
      CURFEW_SESSIONS: "1",
    };
    const { output, child, ended } = run(["serve"], settings);
    await until("the line", () => output.stdout.includes("\n"));
    const port = /is ready: http:\/\/localhost:(\d+)\n$/.exec(output.stdout)?.[1];
    expect(output.stdout.match(/\n/g)).toHaveLength(1);
    const to = { host: "127.0.0.1", port: Number(port) };
    expect((await send(to, { path: "/readyz" })).status).toBe(200);
    const document = (await send(to, { path: "/openapi.json" })).json<{ servers: unknown }>();
    expect(document.servers).toEqual([{ url: `http://localhost:${port}` }]);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    const lines = output.stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ level, msg, setting, signal }) => [level, msg, setting ?? signal])).toEqual([
      ["warn", "unknown setting", "CURFEW_IDLE"],
      ["warn", "unknown setting", "CURFEW_SESSIONS"],
      ["info", "ready", undefined],
      ["info", "stopping", "SIGINT"],
      ["info", "stopped", undefined],
    ]);
  });
});

describe("a signal", () => {
  test("closes event streams, none of which it cuts, and ends the process", async () => {
    const service = await start();
    const owner = await newOwner(service);
    const streams = await Promise.all([EventStream.open(owner), EventStream.open(owner)]);
    await Promise.all(streams.map((stream) => stream.next("session.state")));
    await service.stop();
    await Promise.all(streams.map((stream) => stream.untilClosed()));
    expect(service.output()).toContain('"msg":"stopped"');
    expect(
      streams.map(({ response, events }) => [response.complete, events.map(({ type }) => type)]),
    ).toEqual([
      [true, ["session.state"]],
      [true, ["session.state"]],
    ]);
  });

  test("completes pending requests and refuses new connections", async () => {
    const port = await freePort();
    const serviceProcess = run(["serve"], { CURFEW_DATA_DIR: await createDirectory(), PORT: String(port) });
    await until("the line", () => serviceProcess.output.stdout.includes("\n"));
    const to = { host: "127.0.0.1", port };
    const body = JSON.stringify({
      account_name: "Acme",
      name: "Ada",
      email: "ada@acme.example",
      password: "correct horse battery",
    });
    const headers = { "content-type": "application/json", "content-length": body.length };
    const slow = request({ ...to, method: "POST", path: "/api/auth/register", headers, agent: false });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      slow.once("response", (response) => resolve(response.resume().statusCode));
      slow.once("error", reject);
    });
    slow.write(body.slice(0, 20));
    // Once this later connection has its response, the service has read the bytes of the first.
    await send(to, { path: "/healthz" });
    serviceProcess.child.kill("SIGTERM");
    await until("new connections to be refused", async () => {
      const refusal = await new Promise<string | undefined>((resolve) => {
        const probe = request({ ...to, path: "/healthz", agent: false });
        probe.once("response", (response) => resolve(response.resume() && undefined));
        probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
        probe.end();
      });
      return refusal === "ECONNREFUSED";
    });
    expect(serviceProcess.child.exitCode).toBeNull();
    slow.end(body.slice(20));
    expect(await answered).toBe(201);
    expect(await serviceProcess.ended).toBe(0);
  });

  test("a demo that is stopped while it starts deletes its data", async () => {
    const temporary = await createDirectory();
    const { child, ended } = run(["demo"], { PORT: "0", TMPDIR: temporary });
    await until("its directory", () => readdirSync(temporary).length > 0, 30_000, 1);
    child.kill("SIGTERM");
    // 0 if the demo was ready before the signal arrived.
    expect(await ended).toBeOneOf([0, 1]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("a second signal aborts the shutdown with exit code 1", async () => {
    const port = await freePort();
    const serviceProcess = run(["serve"], { CURFEW_DATA_DIR: await createDirectory(), PORT: String(port) });
    await until("the line", () => serviceProcess.output.stdout.includes("\n"));
    const stuck = request({ host: "127.0.0.1", port, method: "POST", path: "/api/auth/login", agent: false });
    stuck.on("error", () => undefined);
    stuck.setHeader("content-type", "application/json").setHeader("content-length", 50);
    stuck.write("{");
    await send({ host: "127.0.0.1", port }, { path: "/healthz" });
    serviceProcess.child.kill("SIGTERM");
    await until("the stop to begin", () => serviceProcess.output.stderr.includes('"msg":"stopping"'));
    serviceProcess.child.kill("SIGTERM");
    expect(await serviceProcess.ended).toBe(1);
    expect(serviceProcess.output.stderr).toContain('"msg":"stop was cut short"');
  });
});

describe("demo", () => {
  test("prints credentials that work, and deletes its data at the end", async () => {
    const temporary = await createDirectory();
    const { child, output, ended } = run(["demo"], { PORT: "0", TMPDIR: temporary });
    await until("the demo to be ready", () => output.stdout.includes("It is ready"), 30_000);
    const { host, port } = { host: "127.0.0.1", port: Number(/localhost:(\d+)/.exec(output.stdout)?.[1]) };
    const password = /password (\S+) as/.exec(output.stdout)?.[1];
    const people = [...output.stdout.matchAll(/^ {2}(\S+@\S+) \(.+, (owner|member)\)$/gm)];
    const roles = [];
    for (const [, email] of people) {
      const json = { email, password, transport: "body" };
      const response = await send({ host, port }, { method: "POST", path: "/api/auth/login", json });
      roles.push(response.json<{ user: { role: string } }>().user.role);
    }
    expect(roles).toEqual(["owner", "member"]);
    expect(readdirSync(temporary)).toEqual([expect.stringMatching(/^curfew-demo-/)]);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
