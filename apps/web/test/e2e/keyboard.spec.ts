import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/test.js";
import { newMember, signInByApi } from "./support/users.js";

const MAX_STEPS = 60;

/** Presses Tab until an element has the focus, and expects a visible focus ring. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let step = 0; step < MAX_STEPS; step += 1) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) {
      const ring = await target.evaluate((element) => {
        const styles = [element, element.closest("label")].flatMap((one) =>
          one ? [getComputedStyle(one)] : [],
        );
        return styles.some(({ outlineStyle, boxShadow }) => outlineStyle !== "none" || boxShadow !== "none");
      });
      expect(ring, "the focus is visible").toBe(true);
      return;
    }
  }
  throw new Error(`Tab does not lead to ${target}`);
}

test("sign-in works by keyboard alone", async ({ page, ada }) => {
  await page.goto("/login");
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await tabTo(page, page.getByLabel("E-mail"));
  await page.keyboard.type(ada.email);
  await tabTo(page, page.getByLabel("Password"));
  await page.keyboard.type(ada.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/");
});

test("the first tab stop on a signed-in page skips to the content", async ({ owner }) => {
  await owner.goto("/account");
  await owner.getByRole("link", { name: /Your sessions/ }).waitFor();
  await owner.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await tabTo(owner, owner.getByRole("link", { name: "Skip to content" }));
  await owner.keyboard.press("Enter");
  await expect(owner.getByRole("main")).toBeFocused();
});

test("the policy form works by keyboard alone", async ({ owner }) => {
  await owner.goto("/account/security");
  await owner.getByRole("button", { name: "Save policy" }).waitFor();
  await tabTo(owner, owner.getByRole("radio", { name: "Standard" }));
  await owner.keyboard.press("ArrowDown");
  await expect(owner.getByRole("radio", { name: "Custom" })).toBeChecked();
  await tabTo(owner, owner.getByLabel("Idle timeout (minutes)"));
  await owner.keyboard.press("Control+a");
  await owner.keyboard.type("5");
  await tabTo(owner, owner.getByLabel("Maximum session length (minutes)"));
  await expect(owner.getByLabel("Idle timeout (minutes)")).toHaveAccessibleDescription(/from 10/);
  await owner.keyboard.press("Shift+Tab");
  await owner.keyboard.press("Control+a");
  await owner.keyboard.type("20");
  await tabTo(owner, owner.getByLabel("Also shorten sessions that are open now"));
  await owner.keyboard.press("Space");
  await expect(owner.getByText(/1 open session/)).toBeVisible();
  await tabTo(owner, owner.getByRole("button", { name: "Save policy" }));
  await owner.keyboard.press("Enter");
  await expect(owner.getByText("Saved", { exact: true })).toBeVisible();
  await expect(owner.getByRole("button", { name: "Save policy" })).toBeFocused();
});

test("revoking sessions works by keyboard alone", async ({ owner, service, grace }) => {
  await signInByApi(service, grace);
  await signInByApi(service, grace);
  await owner.goto("/account/security");
  const row = owner.getByRole("button", { name: new RegExp(grace.name) });
  await row.waitFor();
  await tabTo(owner, row);
  await owner.keyboard.press("Enter");
  const sessions = owner.getByRole("list", { name: `Sessions of ${grace.name}` });
  await expect(sessions.getByRole("listitem")).toHaveCount(2);
  await tabTo(owner, sessions.getByRole("button", { name: /^Sign out/ }).first());
  await owner.keyboard.press("Enter");
  await expect(sessions.getByRole("listitem")).toHaveCount(1);
  expect(await owner.evaluate(() => document.activeElement !== document.body)).toBe(true);
  const everyoneElse = owner.getByRole("button", { name: "Sign out everyone except me" });
  await tabTo(owner, everyoneElse);
  await owner.keyboard.press("Enter");
  const dialog = owner.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await owner.keyboard.press("Escape");
  await expect(everyoneElse).toBeFocused();
  await owner.keyboard.press("Enter");
  const confirm = dialog.getByRole("button", { name: /^Sign out everyone else/ });
  if (!(await confirm.evaluate((element) => element === document.activeElement))) await tabTo(owner, confirm);
  await owner.keyboard.press("Enter");
  await expect(owner.getByText("Only you are signed in.")).toBeVisible();
  expect(await owner.evaluate(() => document.activeElement !== document.body)).toBe(true);
  await tabTo(owner, owner.getByRole("button", { name: "Sign me out and everyone else" }));
  await owner.keyboard.press("Enter");
  const all = dialog.getByRole("button", { name: /^Sign out all, me too/ });
  if (!(await all.evaluate((element) => element === document.activeElement))) await tabTo(owner, all);
  await owner.keyboard.press("Enter");
  await expect(owner).toHaveURL("/login");
});

test("finding a member and deleting them works by keyboard alone, at 320 px", async ({
  owner,
  ada,
  service,
}) => {
  await newMember(service, ada, { name: "Zoë Übel" });
  await owner.setViewportSize({ width: 320, height: 640 });
  await owner.goto("/account/members");
  const members = owner.getByRole("list", { name: "Members" });
  await members.waitFor();
  await tabTo(owner, owner.getByRole("searchbox", { name: "Search" }));
  await owner.keyboard.type("zoe");
  await expect(owner.getByText("1 person found.")).toBeVisible();
  const remove = members.getByRole("button", { name: "Delete" });
  await tabTo(owner, remove);
  await expect(remove).toBeInViewport({ ratio: 1 });
  await owner.keyboard.press("Enter");
  const dialog = owner.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await owner.keyboard.press("Escape");
  await expect(remove).toBeFocused();
  await owner.keyboard.press("Enter");
  const confirm = dialog.getByRole("button", { name: "Delete" });
  if (!(await confirm.evaluate((element) => element === document.activeElement))) await tabTo(owner, confirm);
  await owner.keyboard.press("Enter");
  await expect(owner.getByText("Nobody here has “zoe” in their name or e-mail.")).toBeVisible();
  expect(await owner.evaluate(() => document.activeElement !== document.body)).toBe(true);
});
