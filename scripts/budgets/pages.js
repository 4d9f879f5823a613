import { get } from "node:http";

/** How long layout shifts and requests are recorded after the page's heading appears. */
const SETTLE_MS = 700;

/**
 * The measurements of one page load.
 *
 * @typedef {object} PageLoad
 * @property {number} scriptBytes transfer size of its scripts with gzip
 * @property {number} shift sum of its layout shifts
 * @property {readonly string[]} foreign URLs that it requested from other hosts
 * @property {readonly string[]} policyFaults faults of its Content-Security-Policy
 */

/**
 * Loads a page with an empty cache and measures it until it settles.
 *
 * @param {import("playwright").BrowserContext} context
 * @param {string} url
 * @param {string} heading the page's heading once it is complete
 * @returns {Promise<PageLoad>}
 */
export async function loadPage(context, url, heading) {
  const page = await context.newPage();
  const { requested, scripts } = recordRequests(page);
  await page.addInitScript(recordShifts);
  const response = await page.goto(url);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
  await page.waitForTimeout(SETTLE_MS);
  const shift = await page.evaluate(() => /** @type {{ shiftSum?: number }} */ (globalThis).shiftSum ?? 0);
  await page.close();
  const weights = await Promise.all([...scripts].map(gzipBytes));
  const origin = new URL("/", url).href;
  return {
    scriptBytes: weights.reduce((sum, bytes) => sum + bytes, 0),
    shift,
    foreign: [...requested].filter((target) => !target.startsWith(origin) && !/^(data|blob):/.test(target)),
    policyFaults: policyFaults(response?.headers()["content-security-policy"] ?? ""),
  };
}

/** @param {import("playwright").Page} page */
function recordRequests(page) {
  /** @type {Set<string>} */
  const requested = new Set();
  /** @type {Set<string>} */
  const scripts = new Set();
  page.on("request", (request) => requested.add(request.url()));
  page.on("response", (response) => {
    if (/javascript/.test(response.headers()["content-type"] ?? "")) scripts.add(response.url());
  });
  return { requested, scripts };
}

/**
 * The transfer size of a file for a browser that accepts only gzip.
 *
 * @param {string} url
 * @returns {Promise<number>} in bytes
 */
function gzipBytes(url) {
  return new Promise((resolve, reject) => {
    get(url, { headers: { "Accept-Encoding": "gzip" } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk) => {
        bytes += chunk.length;
      });
      response.on("end", () => resolve(bytes));
    }).on("error", reject);
  });
}

/** Runs in the page before its own scripts. */
function recordShifts() {
  const scope = /** @type {{ shiftSum?: number }} */ (globalThis);
  scope.shiftSum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { hadRecentInput, value } =
        /** @type {PerformanceEntry & { hadRecentInput: boolean, value: number }} */ (entry);
      if (!hadRecentInput) scope.shiftSum = (scope.shiftSum ?? 0) + value;
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/**
 * Finds what a Content-Security-Policy allows scripts and frames although ours must not (CSP Level 3 §6.1).
 *
 * @param {string} policy
 * @returns {string[]}
 */
export function policyFaults(policy) {
  const directives = new Map(
    policy.split(";").map((directive) => {
      const [name = "", ...sources] = directive.trim().split(/\s+/);
      return [name, sources];
    }),
  );
  const scripts = directives.get("script-src") ?? directives.get("default-src");
  const faults = [];
  if (scripts === undefined) faults.push("no script-src");
  for (const source of scripts ?? [])
    if (!["'self'", "'none'"].includes(source)) faults.push(`script-src ${source}`);
  if (directives.get("frame-ancestors")?.join() !== "'none'") faults.push("frame-ancestors is not 'none'");
  return faults;
}
