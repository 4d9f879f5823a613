import { fileURLToPath } from "node:url";
import type { Page } from "playwright";
import { build } from "vite";
import { openBrowser, reported, type TestBrowser } from "../../support/browser.js";
import type { RunningServer } from "../../support/run-server.js";
import { FOLDER, runProduct } from "./running-product.js";

/** This example in a browser. */
export interface BrowserProduct {
  readonly server: RunningServer;
  readonly browser: TestBrowser;
  /** Signs in with the product's own form, and waits until the page has reported the person's presence. */
  signIn(name: string): Promise<Page>;
  close(): Promise<void>;
}

export async function openBrowserProduct(): Promise<BrowserProduct> {
  await build({ root: fileURLToPath(FOLDER), logLevel: "error" });
  const server = await runProduct();
  const browser = await openBrowser(server);
  return {
    server,
    browser,
    async signIn(name) {
      const page = await browser.newPage();
      await page.goto("/sign-in");
      await page.getByLabel("E-mail").fill(`${name}@example.com`);
      await page.getByLabel("Password").fill("an example password");
      await Promise.all([reported(page), page.getByRole("button", { name: "Sign in" }).click()]);
      return page;
    },
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}
