import { get } from "node:http";

/** How long a page may still do something after it has shown what it has to show. */
const SETTLE_MS = 700;

/**
 * What one load of a page came to.
 *
 * @typedef {object} Load
 * @property {number} scriptBytes its scripts, over the wire with gzip
 * @property {number} shift the sum of its layout shifts
 * @property {readonly string[]} foreign what it asked of another host
 * @property {readonly string[]} policyFaults what is wrong with its Content-Security-Policy
 */

/**
 * Loads a page with an empty cache and watches it until it rests.
 *
 * @param {import("playwright").BrowserContext} context
 * @param {string} url
 * @param {string} heading of the page when it is all there
 * @returns {Promise<Load>}
 */
export async function loadPage(context, url, heading) {
  const page = await context.newPage();
  const { asked, scripts } = watchRequests(page);
  await page.addInitScript(recordShifts);
  const answer = await page.goto(url);
  await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
  await page.waitForTimeout(SETTLE_MS);
  const shift = await page.evaluate(() => /** @type {{ shiftSum?: number }} */ (globalThis).shiftSum ?? 0);
  await page.close();
  const weights = await Promise.all([...scripts].map(gzipBytes));
  const own = new URL("/", url).href;
  return {
    scriptBytes: weights.reduce((sum, bytes) => sum + bytes, 0),
    shift,
    foreign: [...asked].filter((one) => !one.startsWith(own) && !/^(data|blob):/.test(one)),
    policyFaults: policyFaults(answer?.headers()["content-security-policy"] ?? ""),
  };
}

/** @param {import("playwright").Page} page */
function watchRequests(page) {
  /** @type {Set<string>} */
  const asked = new Set();
  /** @type {Set<string>} */
  const scripts = new Set();
  page.on("request", (request) => asked.add(request.url()));
  page.on("response", (response) => {
    if (/javascript/.test(response.headers()["content-type"] ?? "")) scripts.add(response.url());
  });
  return { asked, scripts };
}

/**
 * What a file weighs on its way to a browser that takes gzip and nothing better.
 *
 * @param {string} url
 * @returns {Promise<number>} in bytes
 */
function gzipBytes(url) {
  return new Promise((resolve, reject) => {
    get(url, { headers: { "Accept-Encoding": "gzip" } }, (answer) => {
      let bytes = 0;
      answer.on("data", (piece) => {
        bytes += piece.length;
      });
      answer.on("end", () => resolve(bytes));
    }).on("error", reject);
  });
}

/** Runs in the page, before anything of it does. */
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
 * What a Content-Security-Policy lets scripts do that ours must not (CSP Level 3 §6.1).
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
