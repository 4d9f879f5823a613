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
  await member.getByRole("button", { name: "Sign out" }).click();
  await expect(member).toHaveURL("/login");
  await fillSignIn(member, { email, password: grace.password });
  await expect(member).toHaveURL("/");
});
