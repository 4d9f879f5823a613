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

test("Chromium on the search path is preferred to Chrome, even in a later directory", () => {
  install("first", "google-chrome");
  const chromium = install("second", "chromium");
  expect(systemChromium([join(root, "first"), join(root, "second")].join(delimiter))).toBe(chromium);
});

test("a search path without either gives null", () => {
  install("empty", "firefox");
  expect(systemChromium(["", join(root, "empty"), join(root, "missing")].join(delimiter))).toBeNull();
});

test("CHROMIUM_PATH takes precedence, and background networking is disabled", async () => {
  const configured = install("configured", "my-browser");
  vi.stubEnv("CHROMIUM_PATH", configured);
  const { executablePath, args } = await findChromium();
  expect(executablePath).toBe(configured);
  expect(args).toContain("--disable-background-networking");
});

test.runIf(process.platform === "linux" && process.arch === "x64")(
  "the npm package's browser takes precedence over installed ones, with its library path",
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

test("a CHROMIUM_PATH without a file is an error", async () => {
  vi.stubEnv("CHROMIUM_PATH", join(root, "gone"));
  await expect(findChromium()).rejects.toThrow(`CHROMIUM_PATH: no such file: ${join(root, "gone")}`);
});
