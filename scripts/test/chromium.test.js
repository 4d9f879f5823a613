import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { findChromium, systemChromium } from "../browser/chromium.js";

const root = mkdtempSync(join(tmpdir(), "curfew-chromium-"));

/**
 * @param {string} directory
 * @param {string} name
 */
function install(directory, name) {
  mkdirSync(join(root, directory), { recursive: true });
  writeFileSync(join(root, directory, name), "");
  return join(root, directory, name);
}

afterEach(() => vi.unstubAllEnvs());

test("a Chromium on the search path is preferred to a Chrome that stands before it", () => {
  install("first", "google-chrome");
  const chromium = install("second", "chromium");
  expect(systemChromium([join(root, "first"), join(root, "second")].join(delimiter))).toBe(chromium);
});

test("a search path with neither has none", () => {
  install("empty", "firefox");
  expect(systemChromium(["", join(root, "empty"), join(root, "missing")].join(delimiter))).toBeNull();
});

test("the browser that CHROMIUM_PATH names is taken before all others, and calls nobody", async () => {
  const named = install("named", "my-browser");
  vi.stubEnv("CHROMIUM_PATH", named);
  const { executablePath, args } = await findChromium();
  expect(executablePath).toBe(named);
  expect(args).toContain("--disable-background-networking");
});

test.runIf(process.platform === "linux" && process.arch === "x64")(
  "the browser that npm brings is taken before those that are installed, with what it needs to run",
  async () => {
    const installed = install("installed", "chromium");
    vi.stubEnv("CHROMIUM_PATH", "");
    vi.stubEnv("PATH", join(root, "installed"));
    const { executablePath, env } = await findChromium();
    expect(executablePath).not.toBe(installed);
    expect(executablePath).toContain("node_modules");
    expect(env?.["LD_LIBRARY_PATH"]).toBeTruthy();
  },
);

test("a CHROMIUM_PATH that names no file is said, not passed over", async () => {
  vi.stubEnv("CHROMIUM_PATH", join(root, "gone"));
  await expect(findChromium()).rejects.toThrow(`CHROMIUM_PATH: there is no ${join(root, "gone")}`);
});
