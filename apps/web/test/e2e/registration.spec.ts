import { FAILED_REQUEST } from "./support/page-errors.js";
import { startService } from "./support/service.js";
import { expect, test } from "./support/test.js";
import { newOwner, signInByApi } from "./support/users.js";

const DAYS_8_MS = 8 * 24 * 3_600_000;

test("the first visitor is sent to registration and becomes an owner, and the next visitor is sent to the sign-in page", async ({
  browser,
}) => {
  const fresh = await startService();
  const first = await browser.newPage({ baseURL: fresh.url });
  await first.goto("/");
  await expect(first).toHaveURL("/register");
  await first.getByLabel("Account name").fill("Analytical Engines");
  await first.getByLabel("Your name").fill("Ada Lovelace");
  await first.getByLabel("E-mail").fill("ada@example.com");
  await first.getByLabel("Password").fill("a password of hers");
  await first.getByRole("button", { name: "Create account" }).click();
  await expect(first).toHaveURL("/");
  await expect(first.getByText("Analytical Engines")).toBeVisible();

  const second = await browser.newPage({ baseURL: fresh.url });
  await second.goto("/");
  await expect(second).toHaveURL("/login");
  await first.close();
  await second.close();
  await fresh.stop();
});

test("errors of a registration are shown at their fields, and the first of them has the focus", async ({
  page,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  await page.goto("/register");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Account name")).toBeFocused();
  await expect(page.getByLabel("Account name")).toHaveAccessibleDescription(/Enter a name/);
  await page.getByLabel("Account name").fill("Example Ltd");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password").fill("password");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Password")).toBeFocused();
  await expect(page.getByLabel("Password")).toHaveAttribute("aria-invalid", "true");
  await expect(page).toHaveURL("/register");
});

test("fields that a password manager filled without an event are registered", async ({ page }) => {
  await page.goto("/register");
  await page.getByLabel("Account name").fill("Example Ltd");
  await page.getByLabel("Your name").fill("Ada");
  const filled = { email: `filled-${Date.now()}@example.com`, password: "a password of hers" };
  for (const [name, value] of Object.entries(filled))
    await page.locator(`input[name=${name}]`).evaluate((input, text) => {
      (input as HTMLInputElement).value = text;
    }, value);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/");
});

test("an e-mail that is already taken shows an error", async ({ page, pageErrors, ada }) => {
  pageErrors.allow(FAILED_REQUEST);
  await page.goto("/register");
  await page.getByLabel("Account name").fill("Example Ltd");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("E-mail").fill(ada.email.toUpperCase());
  await page.getByLabel("Password").fill("a password of hers");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("This e-mail address belongs to somebody already.")).toBeVisible();
});

test("with closed registration the page says so and has no form", async ({ browser }) => {
  const closed = await startService({ CURFEW_REGISTRATION: "closed" });
  await newOwner(closed, { setupToken: await closed.setupToken() });
  const page = await browser.newPage({ baseURL: closed.url });
  await page.goto("/register");
  await expect(page.getByText("Registration is closed here.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Create account" })).toHaveCount(0);
  await page.close();
  await closed.stop();
});

test("with closed registration the first visitor needs the setup token of the log", async ({
  browser,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  const closed = await startService({ CURFEW_REGISTRATION: "closed" });
  const page = await browser.newPage({ baseURL: closed.url });
  await page.goto("/");
  await expect(page).toHaveURL("/register");
  const setupToken = page.getByLabel("Setup token");
  await expect(setupToken).toHaveAccessibleDescription(/The service's log shows it/);
  await page.getByLabel("Account name").fill("Analytical Engines");
  await page.getByLabel("Your name").fill("Ada Lovelace");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password").fill("a password of hers");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(setupToken).toBeFocused();
  await expect(setupToken).toHaveAccessibleDescription(/Enter the setup token/);
  await setupToken.fill("a guess");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(setupToken).toHaveAccessibleDescription(/This is not the setup token/);
  await expect(setupToken).toBeFocused();
  await setupToken.fill(` ${await closed.setupToken()} `);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page).toHaveURL("/");
  await page.close();
  await closed.stop();
});

test("an invited user joins with the link, whose token leaves the address bar at once and works only once", async ({
  owner,
  newBrowser,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  await owner.goto("/account/members");
  await owner.getByLabel("Name").fill("Grace Hopper");
  await owner.getByLabel("E-mail").fill(`grace.${Date.now()}@example.com`);
  await expect(owner.getByLabel("Role")).toHaveValue("member");
  await owner.getByRole("button", { name: "Invite member" }).click();
  const link = (await owner.getByText(/\/invite#/).textContent()) ?? "";

  const invitedPage = await (await newBrowser()).newPage();
  await invitedPage.goto(link);
  await expect(invitedPage.getByText("Welcome, Grace Hopper.")).toBeVisible();
  expect(new URL(invitedPage.url()).hash).toBe("");
  await invitedPage.getByLabel("Password").fill("a password of grace");
  await invitedPage.getByRole("button", { name: "Join" }).click();
  await expect(invitedPage).toHaveURL("/");
  await expect(invitedPage.getByRole("heading", { level: 1 })).toContainText("Grace Hopper");
  await expect(invitedPage.getByText("as a member")).toBeVisible();

  const secondPage = await (await newBrowser()).newPage();
  await secondPage.goto(link);
  await expect(secondPage.getByRole("heading", { name: "This invitation does not work" })).toBeVisible();
});

test("an expired invitation says so at once", async ({ page, service, time, ada, pageErrors }) => {
  pageErrors.allow(FAILED_REQUEST);
  const device = await signInByApi(service, ada);
  const { invitation } = await device.call<{ invitation: { url: string } }>(
    "POST",
    "/api/accounts/me/members",
    {
      name: "Grace Hopper",
      email: `grace.${ada.id}@example.com`,
      role: "member",
    },
  );
  await time.advance(DAYS_8_MS);
  await page.goto(invitation.url);
  await expect(page.getByRole("heading", { name: "This invitation does not work" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Join" })).toHaveCount(0);
});
