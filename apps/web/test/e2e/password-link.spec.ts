import { FAILED_REQUEST } from "./support/page-errors.js";
import { signIn } from "./support/sign-in.js";
import { expect, test } from "./support/test.js";
import { newMember, newOwner, signInByApi } from "./support/users.js";

const NEXT = "a password of her own choice";

test("who forgot the password chooses one by an owner's link, whose token leaves the address bar at once and works only once", async ({
  page,
  service,
  newBrowser,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  const owner = await newOwner(service);
  const grace = await newMember(service, owner);
  const session = await signInByApi(service, owner);
  const { url } = await session.call<{ url: string }>(
    "POST",
    `/api/accounts/me/members/${grace.id}/password-link`,
  );
  await page.goto("/login");
  const help = page.getByText("An owner of your account can give you a link");
  await expect(help).toBeHidden();
  await page.getByText("Forgotten your password?").click();
  await expect(help).toBeVisible();

  await page.goto(url);
  await expect(page.getByText("This is for Grace Hopper in Example Ltd.")).toBeVisible();
  expect(new URL(page.url()).hash).toBe("");
  await page.getByLabel("Password").fill("password");
  await page.getByRole("button", { name: "Save and sign in" }).click();
  await expect(page.getByLabel("Password")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Password").fill(NEXT);
  await page.getByRole("button", { name: "Save and sign in" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Grace Hopper");

  const again = await (await newBrowser()).newPage();
  await again.goto(url);
  await expect(again.getByRole("heading", { name: "This link does not work" })).toBeVisible();
  await signIn(again, { ...grace, password: NEXT });
  await expect(again).toHaveURL("/");
});
