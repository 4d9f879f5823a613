import type { Locator, Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MINUTE, reported } from "../../support/browser.js";
import { statusOf } from "../../support/stories.js";
import { type BrowserProduct, openBrowserProduct } from "./browser-product.js";

/** A browser and a build on a busy machine. */
const PATIENCE = 300_000;

let product: BrowserProduct;

beforeAll(async () => {
  product = await openBrowserProduct();
}, PATIENCE);

afterAll(() => product?.close());

/** The session by whose deadlines the page goes. */
const sessionOf = async (page: Page) => {
  const answer = await page.request.get("/api/auth/curfew/auth/session");
  return ((await answer.json()) as { session: { id: string; idle_minutes: number; started_at: string } })
    .session;
};

const goTo = async (page: Page, organization: string): Promise<void> => {
  const button = page.getByRole("button", { name: `Go to ${organization}` });
  await Promise.all([reported(page), button.click()]);
};

const noticeOf = (page: Page): Locator => page.getByRole("region", { name: "End of session" });

describe("a person of several organizations, in a browser", { timeout: PATIENCE }, () => {
  test("goes by the policy of the organization that a person moves to, and finds the session of before on the way back", async () => {
    const [ben, cleo] = [await product.signIn("ben"), await product.signIn("cleo")];
    const policy = await cleo.request.patch("/api/auth/curfew/accounts/me/security", {
      data: { idle_minutes: 10 },
    });
    expect(policy.status()).toBe(200);
    const inAcme = await sessionOf(ben);
    const otherTab = await ben.context().newPage();
    await Promise.all([reported(otherTab), otherTab.goto("/")]);
    await goTo(ben, "Globex");
    const inGlobex = await sessionOf(ben);
    expect(inGlobex).toMatchObject({ idle_minutes: 10, started_at: inAcme.started_at });
    expect(inGlobex.id).not.toBe(inAcme.id);
    await product.browser.advance(4 * MINUTE);
    expect(await noticeOf(ben).count()).toBe(0);
    await product.browser.advance(MINUTE + 5_000);
    for (const page of [ben, otherTab]) await noticeOf(page).getByText("You'll be signed out in").waitFor();
    await goTo(ben, "Acme");
    expect(await sessionOf(ben)).toMatchObject({ id: inAcme.id, idle_minutes: 60 });
    for (const page of [ben, otherTab]) await noticeOf(page).waitFor({ state: "detached" });
    await product.browser.advance(6 * MINUTE);
    for (const page of [ben, otherTab]) expect(await noticeOf(page).count()).toBe(0);
    expect(await statusOf(ben, "/notes")).toBe(200);
  });

  test("tells a person who is removed from an organization why, and lets them go on in another one", async () => {
    const [ben, cleo] = [await product.signIn("ben"), await product.signIn("cleo")];
    const inAcme = await sessionOf(ben);
    await goTo(ben, "Globex");
    const removed = await cleo.request.post("/api/auth/organization/remove-member", {
      data: { memberIdOrEmail: "ben@example.com" },
      headers: { origin: product.server.origin },
    });
    expect(removed.status()).toBe(200);
    await ben.waitForURL("**/sign-in?reason=revoked_by_owner");
    await ben.getByText("An owner of your organization signed you out.").waitFor();
    await goTo(ben, "Acme");
    await ben.getByRole("heading", { name: "Home" }).waitFor();
    expect((await sessionOf(ben)).id).toBe(inAcme.id);
    expect(await statusOf(ben, "/notes")).toBe(200);
  });
});
