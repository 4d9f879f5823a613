import type { Page } from "@playwright/test";
import { countCalls } from "./support/calls.js";
import { FAILED_REQUEST } from "./support/page-errors.js";
import type { TestService } from "./support/service.js";
import { signIn } from "./support/sign-in.js";
import { expect, test } from "./support/test.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "./support/time.js";
import { signInByApi, type TestUser } from "./support/users.js";

const stay = (page: Page) => page.getByRole("button", { name: "Stay signed in" });
const signInNow = (page: Page) => page.getByRole("link", { name: "Sign in now" });
const dismiss = (page: Page) => page.getByRole("button", { name: "Dismiss" });

/** Sets both limits to 30 minutes, so that the absolute deadline is no later than the idle one. */
async function shortSessions(service: TestService, owner: TestUser): Promise<void> {
  const device = await signInByApi(service, owner);
  await device.call("PATCH", "/api/accounts/me/security", { idle_minutes: 30, absolute_minutes: 30 });
  await device.signOut();
}

test.describe("near the idle deadline", () => {
  test("the notice appears in the last five minutes, with its text, tone and clock time", async ({
    owner,
    time,
  }) => {
    await time.advance(HOUR_MS - 5 * MINUTE_MS - 10 * SECOND_MS);
    await expect(stay(owner)).toHaveCount(0);
    await time.advance(70 * SECOND_MS);
    await expect(
      owner.getByText("You'll be signed out in 4 minutes because you've been inactive."),
    ).toBeVisible();
    await expect(owner.locator(".curfew-notice").getByText(/at \d\d:\d\d/)).toBeVisible();
    await expect(owner.locator(".curfew-notice")).toHaveAttribute("data-tone", "warning");
    await expect(owner).toHaveTitle(/^4 min/);
    await expect(
      owner.getByRole("status").filter({ hasText: /^You've been inactive. At \d\d:\d\d/ }),
    ).toHaveCount(1);
  });

  test("Stay signed in extends the session in every tab", async ({ owner, context, time }) => {
    const other = await context.newPage();
    await other.goto("/account");
    await other.getByRole("heading", { level: 1 }).waitFor();
    await time.advance(HOUR_MS - 3 * MINUTE_MS);
    await expect(stay(other)).toBeVisible();
    await stay(owner).click();
    for (const tab of [owner, other]) {
      await expect(stay(tab)).toHaveCount(0);
      await expect(tab).not.toHaveTitle(/min/);
    }
    await time.advance(30 * MINUTE_MS);
    await expect(owner.getByRole("main").getByRole("img")).toHaveAttribute(
      "aria-label",
      /ends in (29|30) minutes/,
    );
  });

  for (const [name, act] of [
    ["a key", (page: Page) => page.keyboard.press("Shift")],
    ["a click", (page: Page) => page.getByRole("heading", { level: 1 }).click()],
    ["a scroll", (page: Page) => page.mouse.wheel(0, 50)],
  ] as const)
    test(`${name} outside the notice also extends the session`, async ({ owner, time }) => {
      await time.advance(HOUR_MS - 3 * MINUTE_MS);
      await stay(owner).waitFor();
      await act(owner);
      await expect(stay(owner)).toHaveCount(0);
    });

  test("pointer movement and input inside the notice don't extend the session", async ({
    owner,
    time,
    pageErrors,
  }) => {
    pageErrors.allow(FAILED_REQUEST);
    await time.advance(HOUR_MS - 3 * MINUTE_MS);
    await stay(owner).waitFor();
    await owner.mouse.move(200, 300);
    await owner.mouse.move(400, 350, { steps: 5 });
    await time.advance(30 * SECOND_MS);
    await expect(owner.getByText(/in [23] minutes because/)).toBeVisible();
    await dismiss(owner).click();
    await expect(stay(owner)).toHaveCount(0);
    await time.advance(3 * MINUTE_MS);
    await expect(owner).toHaveURL(/reason=session_expired&cause=idle/);
  });

  test("Dismiss hides the notice in every tab and extends nothing: the session ends on time", async ({
    owner,
    context,
    time,
    pageErrors,
  }) => {
    pageErrors.allow(FAILED_REQUEST);
    const other = await context.newPage();
    await other.goto("/account");
    await other.getByRole("heading", { level: 1 }).waitFor();
    await time.advance(HOUR_MS - 4 * MINUTE_MS);
    await dismiss(owner).click();
    for (const tab of [owner, other]) {
      await expect(stay(tab)).toHaveCount(0);
      await expect(tab).not.toHaveTitle(/min/);
    }
    await time.advance(3 * MINUTE_MS + 30 * SECOND_MS);
    await expect(stay(owner)).toHaveCount(0);
    await time.advance(MINUTE_MS);
    for (const tab of [owner, other]) await expect(tab).toHaveURL(/reason=session_expired&cause=idle/);
  });

  test("the last minute is announced once as an alert and counts seconds", async ({ owner, time }) => {
    await time.advance(HOUR_MS - 4 * MINUTE_MS);
    await stay(owner).waitFor();
    const alert = owner.getByRole("alert").filter({ hasText: "Less than a minute until you're signed out." });
    await expect(alert).toHaveCount(0);
    await time.advance(3 * MINUTE_MS + 10 * SECOND_MS);
    await expect(alert).toHaveCount(1);
    await expect(owner.getByText(/in \d\d seconds because/)).toBeVisible();
    await expect(owner.getByRole("alert").filter({ hasText: /seconds/ })).toHaveCount(0);
  });

  test("a failed Stay signed in shows an error and keeps the notice", async ({
    owner,
    service,
    time,
    pageErrors,
  }) => {
    pageErrors.allow(FAILED_REQUEST);
    await time.advance(HOUR_MS - 4 * MINUTE_MS);
    await stay(owner).waitFor();
    await service.setOutage(true);
    await stay(owner).click();
    await expect(owner.getByText("You could not be kept signed in.")).toBeVisible();
    await expect(stay(owner)).toBeVisible();
    await service.setOutage(false);
    // The client may have tried again by itself and hidden the notice by now.
    await stay(owner)
      .click({ timeout: 2_000 })
      .catch(() => undefined);
    await expect(stay(owner)).toHaveCount(0);
  });

  test("at the deadline the app goes to the sign-in page with cause, time and return path, and keeps no private data", async ({
    owner,
    time,
    ada,
    pageErrors,
  }) => {
    pageErrors.allow(FAILED_REQUEST);
    await owner.goto("/account/sessions?x=1");
    await owner.getByRole("heading", { level: 1 }).waitFor();
    await time.advance(HOUR_MS + 5 * SECOND_MS);
    await expect(owner).toHaveURL(
      "/login?reason=session_expired&cause=idle&return_to=%2Faccount%2Fsessions%3Fx%3D1",
    );
    await expect(
      owner.getByText(/You were signed out at \d\d:\d\d because you had been inactive\./),
    ).toBeVisible();
    const left = await owner.evaluate(() =>
      JSON.stringify([document.documentElement.outerHTML, { ...localStorage }, { ...sessionStorage }]),
    );
    for (const secret of [ada.name, ada.email, ada.id]) expect(left).not.toContain(secret);
    await owner.getByLabel("E-mail").fill(ada.email);
    await owner.getByLabel("Password").fill(ada.password);
    await owner.getByRole("button", { name: "Sign in" }).click();
    await expect(owner).toHaveURL("/account/sessions?x=1");
  });
});

test.describe("near the absolute deadline", () => {
  test.beforeEach(async ({ page, service, ada, time }) => {
    await shortSessions(service, ada);
    await signIn(page, ada);
    await time.advance(26 * MINUTE_MS);
    await signInNow(page).waitFor();
  });

  test("the notice has tone info and activity doesn't extend the session, also if both deadlines are equal", async ({
    page,
    context,
  }) => {
    await expect(
      page.getByText(/Your session ends in [34] minutes. Sign in again to carry on./),
    ).toBeVisible();
    await expect(page.locator(".curfew-notice")).toHaveAttribute("data-tone", "info");
    await expect(stay(page)).toHaveCount(0);
    await expect(signInNow(page)).toHaveAttribute("href", /^\/login/);
    const refreshes = countCalls(context, "/api/auth/refresh");
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("Shift");
    await expect(signInNow(page)).toBeVisible();
    expect(refreshes.count()).toBeLessThanOrEqual(1);
  });

  test("Sign in now asks in place, the new session replaces the old one, and nothing typed is lost", async ({
    page,
    ada,
    service,
  }) => {
    await page.getByRole("link", { name: "Account", exact: true }).click();
    await page.getByLabel("Name", { exact: true }).fill("Ada King");
    await signInNow(page).click();
    const dialog = page.getByRole("dialog", { name: "Confirm it's you" });
    await dialog.getByLabel("Password").fill(ada.password);
    await page.keyboard.press("Enter");
    await expect(dialog).toBeHidden();
    await expect(signInNow(page)).toHaveCount(0);
    await expect(page).toHaveURL("/account");
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Ada King");
    const device = await signInByApi(service, ada);
    const { items } = await device.call<{ items: unknown[] }>("GET", "/api/users/me/sessions");
    expect(items).toHaveLength(2);
  });

  test("the browser asks before it leaves a page with unsaved input, and not once it is saved", async ({
    page,
  }) => {
    const asked: string[] = [];
    page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await page.getByRole("link", { name: "Account", exact: true }).click();
    await page.getByLabel("Name", { exact: true }).fill("Ada King");
    await page.evaluate(() => location.reload());
    await expect.poll(() => asked).toEqual(["beforeunload"]);
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Ada King");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved", { exact: true })).toBeVisible();
    await page.reload();
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Ada King");
    expect(asked).toEqual(["beforeunload"]);
  });

  test("a dismissed notice doesn't come back for the same deadline, even after a reload", async ({
    page,
    time,
  }) => {
    await dismiss(page).click();
    await expect(signInNow(page)).toHaveCount(0);
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await time.advance(30 * SECOND_MS);
    await expect(signInNow(page)).toHaveCount(0);
  });

  test("at the deadline the sign-in page shows the cause", async ({ page, time, pageErrors }) => {
    pageErrors.allow(FAILED_REQUEST);
    await time.advance(4 * MINUTE_MS + 5 * SECOND_MS);
    await expect(page).toHaveURL("/login?reason=session_expired&cause=absolute");
    await expect(page.getByText(/Your session reached its maximum length at \d\d:\d\d\./)).toBeVisible();
  });
});

test("with constant activity no notice appears: the session is refreshed in time, at most once a minute", async ({
  owner,
  context,
  time,
}) => {
  const refreshes = countCalls(context, "/api/auth/refresh");
  for (let minute = 0; minute < 90; minute += 1) {
    await time.advance(MINUTE_MS);
    for (let act = 0; act < 3; act += 1) await owner.keyboard.press("Shift");
    expect(await stay(owner).count()).toBe(0);
  }
  await expect(owner).toHaveURL("/");
  await expect(owner.getByRole("main").getByRole("img")).toHaveAttribute(
    "aria-label",
    /ends in (59 minutes|1 hour|60)/,
  );
  expect(refreshes.count()).toBeGreaterThanOrEqual(60);
  expect(refreshes.count()).toBeLessThanOrEqual(91);
});

test("the notice appears on time in a browser whose clock is an hour off", async ({
  page,
  ada,
  service,
  time,
  pageErrors,
}) => {
  // The first proof is refused because of the clock, and repeated with the server's nonce.
  pageErrors.allow(/status of 401 .*\/api\/auth\/login/);
  await page.context().clock.setSystemTime((await service.now()) + HOUR_MS);
  await signIn(page, ada);
  await time.advance(HOUR_MS - 6 * MINUTE_MS);
  await expect(stay(page)).toHaveCount(0);
  await time.advance(2 * MINUTE_MS);
  await expect(page.getByText(/in [34] minutes because/)).toBeVisible();
});
