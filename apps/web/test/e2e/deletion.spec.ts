import { FAILED_REQUEST } from "./support/page-errors.js";
import { fillSignIn } from "./support/sign-in.js";
import { expect, test } from "./support/test.js";
import { MINUTE_MS } from "./support/time.js";

test("a person deletes themselves with the password, in every tab, and is nobody then", async ({
  member,
  grace,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  const tab = await member.context().newPage();
  await tab.goto("/");
  await tab.getByRole("button", { name: "Sign out", exact: true }).waitFor();
  await member.goto("/account");
  await expect(member.getByRole("button", { name: /Delete Example Ltd/ })).toHaveCount(0);
  await member.getByLabel("Name").fill("A name that was never saved");
  await member.getByRole("button", { name: "Delete my account" }).click();
  const dialog = member.getByRole("dialog", { name: "Delete your account?" });
  const confirm = dialog.getByRole("button", { name: "Delete my account" });
  await confirm.click();
  await expect(dialog.getByText("Enter your current password.")).toBeVisible();
  await dialog.getByLabel("Current password").fill("not the one");
  await confirm.click();
  await expect(dialog.getByText("This is not your current password.")).toBeVisible();
  await dialog.getByLabel("Current password").fill(grace.password);
  await confirm.click();
  await expect(member.getByRole("heading", { name: "Your account is deleted" })).toBeVisible();
  await expect(member).toHaveURL("/deleted");
  await expect(tab).toHaveURL("/login");
  expect(await member.evaluate(() => JSON.stringify(localStorage))).not.toContain(grace.name);
  await member.getByRole("link", { name: "sign in" }).click();
  await fillSignIn(member, grace);
  await expect(member.getByText("The e-mail address or the password is wrong.")).toBeVisible();
});

test("an owner deletes a person after the password, whose tabs leave and whom the trail names no more", async ({
  owner,
  ada,
  member,
  grace,
  time,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  await owner.goto("/account/members");
  await time.advance(16 * MINUTE_MS);
  const list = owner.getByRole("list", { name: "Members" });
  const row = list.getByRole("listitem").filter({ hasText: grace.email });
  await row.getByRole("button", { name: "Delete" }).click();
  await owner
    .getByRole("dialog", { name: "Delete Grace Hopper?" })
    .getByRole("button", { name: "Delete" })
    .click();
  const confirm = owner.getByRole("dialog", { name: "Confirm it's you" });
  await confirm.getByLabel("Password").fill(ada.password);
  await confirm.getByRole("button", { name: "Confirm" }).click();
  await expect(row).toHaveCount(0);
  await expect(list).toBeFocused();
  await expect(member.getByText("Your access was deleted")).toBeVisible();
  await owner.goto("/account/security");
  await expect(owner.getByText(/deleted a person and their data/).first()).toBeVisible();
  await expect(owner.getByText("Grace Hopper")).toHaveCount(0);
});

test("a last owner is told why they can't be deleted, and deletes the account by its name, for good", async ({
  owner,
  ada,
  member,
  time,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  await owner.goto("/account");
  await owner.getByRole("button", { name: "Delete my account" }).click();
  const own = owner.getByRole("dialog", { name: "Delete your account?" });
  await expect(own).toContainText("The last owner can't be deleted");
  await expect(own.getByLabel("Current password")).toHaveCount(0);
  await expect(own.getByRole("button")).toHaveText(["Close"]);
  await own.getByRole("button", { name: "Close" }).click();

  await time.advance(16 * MINUTE_MS);
  await owner.getByRole("button", { name: "Delete Example Ltd…" }).click();
  const dialog = owner.getByRole("dialog", { name: "Delete Example Ltd?" });
  await expect(dialog).toContainText("Nothing brings it back.");
  await dialog.getByLabel("Type Example Ltd to confirm").fill("Example");
  await dialog.getByRole("button", { name: "Delete the account" }).click();
  await expect(dialog.getByText("This is not the name of the account.")).toBeVisible();
  await dialog.getByLabel("Type Example Ltd to confirm").fill("Example Ltd");
  await dialog.getByRole("button", { name: "Delete the account" }).click();
  const confirm = owner.getByRole("dialog", { name: "Confirm it's you" });
  await confirm.getByLabel("Password").fill(ada.password);
  await confirm.getByRole("button", { name: "Confirm" }).click();
  await expect(
    owner.getByRole("heading", { name: "The account is deleted, with everybody in it" }),
  ).toBeVisible();
  await expect(member.getByText("The account was deleted")).toBeVisible();
  await owner.reload();
  await expect(
    owner.getByRole("heading", { name: "The account is deleted, with everybody in it" }),
  ).toBeVisible();

  await owner.getByRole("link", { name: "Create an account" }).click();
  await owner.getByLabel("Account name").fill("Example Ltd");
  await owner.getByLabel("Your name").fill("Ada Lovelace");
  await owner.getByLabel("E-mail").fill(ada.email);
  await owner.getByLabel("Password").fill(ada.password);
  await owner.getByRole("button", { name: "Create account" }).click();
  await expect(owner).toHaveURL("/");
});
