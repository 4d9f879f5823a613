import type { Page } from "@playwright/test";
import type { TestUser } from "./users.js";

/** Fills in and submits the sign-in form. */
export async function fillSignIn(
  page: Page,
  { email, password }: Pick<TestUser, "email" | "password">,
): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs in with the form, and waits for the page that it leads to: the home page unless `path` is another. */
export async function signIn(
  page: Page,
  person: Pick<TestUser, "email" | "password">,
  path = "/",
): Promise<void> {
  await page.goto(path === "/" ? "/login" : `/login?return_to=${encodeURIComponent(path)}`);
  await fillSignIn(page, person);
  await page.waitForURL(path);
  await page.getByRole("button", { name: "Sign out", exact: true }).waitFor();
}
