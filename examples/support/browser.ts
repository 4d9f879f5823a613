import { type Browser, type BrowserContext, chromium, type Page } from "playwright";
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
  let aheadMs = 0;
  return {
    async newPage() {
      const context = await browser.newContext({ baseURL: server.origin });
      contexts.push(context);
      await context.clock.install({ time: Date.now() + aheadMs });
      return context.newPage();
    },
    async advance(ms) {
      aheadMs += ms;
      await server.advance(ms);
      for (const { clock } of contexts) await clock.fastForward(ms);
    },
    close: () => browser.close(),
  };
}

/** Waits for the page's next report of use. */
export const reported = (page: Page): Promise<unknown> =>
  page.waitForResponse((response) => response.url().endsWith("/auth/refresh") && response.ok());
