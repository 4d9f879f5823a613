/**
 * What one load of a page came to, from the start of the navigation until its **Sign in** is enabled and hears a click.
 *
 * @typedef {object} Load
 * @property {number} readyMs how long that took
 * @property {number} workMs the processor time that the page's own thread took: what else the machine does is not in it
 */

/**
 * Loads a page once, with an empty cache, on a processor so many times slower than this one.
 *
 * The page is opened past Playwright, which attaches a debugger to each of its own: with one, V8 parses all of a script a
 * second time at the first `Error` that is made, and React makes one as it is loaded.
 *
 * @param {import("playwright").Browser} browser
 * @param {string} url
 * @param {number} slowerBy
 * @returns {Promise<Load>}
 */
export async function throttledLoad(browser, url, slowerBy) {
  const devtools = await browser.newBrowserCDPSession();
  const { browserContextId } = await devtools.send("Target.createBrowserContext");
  const { targetId } = await devtools.send("Target.createTarget", { url: "about:blank", browserContextId });
  const ask = await attach(devtools, targetId);
  await ask("Performance.enable", { timeDomain: "threadTicks" });
  await ask("Page.enable", {});
  await ask("Page.addScriptToEvaluateOnNewDocument", { source: `globalThis.ready = (${ready})()` });
  await ask("Emulation.setCPUThrottlingRate", { rate: slowerBy });
  const before = workMs(await ask("Performance.getMetrics", {}));
  await ask("Page.navigate", { url });
  const { result } = await ask("Runtime.evaluate", { expression: "ready", awaitPromise: true });
  const after = workMs(await ask("Performance.getMetrics", {}));
  await devtools.send("Target.disposeBrowserContext", { browserContextId });
  await devtools.detach();
  return { readyMs: result?.value ?? Number.NaN, workMs: after - before };
}

/**
 * What a page's debugger answers, as far as it is read here.
 *
 * @typedef {object} Answer
 * @property {{ value: number }} [result]
 * @property {readonly { name: string, value: number }[]} [metrics]
 */

/** @param {Answer} answer of `Performance.getMetrics`, in seconds */
const workMs = ({ metrics = [] }) =>
  1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);

/**
 * @param {import("playwright").CDPSession} devtools
 * @param {string} targetId
 * @returns {Promise<(method: string, params: object) => Promise<Answer>>} asks the page's debugger
 */
async function attach(devtools, targetId) {
  const { sessionId } = await devtools.send("Target.attachToTarget", { targetId, flatten: false });
  /** @type {Map<number, (answer: { result: object, error?: { message: string } }) => void>} */
  const waiting = new Map();
  devtools.on("Target.receivedMessageFromTarget", (event) => {
    const answer = JSON.parse(event.message);
    waiting.get(answer.id)?.(answer);
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = waiting.size + 1;
      waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve(result) : reject(new Error(`${method}: ${error.message}`)),
      );
      const message = JSON.stringify({ id, method, params });
      devtools.send("Target.sendMessageToTarget", { sessionId, message }).catch(reject);
    });
}

/** Runs in the page, before anything of it does. React marks the elements that it has given handlers. */
function ready() {
  return new Promise((resolve) => {
    const look = () => {
      const button = [...document.querySelectorAll("button")].find(
        (one) => one.textContent?.trim() === "Sign in",
      );
      const isHeard =
        button !== undefined && Object.keys(button).some((key) => key.startsWith("__reactProps"));
      if (isHeard && !button.disabled) resolve(performance.now());
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}
