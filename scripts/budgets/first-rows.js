import { CROWD_OWNER } from "./crowd.js";
import { lowerQuartileOf } from "./figure.js";
import { throttledLoad } from "./throttled-load.js";
import { openThrottledPage } from "./throttled-page.js";

const SLOWER_BY = 4;
const LOADS = 3;
const VIEWPORT = { width: 1280, height: 800 };

/**
 * Measured: 6.0 to 7.1, on a busy machine. On a processor four times slower the smallest React page takes 125 ms, so this is a second.
 */
const WORK_AT_MOST = 8;

/**
 * A page with lists of ten thousand members.
 *
 * @typedef {object} ListPage
 * @property {string} path
 * @property {readonly string[]} rows a selector for the rows of each list
 */

/** @type {readonly ListPage[]} */
const PAGES = [
  { path: "/account/members", rows: ["ul[aria-label=Members] > li"] },
  { path: "/account/security", rows: [".curfew-people > li", ".curfew-events > li"] },
];

/**
 * Measures the processor time until the lists of ten thousand members have their first rows, relative to the smallest React page,
 * which calibrates the machine's current speed. Noise only adds time, so the lower quartile counts.
 *
 * @param {import("playwright").Browser} browser
 * @param {{ crowd: string, reference: string }} urls
 * @returns {Promise<import("./figure.js").Figure[]>}
 */
export async function firstRowsFigures(browser, { crowd, reference }) {
  /** @type {number[]} */
  const smallest = [];
  const works = PAGES.map(() => /** @type {number[]} */ ([]));
  for (let load = 0; load < LOADS; load += 1) {
    smallest.push((await throttledLoad(browser, reference, 1)).workMs);
    for (const [nth, page] of PAGES.entries()) {
      const opened = await openSignedIn(browser, crowd, page, 1);
      works[nth]?.push((await opened.load()).workMs);
      await opened.close();
    }
  }
  return PAGES.map(({ path }, nth) => firstRowsFigure(path, works[nth] ?? [], smallest));
}

/**
 * @param {string} path
 * @param {readonly number[]} works of loads of the page, in any unit
 * @param {readonly number[]} smallest of loads of the smallest React page, in the same unit
 * @returns {import("./figure.js").Figure}
 */
export const firstRowsFigure = (path, works, smallest) => ({
  name: `${path} of 10,000 members, processor time until the first rows, relative to the smallest React page`,
  value: lowerQuartileOf(works) / lowerQuartileOf(smallest),
  atMost: WORK_AT_MOST,
  unit: "times",
});

/**
 * Measures how soon the same lists have their first rows on a processor four times slower than this one. The times depend on what
 * else the machine does, so they have no bound.
 *
 * @param {import("playwright").Browser} browser
 * @param {string} crowd
 * @returns {Promise<import("./figure.js").Figure[]>}
 */
export async function firstRowsTimes(browser, crowd) {
  const figures = [];
  for (const page of PAGES) {
    const cold = [];
    const warm = [];
    const click = [];
    for (let load = 0; load < LOADS; load += 1) {
      const opened = await openSignedIn(browser, crowd, page, SLOWER_BY);
      cold.push((await opened.load()).ms);
      warm.push((await opened.load()).ms);
      click.push(await opened.click());
      await opened.close();
    }
    for (const [how, times] of /** @type {const} */ ([
      ["from the navigation, with an empty cache", cold],
      ["from another navigation", warm],
      ["from the click on /account", click],
    ]))
      figures.push({
        name: `${page.path} of 10,000 members, first rows ${how}`,
        value: lowerQuartileOf(times),
        atMost: null,
        unit: "ms",
      });
  }
  return figures;
}

/**
 * Signs in as the owner in a browser context of its own.
 *
 * @param {import("playwright").Browser} browser
 * @param {string} crowd
 * @param {ListPage} list
 * @param {number} slowerBy throttling factor
 */
async function openSignedIn(browser, crowd, { path, rows }, slowerBy) {
  const page = await openThrottledPage(browser, slowerBy, VIEWPORT);
  await page.navigate(`${crowd}/healthz`);
  await page.evaluate(`(${whenLoaded})()`);
  await page.evaluate(`(${signIn})(${JSON.stringify(CROWD_OWNER)})`);
  await page.addInitScript(
    `globalThis.whenShown = ${whenShown}; globalThis.firstRows = whenShown(${JSON.stringify(rows)})`,
  );
  return {
    /** Loads the page until each list has its first rows. */
    async load() {
      const before = await page.workMs();
      await page.navigate(`${crowd}${path}`);
      const ms = Number(await page.evaluate("firstRows"));
      return { ms, workMs: (await page.workMs()) - before };
    },
    /** Opens the page by its link on `/account`, once that page is at rest. */
    async click() {
      const link = JSON.stringify(`a[href="${path}"]`);
      await page.navigate(`${crowd}/account`);
      await page.evaluate(`whenShown([${link}])`);
      await page.evaluate("new Promise((resolve) => requestIdleCallback(resolve, { timeout: 2000 }))");
      return Number(
        await page.evaluate(`(async () => {
          const clicked = performance.now();
          document.querySelector(${link}).click();
          return (await whenShown(${JSON.stringify(rows)})) - clicked;
        })()`),
      );
    },
    close: () => page.close(),
  };
}

/** Runs in the page. */
function whenLoaded() {
  return new Promise((resolve) => {
    if (document.readyState === "complete") resolve(undefined);
    else addEventListener("load", () => resolve(undefined));
  });
}

/**
 * Runs in the page.
 *
 * @param {{ email: string, password: string }} owner
 */
async function signIn(owner) {
  const response = await fetch("/api/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(owner),
  });
  if (!response.ok) throw new Error(`the sign-in answered ${response.status}`);
}

/**
 * Runs in the page.
 *
 * @param {readonly string[]} selectors
 * @returns {Promise<number>} milliseconds since the navigation at which each of the elements is there
 */
function whenShown(selectors) {
  return new Promise((resolve) => {
    const check = () => {
      if (selectors.some((selector) => document.querySelector(selector) === null))
        requestAnimationFrame(check);
      else resolve(performance.now());
    };
    requestAnimationFrame(check);
  });
}
