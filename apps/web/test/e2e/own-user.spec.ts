import { readFile } from "node:fs/promises";
import { FAILED_REQUEST } from "./support/page-errors.js";
import { fillSignIn } from "./support/sign-in.js";
import { expect, test } from "./support/test.js";

test("a person changes their name, which every tab shows, and their e-mail with the password, and signs in with it", async ({
  member,
  grace,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  const tab = await member.context().newPage();
  await tab.goto("/");
  await member.goto("/account");
  await expect(member.getByLabel("Current password")).toHaveCount(0);
  await member.getByLabel("Name").fill("Grace B. Hopper");
  await member.getByRole("button", { name: "Save" }).click();
  await expect(member.getByText("Saved", { exact: true })).toBeVisible();
  await expect(member.getByRole("banner")).toContainText("Grace B. Hopper");
  await expect(tab.getByRole("banner")).toContainText("Grace B. Hopper");

  const email = `rear.admiral.${Date.now()}@example.com`;
  await member.getByLabel("E-mail").fill(email);
  await member.getByRole("button", { name: "Save" }).click();
  await expect(member.getByLabel("Current password")).toBeFocused();
  await member.getByLabel("Current password").fill("not the one");
  await member.getByRole("button", { name: "Save" }).click();
  await expect(member.getByText("This is not your current password.")).toBeVisible();
  await member.getByLabel("Current password").fill(grace.password);
  await member.getByRole("button", { name: "Save" }).click();
  await expect(member.getByLabel("Current password")).toHaveCount(0);
  await expect(member.getByText(email)).toBeVisible();
  await member.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(member).toHaveURL("/login");
  await fillSignIn(member, { email, password: grace.password });
  await expect(member).toHaveURL("/");
});

test("an owner renames the account, which every tab shows, and downloads what is kept of them", async ({
  owner,
  ada,
  member,
}) => {
  const tab = await owner.context().newPage();
  await tab.goto("/account");
  await owner.goto("/account");
  await owner.getByRole("button", { name: "Rename the account" }).click();
  const dialog = owner.getByRole("dialog", { name: "Rename the account" });
  await dialog.getByLabel("Account name").fill(" ");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Enter a name for the account.")).toBeVisible();
  await dialog.getByLabel("Account name").fill("Navy Ltd");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  for (const page of [owner, tab]) await expect(page.getByText("an owner of Navy Ltd.")).toBeVisible();

  const coming = owner.waitForEvent("download");
  await owner.getByRole("button", { name: "Download my data" }).click();
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(/^curfew-my-data-\d{4}-\d\d-\d\d\.json$/);
  const kept = JSON.parse(await readFile(await download.path(), "utf8"));
  expect(kept).toMatchObject({ user: { email: ada.email, account: { name: "Navy Ltd" } } });
  expect(kept.events.map((event: { type: string }) => event.type)).toContain("account.renamed");

  await member.goto("/account");
  await expect(member.getByRole("button", { name: "Download my data" })).toBeVisible();
  await expect(member.getByRole("button", { name: "Rename the account" })).toHaveCount(0);
});
