/**
 * A page with a throttled processor in a browser context of its own.
 *
 * @typedef {object} ThrottledPage
 * @property {(url: string) => Promise<void>} navigate begins a navigation
 * @property {(expression: string) => Promise<any>} evaluate returns the value of an expression, or what its promise resolves to
 * @property {(source: string) => Promise<void>} addInitScript runs a script before those of each page that is opened from now on
 * @property {() => Promise<number>} workMs processor time of the main thread so far, independent of the machine's other load
 * @property {() => Promise<void>} close
 */

/**
 * Opens a page through the DevTools protocol, not through Playwright, which attaches a debugger to its pages. With a debugger
 * attached, V8 parses a whole script a second time when the first `Error` is created, and React creates one while it loads.
 *
 * @param {import("playwright").Browser} browser
 * @param {number} slowerBy throttling factor
 * @param {{ width: number, height: number }} [viewport] in CSS pixels
 * @returns {Promise<ThrottledPage>}
 */
export async function openThrottledPage(browser, slowerBy, viewport) {
  const devtools = await browser.newBrowserCDPSession();
  const { browserContextId } = await devtools.send("Target.createBrowserContext");
  const { targetId } = await devtools.send("Target.createTarget", { url: "about:blank", browserContextId });
  const send = await attach(devtools, targetId);
  await send("Performance.enable", { timeDomain: "threadTicks" });
  await send("Page.enable", {});
  await send("Emulation.setCPUThrottlingRate", { rate: slowerBy });
  if (viewport !== undefined)
    await send("Emulation.setDeviceMetricsOverride", { ...viewport, deviceScaleFactor: 1, mobile: false });
  return {
    async navigate(url) {
      await send("Page.navigate", { url });
    },
    async evaluate(expression) {
      const { result, exceptionDetails } = await send("Runtime.evaluate", {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails !== undefined) throw new Error(`${expression}: ${exceptionDetails.text}`);
      return result?.value;
    },
    async addInitScript(source) {
      await send("Page.addScriptToEvaluateOnNewDocument", { source });
    },
    async workMs() {
      const { metrics = [] } = await send("Performance.getMetrics", {});
      return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
    },
    async close() {
      await devtools.send("Target.disposeBrowserContext", { browserContextId });
      await devtools.detach();
    },
  };
}

/**
 * The fields of DevTools responses that are read here.
 *
 * @typedef {object} DevtoolsResponse
 * @property {{ value: unknown }} [result]
 * @property {{ text: string }} [exceptionDetails]
 * @property {readonly { name: string, value: number }[]} [metrics] in seconds
 */

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
