import { type Browser, type BrowserContext, chromium, type Page, type Request } from "playwright";
import { until } from "../../apps/server/test/harness/until.js";
import { findChromium } from "../../scripts/browser/chromium.js";
import type { RunningServer } from "./run-server.js";

export const MINUTE = 60_000;

/** A browser whose pages' clocks move ahead with the server's. */
export interface TestBrowser {
  /** A page of a browser of its own, with its own cookies. */
  newPage(): Promise<Page>;
  /** Moves the time of the server and of every page ahead, as a laptop's sleep does. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

export async function openBrowser(server: RunningServer): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch(await findChromium());
  const contexts: BrowserContext[] = [];
  const unanswered = new Set<Request>();
  let aheadMs = 0;

  /** What the server says before the jump must not reach a page after it. An event stream is answered by its headers. */
  const settle = async (): Promise<void> => {
    await until("the pages' calls to be answered", () => unanswered.size === 0, 60_000);
    for (const context of contexts)
      for (const page of context.pages())
        await page.evaluate(() => fetch("/api/auth/session").then((response) => response.text()));
  };
  return {
    async newPage() {
      const context = await browser.newContext({ baseURL: server.origin });
      contexts.push(context);
      context.on("request", (request) => request.url().includes("/api/") && unanswered.add(request));
      context.on("response", (response) => unanswered.delete(response.request()));
      context.on("requestfailed", (request) => unanswered.delete(request));
      await context.clock.install({ time: Date.now() + aheadMs });
      return context.newPage();
    },
    async advance(ms) {
      await settle();
      aheadMs += ms;
      await server.advance(ms);
      for (const { clock } of contexts) await clock.fastForward(ms);
    },
    close: () => browser.close(),
  };
}

/** Waits until the page has reported use. */
export const reported = (page: Page): Promise<unknown> =>
  page.waitForResponse((response) => response.url().endsWith("/auth/refresh") && response.ok());

/** Waits until the page is told of its session's changes. */
export const followed = (page: Page): Promise<unknown> =>
  page.waitForResponse((response) => response.url().endsWith("/auth/events") && response.ok());
