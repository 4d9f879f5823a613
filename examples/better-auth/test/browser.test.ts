import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loosenPolicy, statusOf, workThenLeave } from "../../support/stories.js";
import { type BrowserProduct, openBrowserProduct } from "./browser-product.js";

/** A browser and a build on a busy machine. */
const PATIENCE = 300_000;

let product: BrowserProduct;

beforeAll(async () => {
  product = await openBrowserProduct();
}, PATIENCE);

afterAll(() => product?.close());

describe("better-auth with Curfew, in a browser", { timeout: PATIENCE }, () => {
  test("warns at five minutes, keeps in who is at work, and signs out at the deadline with the reason", async () => {
    await workThenLeave(product.browser, await product.signIn("ben"), "/notes");
  });

  test("leaves somebody whom no organization governs on the page", async () => {
    const page = await product.signIn("cleo");
    const left = await page.evaluate(async () => {
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ organizationId: null });
      return (await fetch("/api/auth/organization/set-active", { method: "POST", headers, body })).status;
    });
    expect(left).toBe(200);
    const visited: string[] = [];
    page.on("request", (request) => {
      if (request.isNavigationRequest()) visited.push(new URL(request.url()).pathname);
    });
    const refused = page.waitForResponse((response) => response.status() === 401);
    await page.goto("/");
    expect(new URL((await refused).url()).pathname).toMatch(/^\/api\/auth\/curfew\/auth\//);
    // The page would leave as soon as it has read the answer.
    await page.evaluate("new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))");
    expect([visited, await statusOf(page, "/notes")]).toEqual([["/"], 401]);
    await page.close();
  });

  /** Signs in somebody who is an admin of both organizations, in the first of them. */
  async function signInToBoth(): Promise<Page> {
    const page = await product.signIn("dee");
    await page.goto("/security");
    await page.getByRole("radio", { name: "Custom" }).waitFor();
    return page;
  }

  const idleMinutesOf = async (page: Page): Promise<number> =>
    (await (await page.request.get("/api/auth/curfew/accounts/me/security")).json()).effective_idle_minutes;

  test("saves a policy in the organization of the page after the password was asked for", async () => {
    const page = await signInToBoth();
    await page.getByRole("button", { name: "Go to Globex" }).click();
    await page.goto("/security");
    await page.getByRole("radio", { name: "Custom" }).waitFor();
    await loosenPolicy(product.browser, page);
    expect(await idleMinutesOf(page)).toBe(90);
    await page.getByRole("button", { name: "Go to Acme" }).click();
    await page.getByRole("heading", { name: "Home" }).waitFor();
    expect(await idleMinutesOf(page)).toBe(60);
    await page.close();
  });

  test("loads the other tabs again where one goes to another organization", async () => {
    const page = await signInToBoth();
    const other = await page.context().newPage();
    await other.goto("/");
    await other.getByRole("heading", { name: "Home" }).waitFor();
    const loaded = page.waitForEvent("load");
    await other.getByRole("button", { name: "Go to Globex" }).click();
    await loaded;
    await page.getByRole("radio", { name: "Custom" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/security");
    await page.context().close();
  });

  test("shows the owner's page on better-auth's identity, and everyone is out at once, with the reason", async () => {
    const [ada, ben, cleo] = [
      await product.signIn("ada"),
      await product.signIn("ben"),
      await product.signIn("cleo"),
    ];
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
