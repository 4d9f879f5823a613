import { randomBytes } from "node:crypto";
import { chmodSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../../../../scripts/network/free-port.js";
import { decodeToken, isSignedBy, publishedKeys } from "../harness/access-token.js";
import { expectProblem, expectStatus } from "../harness/expectations.js";
import { newDataDir, type Service, startService } from "../harness/service.js";
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
  await Promise.all(started.splice(0).map((service) => service.stop()));
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

describe("an invalid setting makes the start fail with exit code 2 and one line that names it", () => {
  const zeros = Buffer.alloc(32).toString("base64");
  const cases: [name: string, settings: Settings][] = [
    ["CURFEW_SECRET", { CURFEW_SECRET: zeros }],
    ["CURFEW_SECRET", { CURFEW_SECRET: `${SECRET},${zeros}` }],
    ["CURFEW_SECRET_FILE", { CURFEW_SECRET_FILE: "/nowhere/secret" }],
    ["CURFEW_COOKIE_NAME", { CURFEW_COOKIE_NAME: "__Host-x" }],
    ["CURFEW_COOKIE_SAMESITE", { CURFEW_COOKIE_SAMESITE: "none" }],
    ["CURFEW_HSTS_SUBDOMAINS", { CURFEW_HSTS_SUBDOMAINS: "yes" }],
    ["PORT", { PORT: "http" }],
    ["PORT", { PORT: "65536" }],
    ["CURFEW_SECRET", { CURFEW_SECRET: randomBytes(31).toString("base64") }],
    ["CURFEW_SECRET", { CURFEW_SECRET: "not base64 at all, and long enough for it!" }],
    ["CURFEW_SECRET", { CURFEW_SECRET: `${SECRET},` }],
    ["CURFEW_PUBLIC_URL", { CURFEW_PUBLIC_URL: "http://app.example.com" }],
    ["CURFEW_PUBLIC_URL", { CURFEW_PUBLIC_URL: "app.example.com" }],
    ["CURFEW_PUBLIC_URL", { CURFEW_PUBLIC_URL: "ftp://localhost" }],
    ["CURFEW_ALLOWED_ORIGINS", { CURFEW_ALLOWED_ORIGINS: "*" }],
    ["CURFEW_ALLOWED_ORIGINS", { CURFEW_ALLOWED_ORIGINS: "https://app.example.com/path" }],
    ["CURFEW_TRUSTED_PROXIES", { CURFEW_TRUSTED_PROXIES: "10.0.0.0/33" }],
    ["CURFEW_REGISTRATION", { CURFEW_REGISTRATION: "maybe" }],
    ["CURFEW_DEFAULT_IDLE_MINUTES", { CURFEW_DEFAULT_IDLE_MINUTES: "sixty" }],
    ["CURFEW_DEFAULT_IDLE_MINUTES", { CURFEW_DEFAULT_IDLE_MINUTES: "9" }],
    ["CURFEW_DEFAULT_IDLE_MINUTES", { CURFEW_DEFAULT_IDLE_MINUTES: "1500" }],
    ["CURFEW_DEFAULT_ABSOLUTE_MINUTES", { CURFEW_DEFAULT_ABSOLUTE_MINUTES: "200000" }],
    ["CURFEW_IDLE_MINUTES_M", { CURFEW_IDLE_MINUTES_MIN: "50000" }],
    ["CURFEW_ABSOLUTE_MINUTES_M", { CURFEW_ABSOLUTE_MINUTES_MIN: "200000" }],
    ["CURFEW_IDLE_MINUTES_MIN", { CURFEW_IDLE_MINUTES_MIN: "0" }],
    ["CURFEW_IDLE_MINUTES_MAX", { CURFEW_IDLE_MINUTES_MAX: "1.5" }],
    ["CURFEW_ACCESS_TOKEN_SECONDS", { CURFEW_ACCESS_TOKEN_SECONDS: "0" }],
    ["CURFEW_ACCESS_TOKEN_SECONDS", { CURFEW_ACCESS_TOKEN_SECONDS: "5m" }],
    ["CURFEW_ROTATION_GRACE_SECONDS", { CURFEW_ROTATION_GRACE_SECONDS: "61" }],
    ["CURFEW_ROTATION_GRACE_SECONDS", { CURFEW_ROTATION_GRACE_SECONDS: "-1" }],
    ["CURFEW_SHADOW_LIMIT", { CURFEW_SHADOW_LIMIT: "-1" }],
    ["CURFEW_RATE_LIMIT", { CURFEW_RATE_LIMIT: "sometimes" }],
    ["CURFEW_REAUTH_MINUTES", { CURFEW_REAUTH_MINUTES: "-1" }],
    ["CURFEW_SESSIONS_PER_USER", { CURFEW_SESSIONS_PER_USER: "0" }],
    ["CURFEW_AUDIT_DAYS", { CURFEW_AUDIT_DAYS: "NaN" }],
    ["CURFEW_LOG_LEVEL", { CURFEW_LOG_LEVEL: "loud" }],
  ];

  test.each(cases)("%s: %j", async (name, settings) => {
    const { code, lines } = await startWithError(settings);
    expect({ code, lines }).toEqual({ code: 2, lines: [expect.stringContaining(name)] });
    expect(lines[0]).not.toMatch(/\bat .*:\d+:\d+/);
    if (settings["CURFEW_SECRET"] !== undefined) expect(lines[0]).not.toContain(settings["CURFEW_SECRET"]);
  });
});

describe("any other failed start prints one line, with exit code 1", () => {
  test("a data directory in use, whose service keeps running", async () => {
    const dataDir = await createDirectory();
    const service = await start({}, dataDir);
    const { code, lines } = await startWithError({}, dataDir);
    expect({ code, count: lines.length }).toEqual({ code: 1, count: 1 });
    await newOwner(service);
  });

  test("a port in use", async () => {
    const service = await start({}, await createDirectory());
    const { code, lines } = await startWithError({ PORT: String(service.port) });
    expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringContaining(String(service.port))] });
  });

  test("a file that is not a database", async () => {
    const dataDir = await createDirectory();
    const service = await start({ CURFEW_SECRET: SECRET }, dataDir);
    await newOwner(service);
    await service.stop();
    for (const name of readdirSync(dataDir))
      writeFileSync(join(dataDir, name), "this is no database\n".repeat(500));
    const { code, lines } = await startWithError({ CURFEW_SECRET: SECRET }, dataDir);
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

  test("without the setting, a secret is created once in the data directory, with mode 0600", async () => {
    const dataDir = await createDirectory();
    const port = String(await freePort());
    const first = await start({ PORT: port }, dataDir);
    const owner = await newOwner(first);
    const modes = readdirSync(dataDir).map((name) => statSync(join(dataDir, name)).mode & 0o777);
    expect(modes).toContain(0o600);
    await first.stop();
    await start({ PORT: port }, dataDir);
    expectStatus(await owner.get("/api/auth/session"), 200);
    expectStatus(await owner.refresh(), 200);
  });

  test("with DATABASE_URL but without the setting, the start fails", async () => {
    const { code, lines } = await startWithError({ DATABASE_URL: "postgres://localhost:1/none" });
    expect({ code, lines }).toEqual({ code: 2, lines: [expect.stringContaining("CURFEW_SECRET")] });
  });
});

describe("after a restart", () => {
  test("an ended session keeps its reason, a live one stays live, and the policy is unchanged", async () => {
    const dataDir = await createDirectory();
    const settings = { CURFEW_SECRET: SECRET, PORT: String(await freePort()) };
    const first = await start(settings, dataDir);
    const owner = await newOwner(first);
    const revokedOwner = await newOwner(first, { transport: "body" });
    expectStatus(await owner.patch("/api/accounts/me/security", { idle_minutes: 20 }), 200);
    expectStatus(await revokedOwner.post("/api/accounts/me/security/revoke-sessions"), 200);
    const problem = expectProblem(await revokedOwner.refresh(), 401, "session_revoked");
    await first.stop();

    await start(settings, dataDir);
    expectStatus(await owner.refresh(), 200);
    expect((await owner.get("/api/accounts/me/security")).text).toContain('"idle_minutes":20');
    expectProblem(await revokedOwner.get("/api/auth/session"), 401, "session_revoked");
    expect(expectProblem(await revokedOwner.refresh(), 401, "session_revoked")).toMatchObject({
      ended_at: problem.ended_at,
      reason: "revoked_by_owner",
    });
  });
});
