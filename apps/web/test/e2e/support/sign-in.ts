import type { Page } from "@playwright/test";
import type { Person } from "./people.js";

/** Fills in the form of the sign-in page and sends it. */
export async function fillSignIn(
  page: Page,
  { email, password }: Pick<Person, "email" | "password">,
): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs in as people do, and waits for the home page. */
export async function signIn(page: Page, person: Pick<Person, "email" | "password">): Promise<void> {
  await page.goto("/login");
  await fillSignIn(page, person);
  await page.waitForURL("/");
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}
