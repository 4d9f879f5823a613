import { medianOf } from "./figure.js";

const LOADS = 7;
const SLOWER_BY = 4;

/**
 * How long the sign-in page takes, from the start of the navigation, until **Sign in** is enabled and hears a click: the
 * median of seven loads, each with an empty cache on a processor four times slower than this one.
 *
 * @param {import("playwright").Browser} browser
 * @param {string} url of the service
 * @returns {Promise<number>} in milliseconds
 */
export async function interactiveMs(browser, url) {
  const times = [];
  for (let load = 0; load < LOADS; load += 1) times.push(await oneLoad(browser, url));
  return medianOf(times);
}

/**
 * @param {import("playwright").Browser} browser
 * @param {string} url
 */
async function oneLoad(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER_BY });
  await page.addInitScript(recordReady);
  await page.goto(new URL("/login", url).href);
  const ready = await page.waitForFunction(
    () => /** @type {{ readyAtMs?: number }} */ (globalThis).readyAtMs ?? null,
    undefined,
    { polling: 50 },
  );
  const readyAtMs = await ready.jsonValue();
  await context.close();
  return readyAtMs ?? Number.NaN;
}

/** Runs in the page, before anything of it does. React marks the elements that it has given handlers. */
function recordReady() {
  const scope = /** @type {{ readyAtMs?: number }} */ (globalThis);
  const look = () => {
    const button = [...document.querySelectorAll("button")].find(
      (one) => one.textContent?.trim() === "Sign in",
    );
    const heard = button !== undefined && Object.keys(button).some((key) => key.startsWith("__reactProps"));
    if (heard && !button.disabled) scope.readyAtMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
