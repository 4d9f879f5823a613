import type { Page } from "playwright";
import { expect } from "vitest";
import { followed, MINUTE, reported, type TestBrowser } from "./browser.js";

/** Signs in with the product's own form, and waits until the page has reported that the person is here. */
export async function signIn(browser: TestBrowser, email: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill("an example password");
  const isHere = Promise.all([reported(page), followed(page)]);
  await page.getByRole("button", { name: "Sign in" }).click();
  await isHere;
  return page;
}

export const statusOf = async (page: Page, path: string): Promise<number> =>
  (await page.request.get(path, { maxRedirects: 0 })).status();

/**
 * A person is warned five minutes before the deadline, stays signed in while at work, and is signed out at the deadline, with the reason.
 *
 * @param page of the person
 * @param path needs a session
 */
export async function workThenLeave(browser: TestBrowser, page: Page, path: string): Promise<void> {
  const notice = page.getByRole("region", { name: "End of session" });
  await browser.advance(54 * MINUTE);
  expect(await notice.count()).toBe(0);
  await browser.advance(MINUTE + 5_000);
  await notice.getByText("You'll be signed out in").waitFor();
  await Promise.all([reported(page), notice.getByRole("button", { name: "Stay signed in" }).click()]);
  await notice.waitFor({ state: "detached" });
  await browser.advance(50 * MINUTE);
  // What a person does is reported within a minute, or at once.
  const isReported = reported(page);
  await page.getByLabel("Notes").pressSequentially("tide tables");
  await Promise.all([isReported, browser.advance(MINUTE)]);
  await browser.advance(50 * MINUTE);
  expect(await statusOf(page, path)).toBe(200);
  await browser.advance(11 * MINUTE);
  await page.waitForURL("**/sign-in?reason=idle");
  await page.getByText("You were signed out because you were inactive.").waitFor();
  expect(await statusOf(page, path)).toBe(401);
}

/**
 * An owner sees who is signed in, signs everyone out, and the next request of each is refused; another company goes on.
 *
 * @param enter signs a person in
 */
export async function signEveryoneOut(browser: TestBrowser, enter = signIn): Promise<void> {
  const [ada, ben, cleo] = [
    await enter(browser, "ada@acme.example"),
    await enter(browser, "ben@acme.example"),
    await enter(browser, "cleo@globex.example"),
  ];
  expect(await statusOf(ben, "/billing")).toBe(403);
  expect(await (await ada.request.get("/billing")).json()).toEqual({ billingOf: "acme" });
  await ada.goto("/security");
  await ada.getByText("Ben Ito").first().waitFor();
  expect(await ada.getByText("Cleo Marsh").count()).toBe(0);
  await ada.getByRole("button", { name: "Sign me out and everyone else" }).click();
  await ada
    .getByRole("dialog")
    .getByRole("button", { name: /^Sign out all, me too/ })
    .click();
  await ben.waitForURL("**/sign-in?reason=revoked_by_owner");
  await ben.getByText("An owner of your company signed you out.").waitFor();
  await ada.waitForURL("**/sign-in**");
  for (const page of [ada, ben]) expect(await statusOf(page, "/billing")).toBe(401);
  expect(await statusOf(cleo, "/billing")).toBe(200);
}

/** An owner on the policy's page raises the idle timeout to 90 minutes, long after the sign-in, and is asked for the password in place. */
export async function loosenPolicy(browser: TestBrowser, page: Page): Promise<void> {
  await browser.advance(20 * MINUTE);
  await page.getByRole("radio", { name: "Custom" }).click();
  await page.getByLabel("Idle timeout (minutes)", { exact: true }).fill("90");
  await page.getByRole("button", { name: "Save policy" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm it's you" });
  await dialog.getByLabel("Password", { exact: true }).fill("an example password");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
}
