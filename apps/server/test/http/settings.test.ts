import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { decodeToken, isSignedBy, publishedKeys } from "../harness/access-token.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { newDataDir, type Service, startService, useOwnService } from "../harness/service.js";
import { type Settings, spawnService } from "../harness/service-process.js";
import { newOwner } from "../harness/users.js";

const started: Service[] = [];
const directories: string[] = [];

const createDirectory = async (): Promise<string> => {
  const path = await newDataDir();
  directories.push(path);
  return path;
};

const start = async (settings: Settings, dataDir: string): Promise<Service> => {
  const service = await startService(settings, dataDir);
  started.push(service);
  return service;
};

afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.kill()));
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** Starts a service with invalid settings, and returns its exit code and error output. */
async function startWithError(
  settings: Settings,
  dataDir?: string,
): Promise<{ code: number | null; lines: string[] }> {
  const serviceProcess = spawnService({
    CURFEW_DATA_DIR: dataDir ?? (await createDirectory()),
    PORT: String(await freePort()),
    ...settings,
  });
  const killTimer = setTimeout(() => serviceProcess.child.kill("SIGKILL"), 15_000);
  const code = await serviceProcess.ended;
  clearTimeout(killTimer);
  return { code, lines: serviceProcess.stderr().trim().split("\n") };
}

const SECRET = randomBytes(32).toString("base64");

test("an invalid setting makes the start fail with exit code 2 and one line that names it, without a secret's text", async () => {
  const invalid = `${SECRET},${SECRET.slice(1)}`;
  const { code, lines } = await startWithError({ CURFEW_SECRET: invalid });
  expect({ code, lines }).toEqual({ code: 2, lines: [expect.stringContaining("CURFEW_SECRET")] });
  expect(lines[0]).not.toMatch(/\bat .*:\d+:\d+/);
  expect(lines[0]).not.toContain(SECRET.slice(1));
});

describe("any other failed start prints one line, with exit code 1", () => {
  const service = useOwnService();

  test("a data directory in use, whose service keeps running", async () => {
    const { code, lines } = await startWithError({}, service().dataDir);
    expect({ code, count: lines.length }).toEqual({ code: 1, count: 1 });
    await newOwner(service());
  });

  test("a port in use", async () => {
    const { port } = service();
    const { code, lines } = await startWithError({ PORT: String(port) });
    expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringContaining(String(port))] });
  });

  test("a file that is not a database", async () => {
    const dataDir = await createDirectory();
    writeFileSync(join(dataDir, "curfew.db"), "this is no database\n".repeat(500));
    const { code, lines } = await startWithError({}, dataDir);
    expect({ code, count: lines.length }).toEqual({ code: 1, count: 1 });
  });

  test("a data directory that is a file", async () => {
    const path = join(await createDirectory(), "file");
    writeFileSync(path, "");
    const { code, lines } = await startWithError({}, path);
    expect({ code, count: lines.length }).toEqual({ code: 1, count: 1 });
  });
});

describe("the secret file", () => {
  test("that others could read has mode 0600 after the start, which warns of it; one of zeros stops it with exit code 2", async () => {
    const dataDir = await createDirectory();
    const path = join(dataDir, "secret");
    writeFileSync(path, `${SECRET}\n`);
    chmodSync(path, 0o644);
    const service = await start({}, dataDir);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(service.output()).toContain("others could read the secret file: its mode is 0600 now");
    await service.stop();
    writeFileSync(path, `${Buffer.alloc(32).toString("base64")}\n`);
    const { code, lines } = await startWithError({}, dataDir);
    expect({ code, lines }).toEqual({ code: 2, lines: [expect.stringContaining("must not be all zeros")] });
  });
});

describe("CURFEW_SECRET", () => {
  test("a rotation (old,new → new,old → new) keeps sessions, and afterwards tokens of the old secret are refused", async () => {
    const dataDir = await createDirectory();
    const port = String(await freePort());
    const newSecret = randomBytes(48).toString("base64");
    const step = async (secret: string): Promise<Service> => {
      await Promise.all(started.splice(0).map((service) => service.stop()));
      return start({ CURFEW_SECRET: secret, PORT: port }, dataDir);
    };

    const first = await step(SECRET);
    const owner = await newOwner(first, { transport: "body" });
    const untouched = await newOwner(first, { transport: "body" });
    const [oldKey] = await publishedKeys(first);

    const second = await step(`${SECRET},${newSecret}`);
    expect(await publishedKeys(second)).toHaveLength(2);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
    expect(decodeToken(owner.signedIn.access_token).header["kid"]).toBe(oldKey?.kid);

    const third = await step(`${newSecret},${SECRET}`);
    const keys = await publishedKeys(third);
    expect(keys.map(({ kid }) => kid)).toContain(oldKey?.kid);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
    expect(decodeToken(owner.signedIn.access_token).header["kid"]).not.toBe(oldKey?.kid);
    expect(isSignedBy(keys, owner.signedIn.access_token)).toBe(true);

    const fourth = await step(newSecret);
    expect((await publishedKeys(fourth)).map(({ kid }) => kid)).not.toContain(oldKey?.kid);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
    expectProblem(await untouched.get("/api/auth/session"), 401, "unauthenticated");
    expectProblem(await untouched.refresh(), 401, "unauthenticated");
    expectStatus(await untouched.login(), 200);
  });
});

describe("after a restart without CURFEW_SECRET", () => {
  test("an ended session keeps its reason, a live one stays live, and the policy and the secret are unchanged", async () => {
    const dataDir = await createDirectory();
    const settings = { PORT: String(await freePort()), CURFEW_LOG_LEVEL: "trace" };
    const first = await start(settings, dataDir);
    const owner = await newOwner(first);
    const revokedOwner = await newOwner(first, { transport: "body" });
    expectStatus(await owner.patch("/api/accounts/me/security", { idle_minutes: 20 }), 200);
    expectStatus(await revokedOwner.post("/api/accounts/me/security/revoke-sessions"), 200);
    const problem = expectProblem(await revokedOwner.refresh(), 401, "session_revoked");
    const path = join(dataDir, "secret");
    const secret = readFileSync(path, "utf8").trim();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await first.stop();

    const second = await start(settings, dataDir);
    expect(readFileSync(path, "utf8").trim()).toBe(secret);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
    expect((await owner.get("/api/accounts/me/security")).text).toContain('"idle_minutes":20');
    expectProblem(await revokedOwner.get("/api/auth/session"), 401, "session_revoked");
    expect(expectProblem(await revokedOwner.refresh(), 401, "session_revoked")).toMatchObject({
      ended_at: problem.ended_at,
      reason: "revoked_by_owner",
    });
    expect(first.output() + second.output()).not.toContain(secret);
  });
});
