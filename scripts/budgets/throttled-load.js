/**
 * The measurements of one page load, from the start of the navigation until **Sign in** is enabled and has a click handler.
 *
 * @typedef {object} ThrottledLoad
 * @property {number} readyMs elapsed time
 * @property {number} workMs processor time of the page's main thread, independent of the machine's other load
 */

/**
 * Loads a page once with an empty cache and a throttled processor.
 *
 * Opens the page through the DevTools protocol, not through Playwright, which attaches a debugger to its pages. With a debugger
 * attached, V8 parses a whole script a second time when the first `Error` is created, and React creates one while it loads.
 *
 * @param {import("playwright").Browser} browser
 * @param {string} url
 * @param {number} slowerBy throttling factor
 * @returns {Promise<ThrottledLoad>}
 */
export async function throttledLoad(browser, url, slowerBy) {
  const devtools = await browser.newBrowserCDPSession();
  const { browserContextId } = await devtools.send("Target.createBrowserContext");
  const { targetId } = await devtools.send("Target.createTarget", { url: "about:blank", browserContextId });
  const send = await attach(devtools, targetId);
  await send("Performance.enable", { timeDomain: "threadTicks" });
  await send("Page.enable", {});
  await send("Page.addScriptToEvaluateOnNewDocument", { source: `globalThis.ready = (${waitUntilReady})()` });
  await send("Emulation.setCPUThrottlingRate", { rate: slowerBy });
  const before = workMs(await send("Performance.getMetrics", {}));
  await send("Page.navigate", { url });
  const { result } = await send("Runtime.evaluate", { expression: "ready", awaitPromise: true });
  const after = workMs(await send("Performance.getMetrics", {}));
  await devtools.send("Target.disposeBrowserContext", { browserContextId });
  await devtools.detach();
  return { readyMs: result?.value ?? Number.NaN, workMs: after - before };
}

/**
 * The fields of DevTools responses that are read here.
 *
 * @typedef {object} DevtoolsResponse
 * @property {{ value: number }} [result]
 * @property {readonly { name: string, value: number }[]} [metrics]
 */

/** @param {DevtoolsResponse} response of `Performance.getMetrics`, in seconds */
const workMs = ({ metrics = [] }) =>
  1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);

/**
 * Attaches to a page.
 *
 * @param {import("playwright").CDPSession} devtools
 * @param {string} targetId
 * @returns {Promise<(method: string, params: object) => Promise<DevtoolsResponse>>} sends a command to the page
 */
async function attach(devtools, targetId) {
  const { sessionId } = await devtools.send("Target.attachToTarget", { targetId, flatten: false });
  /** @type {Map<number, (response: { result: object, error?: { message: string } }) => void>} */
  const pending = new Map();
  devtools.on("Target.receivedMessageFromTarget", (event) => {
    const response = JSON.parse(event.message);
    pending.get(response.id)?.(response);
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = pending.size + 1;
      pending.set(id, ({ result, error }) =>
        error === undefined ? resolve(result) : reject(new Error(`${method}: ${error.message}`)),
      );
      const message = JSON.stringify({ id, method, params });
      devtools.send("Target.sendMessageToTarget", { sessionId, message }).catch(reject);
    });
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
