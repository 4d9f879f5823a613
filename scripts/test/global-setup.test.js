import { afterEach, expect, test, vi } from "vitest";
import { setup } from "../postgres/global-setup.js";
import { hasPostgres } from "../postgres/server.js";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** The parts of a Vitest project that the setup uses. */
function createProject() {
  /** @type {Record<string, unknown>} */
  const provided = {};
  const config = { testNamePattern: /** @type {RegExp | undefined} */ (undefined) };
  const provide = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    provided[name] = value;
  };
  const project = /** @type {import("vitest/node").TestProject} */ (
    /** @type {unknown} */ ({ config, provide })
  );
  return { project, config, provided };
}

test("hasPostgres is true for this machine and false for platforms without a binary", () => {
  expect(hasPostgres()).toBe(true);
  expect(hasPostgres({ platform: process.platform, arch: "mips" })).toBe(false);
  expect(hasPostgres({ platform: "sunos", arch: process.arch })).toBe(false);
});

test("DATABASE_URL_TEST is provided to the tests", async () => {
  vi.stubEnv("DATABASE_URL_TEST", "postgres://named.example/curfew");
  const { project, config, provided } = createProject();
  expect(await setup(project)).toBeUndefined();
  expect(provided).toEqual({ postgresUrl: "postgres://named.example/curfew" });
  expect(config.testNamePattern).toBeUndefined();
});

test("without a server the name pattern matches no test, so that all are skipped, which fails a run in CI", async () => {
  vi.stubEnv("DATABASE_URL_TEST", "");
  vi.stubGlobal("process", { ...process, env: process.env, platform: "sunos", arch: "mips" });
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { project, config } = createProject();
  expect(await setup(project)).toBeUndefined();
  for (const name of ["", "a name", "a name\nof two lines"])
    expect(config.testNamePattern?.test(name)).toBe(false);
  expect(console.warn).toHaveBeenCalledWith(expect.stringContaining("sunos on mips"));
});
