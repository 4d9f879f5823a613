/** Selects the Chromium that the tests, the budgets and the screenshots run in. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { unpackChromium } from "./unpack-chromium.js";

/**
 * Options for Playwright's `launchOptions`.
 *
 * @typedef {object} Chromium
 * @property {string} executablePath
 * @property {string[]} args
 * @property {Record<string, string>} [env] the browser's environment, if not this process's
 */

/** The names under which system packages install it. */
const COMMAND_NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/** Disables the browser's own network requests, because tests count every request. */
const NO_BACKGROUND_REQUESTS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Finds Chromium. In this order: the path in `CHROMIUM_PATH`, the npm package `@sparticuz/chromium` (Linux on x64, unpacked on
 * first use), Playwright's own download, a system Chrome or Chromium. The npm package comes before the installed ones because it
 * is the same version on every machine and needs half the processor time of a full Chromium.
 *
 * @returns {Promise<Chromium>}
 * @throws if no Chromium is found, or `CHROMIUM_PATH` names no file
 * @example const browser = await playwright.chromium.launch(await findChromium());
 */
export async function findChromium() {
  const args = [...NO_BACKGROUND_REQUESTS, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
  const configured = configuredChromium();
  if (configured !== null) return { executablePath: configured, args };
  const unpacked = await unpackChromium();
  if (unpacked !== null)
    return {
      executablePath: unpacked.executablePath,
      args,
      env: { ...definedEnvironment(), ...unpacked.env },
    };
  const installed = (await playwrightChromium()) ?? systemChromium(process.env["PATH"] ?? "");
  if (installed !== null) return { executablePath: installed, args };
  throw new Error("no Chromium found: set CHROMIUM_PATH, or run `npx playwright install chromium`");
}

function configuredChromium() {
  const { CHROMIUM_PATH: path } = process.env;
  if (path === undefined || path === "") return null;
  if (!existsSync(path)) throw new Error(`CHROMIUM_PATH: no such file: ${path}`);
  return path;
}

async function playwrightChromium() {
  // Loaded only here, because it takes 0.6 s of processor time, and each run of Vitest loads this module.
  const { chromium } = await import("playwright");
  const path = chromium.executablePath();
  return existsSync(path) ? path : null;
}

/**
 * Finds the first known Chromium or Chrome command on a search path.
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
const definedEnvironment = () =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
