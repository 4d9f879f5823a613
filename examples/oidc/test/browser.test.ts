import type { Page } from "playwright";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { followed, MINUTE, openBrowser, reported, type TestBrowser } from "../../support/browser.js";
import { signEveryoneOut, statusOf, workThenLeave } from "../../support/stories.js";
import { ROOT, type RunningProduct, runProduct } from "./running-product.js";

/** A browser and a build on a busy machine. */
const PATIENCE = 300_000;

let product: RunningProduct;
let browser: TestBrowser;

beforeAll(async () => {
  await build({ root: ROOT, logLevel: "error" });
  product = await runProduct();
  browser = await openBrowser(product);
}, PATIENCE);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Types into the provider's page. */
async function typeAtProvider(page: Page, email: string): Promise<void> {
  await page.waitForURL(`${product.issuer}/**`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill("an example password");
}

/** Signs in at the provider, and waits until the product's page has reported that the person is here. */
async function signIn({ newPage }: TestBrowser, email: string): Promise<Page> {
  const page = await newPage();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with Example ID" }).click();
  await typeAtProvider(page, email);
  const isHere = Promise.all([reported(page), followed(page)]);
  await page.getByRole("button", { name: "Sign in" }).click();
  await isHere;
  return page;
}

describe("an OpenID provider's sign-in, in a browser", { timeout: PATIENCE }, () => {
  test("warns at five minutes, keeps in who is at work, and signs out at the deadline with the reason", async () => {
    const page = await signIn(browser, "ben@acme.example");
    await workThenLeave(browser, page, "/notes");
    // The provider still knows who sits there, and asks for the password all the same.
    await page.getByRole("button", { name: "Sign in with Example ID" }).click();
    await page.getByLabel("Password").waitFor();
  });

  test("shows the owner's page; everyone is out at once, and the next request of each is refused", async () => {
    await signEveryoneOut(browser, signIn);
  });

  test("lets an owner prove who they are in a window, and keeps their change and all of their pages", async () => {
    const page = await signIn(browser, "cleo@globex.example");
    const other = await page.context().newPage();
    await other.goto("/");
    await other.getByLabel("Notes").fill("tide tables");
    await browser.advance(20 * MINUTE);
    await page.goto("/security");
    await page.getByRole("radio", { name: "Strict" }).check();
    await page.getByRole("button", { name: "Save policy" }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.getByRole("radio", { name: "Standard" }).check();
    await page.getByRole("button", { name: "Save policy" }).click();
    const opening = page.waitForEvent("popup");
    await page.getByRole("dialog").getByRole("button", { name: "Confirm" }).click();
    const popup = await opening;
    await typeAtProvider(popup, "cleo@globex.example");
    // People take their time.
    await browser.advance(MINUTE);
    await popup.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByText("Saved", { exact: true }).waitFor();
    expect(popup.isClosed()).toBe(true);
    // The page has gone on with the new session, and so has the other one, with what was typed there.
    await browser.advance(MINUTE);
    expect(await other.getByLabel("Notes").inputValue()).toBe("tide tables");
    expect([new URL(page.url()).pathname, new URL(other.url()).pathname]).toEqual(["/security", "/"]);
    await page.getByText("Only you are signed in").first().waitFor();
  });

  test("signs out of the product and of the provider", async () => {
    const page = await signIn(browser, "cleo@globex.example");
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("button", { name: "Sign out of Example ID" }).click();
    await page.waitForURL("**/sign-in");
    expect(await statusOf(page, "/notes")).toBe(401);
    await page.getByRole("button", { name: "Sign in with Example ID" }).click();
    await page.getByLabel("Password").waitFor();
  });
});
