import type { Page } from "@playwright/test";
import { FAILED_REQUEST } from "./support/page-errors.js";
import { signIn } from "./support/sign-in.js";
import { expect, test } from "./support/test.js";
import { DAY_MS, MINUTE_MS } from "./support/time.js";
import { signInByApi } from "./support/users.js";

const card = (page: Page) => page.getByRole("region", { name: "Active sessions" });
const everyoneElse = (page: Page) => page.getByRole("button", { name: "Sign out everyone except me" });
const everyone = (page: Page) => page.getByRole("button", { name: "Sign me out and everyone else" });

async function openSecurity(page: Page): Promise<void> {
  await page.goto("/account/security");
  await everyone(page).waitFor();
}

test("an owner who is signed in alone is told so, is tagged (you), and has no button to sign out others", async ({
  owner,
  ada,
}) => {
  await openSecurity(owner);
  await expect(card(owner)).toContainText("Only you are signed in.");
  await expect(card(owner).getByRole("button", { name: new RegExp(`${ada.name} \\(you\\)`) })).toBeVisible();
  await expect(everyoneElse(owner)).toHaveCount(0);
});

test("each user has a row with name, e-mail and sign-in time; hover and focus show the exact time", async ({
  owner,
  service,
  time,
  grace,
}) => {
  await signInByApi(service, grace);
  await time.advance(8 * MINUTE_MS);
  await openSecurity(owner);
  await expect(card(owner)).toContainText("2 people are signed in.");
  const row = card(owner).getByRole("listitem").filter({ hasText: grace.email });
  await expect(row).toContainText(grace.name);
  await expect(row).toContainText("signed in 8 minutes ago");
  await expect(row).toContainText("last active 8 minutes ago");
  const exact = row.locator("time").first();
  await expect(exact).toHaveAttribute("datetime", /^\d{4}-\d\d-\d\dT/);
  await expect(exact).toHaveAttribute("title", /\d{1,2} \w+ \d{4}.*\d\d:\d\d/);
  await exact.focus();
  await owner.keyboard.press("Shift");
  expect(await exact.evaluate((time) => getComputedStyle(time, "::after").content)).toMatch(
    /\d{4}.*\d\d:\d\d/,
  );
  await time.advance(4 * MINUTE_MS);
  await expect(row).toContainText("signed in 12 minutes ago");
});

test("a row expands to the user's sessions, with buttons to end each and all", async ({
  owner,
  service,
  grace,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  const devices = [
    await signInByApi(service, grace),
    await signInByApi(service, grace),
    await signInByApi(service, grace),
  ];
  await openSecurity(owner);
  const row = card(owner).getByRole("button", { name: new RegExp(grace.name) });
  await expect(row).toHaveAttribute("aria-expanded", "false");
  await row.click();
  await expect(row).toHaveAttribute("aria-expanded", "true");
  const sessions = card(owner)
    .getByRole("list", { name: `Sessions of ${grace.name}` })
    .getByRole("listitem");
  await expect(sessions).toHaveCount(3);
  await expect(sessions.first()).toContainText("Safari");
  await sessions
    .first()
    .getByRole("button", { name: /^Sign out/ })
    .click();
  await expect(owner.getByText("1 session signed out")).toBeVisible();
  await expect(sessions).toHaveCount(2);
  await card(owner).getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(owner.getByText("2 sessions signed out")).toBeVisible();
  await expect(card(owner)).toContainText("Only you are signed in.");
  for (const device of devices) await expect(device.refresh()).rejects.toThrow(/session_revoked/);
});

test("the confirmation dialog names scope and count; Escape, the backdrop and Cancel close it and restore the focus", async ({
  owner,
  service,
  grace,
}) => {
  await signInByApi(service, grace);
  await signInByApi(service, grace);
  await openSecurity(owner);
  const dialog = owner.getByRole("dialog", { name: "Sign out everyone except me: 2 sessions, 1 person" });
  for (const close of ["Escape", "backdrop", "Cancel"]) {
    await everyoneElse(owner).click();
    await expect(dialog).toBeVisible();
    await expect(dialog).toContainText("any on your own other devices");
    await expect(
      dialog.getByRole("button", { name: "Sign out everyone else (2 sessions, 1 person)" }),
    ).toBeVisible();
    if (close === "Escape") await owner.keyboard.press("Escape");
    else if (close === "backdrop") await owner.mouse.click(5, 5);
    else await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog).toBeHidden();
    await expect(everyoneElse(owner)).toBeFocused();
  }
  await expect(card(owner)).toContainText("2 people are signed in.");
});

test("the focus stays inside the confirmation dialog", async ({ owner }) => {
  await openSecurity(owner);
  await everyone(owner).click();
  const dialog = owner.getByRole("dialog");
  for (const key of ["Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"]) {
    await owner.keyboard.press(key);
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  }
});

test("signing out everyone else ends all other sessions, shows their number in a toast and updates the list", async ({
  owner,
  service,
  ada,
  grace,
}) => {
  const phone = await signInByApi(service, ada);
  const memberSession = await signInByApi(service, grace);
  await openSecurity(owner);
  await everyoneElse(owner).click();
  await owner
    .getByRole("dialog")
    .getByRole("button", { name: /^Sign out everyone else/ })
    .click();
  await expect(owner.getByText("2 sessions signed out")).toBeVisible();
  await expect(card(owner)).toContainText("Only you are signed in.");
  await expect(owner.getByRole("dialog")).toBeHidden();
  for (const device of [phone, memberSession])
    await expect(device.refresh()).rejects.toThrow(/revoked_by_owner/);
  await owner.reload();
  await expect(everyone(owner)).toBeVisible();
});

test("signing out everyone shows the number, clears storage, and takes all tabs to the sign-in page without a banner", async ({
  owner,
  context,
  service,
  grace,
}) => {
  await signInByApi(service, grace);
  const other = await context.newPage();
  await other.goto("/account");
  await other.getByRole("heading", { level: 1 }).waitFor();
  await openSecurity(owner);
  await everyone(owner).click();
  await owner
    .getByRole("dialog")
    .getByRole("button", { name: /^Sign out all, me too/ })
    .click();
  await expect(owner.getByText("2 sessions signed out")).toBeVisible();
  for (const tab of [owner, other]) {
    await expect(tab).toHaveURL("/login");
    await expect(tab.locator("[data-tone=info]")).toHaveCount(0);
  }
  expect(await owner.evaluate(() => Object.keys(localStorage))).toEqual([]);
  await owner.goto("/account");
  await expect(owner).toHaveURL(/\/login/);
});

test("the user's own sessions are listed with this device first, and can be ended one by one or all others at once", async ({
  owner,
  service,
  ada,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  const phones = [
    await signInByApi(service, ada),
    await signInByApi(service, ada),
    await signInByApi(service, ada),
  ];
  await owner.goto("/account/sessions");
  const rows = owner.getByRole("list", { name: "Your sessions" }).getByRole("listitem");
  await expect(rows).toHaveCount(4);
  await expect(rows.first()).toContainText("This device");
  await rows.nth(1).getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(rows).toHaveCount(3);
  await owner.getByRole("button", { name: "Sign out other sessions" }).click();
  await owner.getByRole("dialog").getByRole("button", { name: "Sign out 2 other sessions" }).click();
  await expect(owner.getByText("2 sessions signed out")).toBeVisible();
  await expect(rows).toHaveCount(1);
  for (const phone of phones) await expect(phone.refresh()).rejects.toThrow(/revoked_by_user/);
});

test("signing out this device in the list leads to the sign-in page without a banner", async ({ owner }) => {
  await owner.goto("/account/sessions");
  await owner.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(owner).toHaveURL("/login");
  await expect(owner.locator("[data-tone=info]")).toHaveCount(0);
});

test("a page whose session another device ended goes to the sign-in page at once, with the reason and time", async ({
  owner,
  service,
  ada,
}) => {
  const phone = await signInByApi(service, ada);
  await owner.goto("/account");
  await owner.getByRole("heading", { level: 1 }).waitFor();
  await phone.call("POST", "/api/users/me/sessions/revoke-others");
  await expect(owner).toHaveURL(
    /\/login\?reason=session_revoked&cause=revoked_by_user&return_to=%2Faccount$/,
  );
  await expect(owner.getByRole("status")).toContainText(
    /You ended this session at \d\d:\d\d from another device/,
  );
});

test("a member who is signed out by an owner goes to the sign-in page at once, in every tab", async ({
  member,
  service,
  ada,
  grace,
}) => {
  const second = await member.context().newPage();
  await second.goto("/account/sessions");
  await second.getByRole("heading", { level: 1 }).waitFor();
  const device = await signInByApi(service, ada);
  await device.call("POST", `/api/accounts/me/security/users/${grace.id}/revoke-sessions`);
  for (const tab of [member, second]) {
    await expect(tab).toHaveURL(/\/login\?reason=session_revoked&cause=revoked_by_owner/);
    await expect(tab.getByText(/An owner of your account signed you out at \d\d:\d\d/)).toBeVisible();
  }
});

test("a new password ends the other sessions and keeps this one; a wrong current password is an error of its field", async ({
  owner,
  service,
  ada,
  newBrowser,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  const elsewhere = await (await newBrowser()).newPage();
  await signIn(elsewhere, ada);
  const phone = await signInByApi(service, ada);
  await owner.goto("/account/password");
  await owner.getByLabel("Current password").fill("not hers");
  await owner.getByLabel("New password").fill("another password of hers");
  await owner.getByRole("button", { name: "Change password" }).click();
  await expect(owner.getByLabel("Current password")).toHaveAttribute("aria-invalid", "true");
  await owner.getByLabel("Current password").fill(ada.password);
  await owner.getByRole("button", { name: "Change password" }).click();
  await expect(owner.getByText("Password changed.")).toBeVisible();
  await expect(owner.getByLabel("New password")).toHaveValue("");
  await expect(elsewhere).toHaveURL(/\/login\?reason=session_revoked&cause=password_changed/);
  await expect(phone.refresh()).rejects.toThrow(/password_changed/);
  await owner.reload();
  await expect(owner.getByRole("heading", { name: "Password", level: 1 })).toBeVisible();
});

test("more than a hundred users are shown in pages", async ({ owner, service, time, ada }) => {
  test.slow();
  const device = await signInByApi(service, ada);
  const invite = async (count: number) => {
    const { invitation } = await device.call<{ invitation: { url: string } }>(
      "POST",
      "/api/accounts/me/members",
      {
        name: `Colleague ${count}`,
        email: `colleague.${count}.${ada.id}@example.com`,
        role: "member",
      },
    );
    const token = new URL(invitation.url).hash.slice(1);
    await device.call("POST", "/api/auth/accept-invitation", {
      token,
      password: "a password of theirs",
      transport: "body",
    });
  };
  for (let first = 0; first < 104; first += 8)
    await Promise.all(Array.from({ length: 8 }, (_, index) => invite(first + index)));
  await openSecurity(owner);
  await expect(card(owner)).toContainText("105 people are signed in.");
  const people = card(owner).locator("[aria-expanded]");
  await expect(people).toHaveCount(100);
  await card(owner).getByRole("button", { name: "Show more" }).click();
  await expect.poll(() => people.count()).toBeGreaterThan(100);
  while ((await people.count()) < 105) await card(owner).getByRole("button", { name: "Show more" }).click();
  await expect(card(owner).getByRole("button", { name: "Show more" })).toBeHidden();
  expect(await people.count()).toBe(105);
  await time.advance(DAY_MS / 100);
});
