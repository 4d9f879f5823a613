import { fileURLToPath } from "node:url";
import type { Page } from "playwright";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser, reported, type TestBrowser } from "../../support/browser.js";
import type { RunningServer } from "../../support/run-server.js";
import { statusOf, workThenLeave } from "../../support/stories.js";
import { FOLDER, runProduct } from "./running-product.js";

/** A browser and a build on a busy machine. */
const PATIENCE = 300_000;

let server: RunningServer;
let browser: TestBrowser;

beforeAll(async () => {
  await build({ root: fileURLToPath(FOLDER), logLevel: "error" });
  server = await runProduct();
  browser = await openBrowser(server);
}, PATIENCE);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Signs in with the product's own form, and waits until the page has reported the person's presence. */
async function signIn(name: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(`${name}@example.com`);
  await page.getByLabel("Password").fill("an example password");
  await Promise.all([reported(page), page.getByRole("button", { name: "Sign in" }).click()]);
  return page;
}

describe("better-auth with Curfew, in a browser", { timeout: PATIENCE }, () => {
  test("warns at five minutes, keeps in who is at work, and signs out at the deadline with the reason", async () => {
    await workThenLeave(browser, await signIn("ben"), "/notes");
  });

  test("shows the owner's page on better-auth's identity, and everyone is out at once, with the reason", async () => {
    const [ada, ben, cleo] = [await signIn("ada"), await signIn("ben"), await signIn("cleo")];
    await ada.goto("/security");
    await ada.getByText("Ben Ito").first().waitFor();
    expect(await ada.getByText("Cleo Marsh").count()).toBe(0);
    await ada.getByRole("button", { name: "Sign me out and everyone else" }).click();
    await ada
      .getByRole("dialog")
      .getByRole("button", { name: /^Sign out all, me too/ })
      .click();
    await ben.waitForURL("**/sign-in?reason=revoked_by_owner");
    await ben.getByText("An owner of your organization signed you out.").waitFor();
    await ada.waitForURL("**/sign-in**");
    for (const page of [ada, ben]) expect(await statusOf(page, "/notes")).toBe(401);
    expect(await statusOf(cleo, "/notes")).toBe(200);
  });
});
