import { openThrottledPage } from "./throttled-page.js";

/**
 * The measurements of one page load, from the start of the navigation until **Sign in** is enabled and has a click handler.
 *
 * @typedef {object} ThrottledLoad
 * @property {number} readyMs elapsed time
 * @property {number} workMs processor time of the page's main thread
 */

/**
 * Loads a page once with an empty cache and a throttled processor.
 *
 * @param {import("playwright").Browser} browser
 * @param {string} url
 * @param {number} slowerBy throttling factor
 * @returns {Promise<ThrottledLoad>}
 */
export async function throttledLoad(browser, url, slowerBy) {
  const page = await openThrottledPage(browser, slowerBy);
  await page.addInitScript(`globalThis.ready = (${waitUntilReady})()`);
  const before = await page.workMs();
  await page.navigate(url);
  const readyMs = await page.evaluate("ready");
  const workMs = (await page.workMs()) - before;
  await page.close();
  return { readyMs: typeof readyMs === "number" ? readyMs : Number.NaN, workMs };
}

/** Runs in the page before its own scripts. React adds a `__reactProps…` key to elements with handlers. */
function waitUntilReady() {
  return new Promise((resolve) => {
    const check = () => {
      const button = [...document.querySelectorAll("button")].find(
        (element) => element.textContent?.trim() === "Sign in",
      );
      const hasHandlers =
        button !== undefined && Object.keys(button).some((key) => key.startsWith("__reactProps"));
      if (hasHandlers && !button.disabled) resolve(performance.now());
      else requestAnimationFrame(check);
    };
    requestAnimationFrame(check);
  });
}
