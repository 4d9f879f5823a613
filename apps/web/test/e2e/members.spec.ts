import type { Page } from "@playwright/test";
import { FAILED_REQUEST } from "./support/page-errors.js";
import { signIn } from "./support/sign-in.js";
import { expect, test } from "./support/test.js";
import { MINUTE_MS } from "./support/time.js";
import { newMember, newOwner, signInByApi } from "./support/users.js";

const row = (page: Page, name: string) =>
  page.getByRole("list", { name: "Members" }).getByRole("listitem").filter({ hasText: name });

async function openMembers(page: Page): Promise<void> {
  await page.goto("/account/members");
  await page.getByRole("list", { name: "Members" }).waitFor();
}

test("the list shows name, e-mail, role and last sign-in, and why the last owner can't be changed", async ({
  owner,
  ada,
  grace,
}) => {
  await openMembers(owner);
  await expect(row(owner, grace.email)).toContainText("Grace Hopper");
  await expect(row(owner, grace.email)).toContainText("Member");
  await expect(row(owner, grace.email)).toContainText(/last signed in (just now|.* ago)/);
  await expect(row(owner, ada.email)).toContainText("(you)");
  await expect(row(owner, ada.email)).toContainText(
    "The last owner can't be disabled, deleted or made a member.",
  );
  await expect(row(owner, ada.email).getByRole("button")).toHaveCount(0);
});

test("at 320 px the search and the list come first, and a button leads to the form behind them", async ({
  owner,
}) => {
  await owner.setViewportSize({ width: 320, height: 800 });
  await openMembers(owner);
  const search = await owner.getByRole("searchbox", { name: "Search" }).boundingBox();
  expect(search?.y).toBeLessThan(500);
  const name = owner.getByLabel("Name");
  expect((await name.boundingBox())?.y).toBeGreaterThan(search?.y ?? 0);
  await owner.getByRole("button", { name: "Invite somebody" }).click();
  await expect(name).toBeFocused();
});

test("an invitation's link is shown and can be copied, and inviting again replaces it", async ({
  owner,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openMembers(owner);
  await owner.getByLabel("Name").fill("Barbara Liskov");
  await owner.getByLabel("E-mail").fill(`barbara.${Date.now()}@example.com`);
  await owner.getByRole("button", { name: "Invite member" }).click();
  const link = owner.getByText(/\/invite#/);
  const first = (await link.textContent()) ?? "";
  await owner.getByRole("button", { name: "Copy link" }).click();
  await expect(owner.getByText("Copied")).toBeVisible();
  expect(await owner.evaluate(() => navigator.clipboard.readText())).toBe(first);
  await expect(row(owner, "Barbara Liskov")).toContainText("Invited");
  await row(owner, "Barbara Liskov").getByRole("button", { name: "Invite again" }).click();
  await expect(link).not.toHaveText(first);
});

test("a session that ends over a half-typed invitation takes members and links off the page, and both the input and the list are there after the password", async ({
  owner,
  ada,
  grace,
  service,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  const email = `barbara.${Date.now()}@example.com`;
  await openMembers(owner);
  await owner.getByLabel("Name").fill("Barbara Liskov");
  await owner.getByLabel("E-mail").fill(email);
  await owner.getByRole("button", { name: "Invite member" }).click();
  await owner.getByText(/\/invite#/).waitFor();
  await expect(row(owner, grace.email)).toBeVisible();
  await owner.getByLabel("Name").fill("Alan Turing");
  const device = await signInByApi(service, ada);
  await device.call("POST", "/api/users/me/sessions/revoke-others");
  const dialog = owner.getByRole("dialog", { name: "Confirm it's you" });
  await expect(dialog).toBeVisible();
  const left = await owner.content();
  expect([grace.email, grace.name, email, "/invite#"].filter((text) => left.includes(text))).toEqual([]);
  await dialog.getByLabel("Password").fill(ada.password);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(row(owner, grace.email)).toBeVisible();
  await expect(owner.getByLabel("Name")).toHaveValue("Alan Turing");
  await expect(owner.getByText(/\/invite#/)).toHaveCount(0);
});

test("a withdrawn invitation asks for confirmation, leaves the list with its link, and the link says so", async ({
  owner,
  newBrowser,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  await openMembers(owner);
  await owner.getByLabel("Name").fill("Barbara Liskov");
  await owner.getByLabel("E-mail").fill(`barbara.${Date.now()}@example.com`);
  await owner.getByRole("button", { name: "Invite member" }).click();
  const link = (await owner.getByText(/\/invite#/).textContent()) ?? "";
  await row(owner, "Barbara Liskov").getByRole("button", { name: "Withdraw" }).click();
  await owner.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await expect(row(owner, "Barbara Liskov")).toHaveCount(0);
  await expect(owner.getByText(/\/invite#/)).toHaveCount(0);
  await expect(owner.getByRole("list", { name: "Members" })).toBeFocused();
  const invited = await (await newBrowser()).newPage();
  await invited.goto(link);
  await expect(invited.getByRole("heading", { name: "This invitation does not work" })).toBeVisible();
  await invited.getByRole("link", { name: "Sign in" }).click();
  await expect(invited).toHaveURL("/login");
});

test("a password link is shown once with whom it is for, long after sign-in with the password, and another replaces it", async ({
  owner,
  ada,
  grace,
  time,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  await openMembers(owner);
  await row(owner, grace.email).getByRole("button", { name: "Password link" }).click();
  const link = owner.getByText(/\/reset#/);
  const first = (await link.textContent()) ?? "";
  await expect(owner.getByRole("heading", { name: "Link to a new password for Grace Hopper" })).toBeFocused();
  await expect(owner.getByRole("button", { name: "Copy link" })).toBeVisible();
  await time.advance(16 * MINUTE_MS);
  await row(owner, grace.email).getByRole("button", { name: "Password link" }).click();
  const dialog = owner.getByRole("dialog", { name: "Confirm it's you" });
  await dialog.getByLabel("Password").fill(ada.password);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(link).not.toHaveText(first);
});

test("errors of an invitation are shown at their fields", async ({ owner, pageErrors }) => {
  pageErrors.allow(FAILED_REQUEST);
  await openMembers(owner);
  await owner.getByLabel("Name").fill("Barbara Liskov");
  await owner.getByLabel("E-mail").fill("no address");
  await owner.getByRole("button", { name: "Invite member" }).click();
  await expect(owner.getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
  await expect(owner.getByLabel("E-mail")).toBeFocused();
});

test("disabling a member asks for confirmation, ends their sessions and a link to a new password at once, and can be undone", async ({
  owner,
  member,
  grace,
}) => {
  await openMembers(owner);
  await row(owner, grace.email).getByRole("button", { name: "Password link" }).click();
  await expect(owner.getByText(/\/reset#/)).toBeVisible();
  await row(owner, grace.email).getByRole("button", { name: "Disable" }).click();
  await owner.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await expect(owner.getByText(/\/reset#/)).toHaveCount(0);
  await expect(row(owner, grace.email)).toContainText("Disabled");
  await expect(member).toHaveURL(/\/login\?reason=session_revoked&cause=user_disabled/);
  await row(owner, grace.email).getByRole("button", { name: "Enable" }).click();
  await owner.getByRole("dialog").getByRole("button", { name: "Enable" }).click();
  await expect(row(owner, grace.email).getByText("Disabled", { exact: true })).toBeHidden();
});

test("promoting a member long after sign-in asks for the password in a dialog and then succeeds", async ({
  owner,
  ada,
  grace,
  time,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  await time.advance(20 * MINUTE_MS);
  await openMembers(owner);
  await row(owner, grace.email).getByRole("button", { name: "Make owner" }).click();
  await owner.getByRole("dialog").getByRole("button", { name: "Make owner" }).click();
  const passwordDialog = owner.getByRole("dialog", { name: "Confirm it's you" });
  await passwordDialog.getByLabel("Password").fill(ada.password);
  await passwordDialog.getByRole("button", { name: "Confirm" }).click();
  await expect(owner.getByText("Grace Hopper is an owner now")).toBeVisible();
  await expect(row(owner, grace.email)).toContainText("Owner");
});

test("a member who was promoted sees the owner's rows on the next page", async ({
  member,
  service,
  ada,
  grace,
}) => {
  const device = await signInByApi(service, ada);
  await device.call("PATCH", `/api/accounts/me/members/${grace.id}`, { role: "owner" });
  await member.goto("/account");
  await expect(member.getByRole("link", { name: /^Session security/ })).toBeVisible();
});

test("an owner can make the other owner a member again", async ({ owner, service, ada }) => {
  const edsger = await newMember(service, ada, { name: "Edsger Dijkstra", role: "owner" });
  await openMembers(owner);
  await row(owner, edsger.email).getByRole("button", { name: "Make member" }).click();
  await owner.getByRole("dialog").getByRole("button", { name: "Make member" }).click();
  await expect(owner.getByText("Edsger Dijkstra is a member now")).toBeVisible();
  await expect(row(owner, ada.email)).toContainText("The last owner can't be disabled");
});

test("past 50 members the list goes on with Show more, and still tells the last owner why", async ({
  page,
  service,
}) => {
  const olive = await newOwner(service, { name: "Olive" });
  const device = await signInByApi(service, olive);
  for (let number = 1; number <= 60; number += 1)
    await device.call("POST", "/api/accounts/me/members", {
      name: `Person ${number}`,
      email: `person-${number}.${olive.id}@example.com`,
      role: "member",
    });
  await signIn(page, olive, "/account/members");
  const rows = page.getByRole("list", { name: "Members" }).getByRole("listitem");
  await expect(rows).toHaveCount(50);
  await expect(row(page, olive.email)).toContainText("The last owner can't be disabled");
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(rows).toHaveCount(61);
  await expect(page.getByRole("button", { name: "Show more" })).toHaveCount(0);
  await expect(row(page, olive.email)).toContainText("The last owner can't be disabled");
});
