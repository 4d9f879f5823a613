import type { Page } from "@playwright/test";
import { MINUTE_MS } from "./support/durations.js";
import { REFUSED } from "./support/guard.js";
import { signInByApi } from "./support/people.js";
import { expect, test } from "./support/test.js";

const idle = (page: Page) => page.getByLabel("Idle timeout (minutes)");
const absolute = (page: Page) => page.getByLabel("Maximum session length (minutes)");
const confirm = (page: Page) => page.getByRole("dialog", { name: "Confirm it's you" });

async function type(page: Page, idleMinutes: string, absoluteMinutes: string): Promise<void> {
  await page.getByRole("radio", { name: "Custom" }).check();
  await idle(page).fill(idleMinutes);
  await absolute(page).fill(absoluteMinutes);
}

test.beforeEach(async ({ owner, guard }) => {
  guard.allow(REFUSED);
  await owner.goto("/account/security");
  await idle(owner).waitFor();
});

test.describe("a change that loosens, long after sign-in", () => {
  test("asks for the password in place, repeats the call, and nothing typed is lost", async ({
    owner,
    ada,
    time,
  }) => {
    await time.advance(20 * MINUTE_MS);
    await type(owner, "120", "2880");
    await owner.getByRole("button", { name: "Save policy" }).click();
    await expect(confirm(owner)).toContainText(ada.email);
    await expect(confirm(owner).getByLabel("Password")).toBeFocused();
    await confirm(owner).getByLabel("Password").fill("not hers");
    await confirm(owner).getByRole("button", { name: "Confirm" }).click();
    await expect(confirm(owner).getByLabel("Password")).toHaveAccessibleDescription(/not right/);
    await confirm(owner).getByLabel("Password").fill(ada.password);
    await owner.keyboard.press("Enter");
    await expect(confirm(owner)).toBeHidden();
    await expect(owner.getByText("Saved", { exact: true })).toBeVisible();
    await expect(idle(owner)).toHaveValue("120");
    await expect(absolute(owner)).toHaveValue("2880");
  });

  test("is not made where the person cancels, and what was typed stays", async ({ owner, time }) => {
    await time.advance(20 * MINUTE_MS);
    await type(owner, "120", "2880");
    await owner.getByRole("button", { name: "Save policy" }).click();
    await confirm(owner).getByRole("button", { name: "Cancel" }).click();
    await expect(confirm(owner)).toBeHidden();
    await expect(idle(owner)).toHaveValue("120");
    await expect(owner.getByText("Not done: this needs your password once more.")).toBeVisible();
    await expect(owner.getByText("Saved", { exact: true })).toBeHidden();
  });

  test("is asked nothing where it tightens", async ({ owner, time }) => {
    await time.advance(20 * MINUTE_MS);
    await type(owner, "20", "600");
    await owner.getByRole("button", { name: "Save policy" }).click();
    await expect(owner.getByText("Saved", { exact: true })).toBeVisible();
  });
});

test.describe("a session that is revoked while something is typed", () => {
  test("offers the password in place, and what was typed is still there and can be saved", async ({
    owner,
    service,
    ada,
  }) => {
    await type(owner, "20", "600");
    const device = await signInByApi(service, ada);
    await device.call("POST", "/api/users/me/sessions/revoke-others");
    await expect(confirm(owner)).toContainText("You ended this session from another device.");
    await expect(owner).toHaveURL("/account/security");
    await confirm(owner).getByLabel("Password").fill(ada.password);
    await confirm(owner).getByRole("button", { name: "Confirm" }).click();
    await expect(confirm(owner)).toBeHidden();
    await expect(idle(owner)).toHaveValue("20");
    await expect(absolute(owner)).toHaveValue("600");
    await owner.getByRole("button", { name: "Save policy" }).click();
    await expect(owner.getByText("Saved", { exact: true })).toBeVisible();
  });

  test("leads to the sign-in page where the person cancels", async ({ owner, service, ada }) => {
    await type(owner, "20", "600");
    const device = await signInByApi(service, ada);
    await device.call("POST", "/api/users/me/sessions/revoke-others");
    await confirm(owner).getByRole("button", { name: "Cancel" }).click();
    await expect(owner).toHaveURL(/\/login\?reason=session_revoked&cause=revoked_by_user/);
    expect(await owner.content()).not.toContain(ada.email);
  });

  test("leaves at once where nothing is typed", async ({ owner, service, ada }) => {
    const device = await signInByApi(service, ada);
    await device.call("POST", "/api/users/me/sessions/revoke-others");
    await expect(owner).toHaveURL(/\/login\?reason=session_revoked/);
    await expect(confirm(owner)).toHaveCount(0);
  });
});
