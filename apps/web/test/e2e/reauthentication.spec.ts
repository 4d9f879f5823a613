import type { Page } from "@playwright/test";
import { FAILED_REQUEST } from "./support/page-errors.js";
import { expect, test } from "./support/test.js";
import { MINUTE_MS } from "./support/time.js";
import { signInByApi } from "./support/users.js";

const idle = (page: Page) => page.getByLabel("Idle timeout (minutes)");
const absolute = (page: Page) => page.getByLabel("Maximum session length (minutes)");
const passwordDialog = (page: Page) => page.getByRole("dialog", { name: "Confirm it's you" });

async function fillPolicy(page: Page, idleMinutes: string, absoluteMinutes: string): Promise<void> {
  await page.getByRole("radio", { name: "Custom" }).check();
  await idle(page).fill(idleMinutes);
  await absolute(page).fill(absoluteMinutes);
}

test.beforeEach(async ({ owner, pageErrors }) => {
  pageErrors.allow(FAILED_REQUEST);
  await owner.goto("/account/security");
  await idle(owner).waitFor();
});

test.describe("a longer limit, long after sign-in", () => {
  test("asks for the password in a dialog, repeats the call, and keeps what was typed", async ({
    owner,
    ada,
    time,
  }) => {
    await time.advance(20 * MINUTE_MS);
    await fillPolicy(owner, "120", "2880");
    await owner.getByRole("button", { name: "Save policy" }).click();
    await expect(passwordDialog(owner)).toContainText(ada.email);
    await expect(passwordDialog(owner).getByLabel("Password")).toBeFocused();
    await passwordDialog(owner).getByLabel("Password").fill("not hers");
    await passwordDialog(owner).getByRole("button", { name: "Confirm" }).click();
    await expect(passwordDialog(owner).getByLabel("Password")).toHaveAccessibleDescription(/not right/);
    await passwordDialog(owner).getByLabel("Password").fill(ada.password);
    await owner.keyboard.press("Enter");
    await expect(passwordDialog(owner)).toBeHidden();
    await expect(owner.getByText("Saved", { exact: true })).toBeVisible();
    await expect(idle(owner)).toHaveValue("120");
    await expect(absolute(owner)).toHaveValue("2880");
  });

  test("is not saved if the user cancels, and what was typed stays", async ({ owner, time }) => {
    await time.advance(20 * MINUTE_MS);
    await fillPolicy(owner, "120", "2880");
    await owner.getByRole("button", { name: "Save policy" }).click();
    await passwordDialog(owner).getByRole("button", { name: "Cancel" }).click();
    await expect(passwordDialog(owner)).toBeHidden();
    await expect(idle(owner)).toHaveValue("120");
    await expect(owner.getByText("Not done: this needs your password once more.")).toBeVisible();
    await expect(owner.getByText("Saved", { exact: true })).toBeHidden();
  });

  test("does not ask for the password if the limits get shorter", async ({ owner, time }) => {
    await time.advance(20 * MINUTE_MS);
    await fillPolicy(owner, "20", "600");
    await owner.getByRole("button", { name: "Save policy" }).click();
    await expect(owner.getByText("Saved", { exact: true })).toBeVisible();
  });
});

test.describe("a session that is revoked while the user types", () => {
  test("asks for the password in a dialog; what was typed is kept and can be saved, other people's data is not", async ({
    owner,
    service,
    ada,
    grace,
  }) => {
    await signInByApi(service, grace);
    await owner.reload();
    await expect(owner.getByRole("button", { name: grace.email })).toBeVisible();
    await fillPolicy(owner, "20", "600");
    const device = await signInByApi(service, ada);
    await device.call("POST", "/api/users/me/sessions/revoke-others");
    await expect(passwordDialog(owner)).toContainText("You ended this session from another device.");
    await expect(owner).toHaveURL("/account/security");
    expect(await owner.content()).not.toContain(grace.name);
    expect(await owner.content()).not.toContain(grace.email);
    await passwordDialog(owner).getByLabel("Password").fill(ada.password);
    await passwordDialog(owner).getByRole("button", { name: "Confirm" }).click();
    await expect(passwordDialog(owner)).toBeHidden();
    await expect(idle(owner)).toHaveValue("20");
    await expect(absolute(owner)).toHaveValue("600");
    await owner.getByRole("button", { name: "Save policy" }).click();
    await expect(owner.getByText("Saved", { exact: true })).toBeVisible();
    await expect(owner.getByRole("button", { name: grace.email })).toBeVisible();
  });

  test("asks in the same way when nobody knows the session any more, as after the cookies were cleared", async ({
    owner,
    context,
    ada,
    time,
  }) => {
    await fillPolicy(owner, "20", "600");
    await context.clearCookies();
    await time.advance(6 * MINUTE_MS);
    await owner.keyboard.press("Shift");
    await expect(passwordDialog(owner)).toContainText("this browser has lost your session");
    await expect(owner).toHaveURL("/account/security");
    await passwordDialog(owner).getByLabel("Password").fill(ada.password);
    await owner.keyboard.press("Enter");
    await expect(passwordDialog(owner)).toBeHidden();
    await expect(idle(owner)).toHaveValue("20");
    await owner.getByRole("button", { name: "Save policy" }).click();
    await expect(owner.getByText("Saved", { exact: true })).toBeVisible();
  });

  test("leads to the sign-in page if the user cancels", async ({ owner, service, ada }) => {
    await fillPolicy(owner, "20", "600");
    const device = await signInByApi(service, ada);
    await device.call("POST", "/api/users/me/sessions/revoke-others");
    await passwordDialog(owner).getByRole("button", { name: "Cancel" }).click();
    await expect(owner).toHaveURL(/\/login\?reason=session_revoked&cause=revoked_by_user/);
    expect(await owner.content()).not.toContain(ada.email);
  });

  test("leads to the sign-in page at once if nothing has been typed", async ({ owner, service, ada }) => {
    const device = await signInByApi(service, ada);
    await device.call("POST", "/api/users/me/sessions/revoke-others");
    await expect(owner).toHaveURL(/\/login\?reason=session_revoked/);
    await expect(passwordDialog(owner)).toHaveCount(0);
  });
});
