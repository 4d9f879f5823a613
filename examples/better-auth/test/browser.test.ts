import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MINUTE, openBrowser, reported, type TestBrowser } from "../../support/browser.js";
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

  test("goes by the policy of the organization that a person moves to, and finds the session of before on the way back", async () => {
    const [ben, cleo] = [await signIn("ben"), await signIn("cleo")];
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
    await browser.advance(4 * MINUTE);
    expect(await noticeOf(ben).count()).toBe(0);
    await browser.advance(MINUTE + 5_000);
    for (const page of [ben, otherTab]) await noticeOf(page).getByText("You'll be signed out in").waitFor();
    await goTo(ben, "Acme");
    expect(await sessionOf(ben)).toMatchObject({ id: inAcme.id, idle_minutes: 60 });
    for (const page of [ben, otherTab]) await noticeOf(page).waitFor({ state: "detached" });
    await browser.advance(6 * MINUTE);
    for (const page of [ben, otherTab]) expect(await noticeOf(page).count()).toBe(0);
    expect(await statusOf(ben, "/notes")).toBe(200);
  });

  test("tells a person who is removed from an organization why, and lets them go on in another one", async () => {
    const [ben, cleo] = [await signIn("ben"), await signIn("cleo")];
    const inAcme = await sessionOf(ben);
    await goTo(ben, "Globex");
    const removed = await cleo.request.post("/api/auth/organization/remove-member", {
      data: { memberIdOrEmail: "ben@example.com" },
      headers: { origin: server.origin },
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
