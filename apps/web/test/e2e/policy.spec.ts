import type { Page } from "@playwright/test";
import { FAILED_REQUEST } from "./support/page-errors.js";
import { expect, test } from "./support/test.js";
import { MINUTE_MS, SECOND_MS, type Time } from "./support/time.js";
import { signInByApi } from "./support/users.js";

const idle = (page: Page) => page.getByLabel("Idle timeout (minutes)");
const absolute = (page: Page) => page.getByLabel("Maximum session length (minutes)");
const radio = (page: Page, name: string) => page.getByRole("radio", { name, exact: true });
const save = (page: Page) => page.getByRole("button", { name: "Save policy" });
const activity = (page: Page) => page.getByRole("region", { name: "Recent activity" });

/** Causes activity until the page has reported it, which it does at most once a minute. */
async function reportActivity(page: Page, time: Time): Promise<void> {
  const reported = page.waitForResponse(
    (response) =>
      response.url().endsWith("/api/auth/refresh") &&
      response.request().postDataJSON().idle_for_seconds <= (2 * MINUTE_MS) / SECOND_MS,
  );
  await page.keyboard.press("Shift");
  await time.advance(MINUTE_MS);
  await page.keyboard.press("Shift");
  await reported;
}

test.beforeEach(async ({ owner }) => {
  await owner.goto("/account/security");
  await idle(owner).waitFor();
});

test("the page shows the heading, the radio group, and the inputs with the preset's numbers", async ({
  owner,
}) => {
  await expect(owner.getByRole("heading", { name: "Session security", level: 1 })).toBeVisible();
  const group = owner.getByRole("radiogroup", { name: "Session policy" });
  await expect(group.getByRole("radio")).toHaveCount(3);
  await expect(radio(owner, "Standard")).toBeChecked();
  await expect(idle(owner)).toHaveValue("60");
  await expect(absolute(owner)).toHaveValue("1440");
  await expect(idle(owner)).toBeDisabled();
  await expect(absolute(owner)).toBeDisabled();
  await radio(owner, "Strict").check();
  await expect(idle(owner)).toHaveValue("15");
  await expect(absolute(owner)).toHaveValue("720");
  await expect(idle(owner)).toBeDisabled();
  await radio(owner, "Custom").check();
  await expect(idle(owner)).toBeEnabled();
  await expect(absolute(owner)).toBeEnabled();
  await expect(absolute(owner)).toHaveAccessibleDescription(/12 hours/);
  await expect(owner.getByText("The policy applies at next login.")).toBeVisible();
});

test("a radio button that is pressed for a second is chosen", async ({ owner }) => {
  await radio(owner, "Custom").hover();
  await owner.mouse.down();
  await owner.clock.fastForward(SECOND_MS);
  await owner.mouse.up();
  await expect(radio(owner, "Custom")).toBeChecked();
  await expect(idle(owner)).toBeEnabled();
});

test("Strict is saved, announced as a status, recorded in the activity, and in force after a reload and for the next sign-in", async ({
  owner,
  service,
  ada,
}) => {
  await radio(owner, "Strict").check();
  await save(owner).click();
  const saved = owner.getByText("Saved", { exact: true });
  await expect(saved).toBeVisible();
  await expect(
    owner
      .getByRole("status")
      .filter({ has: saved })
      .or(saved.and(owner.getByRole("status"))),
  ).toBeVisible();
  await expect(activity(owner)).toContainText(
    "Ada Lovelace changed the idle timeout from 60 to 15 minutes and the maximum session length from 1440 to 720 minutes",
  );
  await owner.reload();
  await expect(radio(owner, "Strict")).toBeChecked();
  await expect(idle(owner)).toHaveValue("15");
  const device = await signInByApi(service, ada);
  await expect(device.call("GET", "/api/auth/session")).resolves.toMatchObject({
    session: { idle_minutes: 15, absolute_minutes: 720 },
  });
});

test.describe("an error in the numbers", () => {
  const cases: [typed: [string, string], field: string, words: string][] = [
    [["9", "600"], "Idle timeout (minutes)", "Enter a number from 10 to 43200."],
    [["15", "29"], "Maximum session length (minutes)", "Enter a number from 30 to 129600."],
    [["480", "60"], "Idle timeout (minutes)", "can't be longer than the maximum session length"],
    [["12.5", "600"], "Idle timeout (minutes)", "Enter a whole number of minutes."],
    [["", "600"], "Idle timeout (minutes)", "Enter a whole number of minutes."],
  ];
  for (const [[typedIdle, typedAbsolute], field, words] of cases)
    test(`of ${typedIdle || "nothing"} and ${typedAbsolute} is shown at "${field}" on blur`, async ({
      owner,
    }) => {
      await radio(owner, "Custom").check();
      await idle(owner).fill(typedIdle);
      await absolute(owner).fill(typedAbsolute);
      await absolute(owner).blur();
      await expect(owner.getByLabel(field)).toHaveAttribute("aria-invalid", "true");
      await expect(owner.getByLabel(field)).toHaveAccessibleDescription(
        new RegExp(words.replaceAll(".", "\\.")),
      );
      await expect(save(owner)).toBeDisabled();
    });

  test("appears on blur, changes while typing, and disappears with its cause", async ({ owner }) => {
    await radio(owner, "Custom").check();
    await idle(owner).fill("5");
    await expect(idle(owner)).toHaveAttribute("aria-invalid", "false");
    await idle(owner).blur();
    await expect(idle(owner)).toHaveAccessibleDescription(/Enter a number from 10 to 43200/);
    await idle(owner).fill("5000");
    await expect(idle(owner)).toHaveAccessibleDescription(/can't be longer/);
    await idle(owner).fill("30");
    await expect(idle(owner)).toHaveAttribute("aria-invalid", "false");
    await expect(save(owner)).toBeEnabled();
  });
});

test("the badges and the working day depend on the numbers, not on the preset", async ({ owner }) => {
  const badges = owner.getByRole("listitem").filter({ hasText: /AAL3|PCI DSS/ });
  await expect(badges.filter({ hasText: "Does not support NIST SP 800-63B-4 AAL3" })).toBeVisible();
  const day = owner.getByRole("img", { name: /A working day from/ });
  const before = await day.getAttribute("aria-label");
  await radio(owner, "Custom").check();
  await idle(owner).fill("15");
  await absolute(owner).fill("720");
  await expect(badges.filter({ hasText: "Supports NIST SP 800-63B-4 AAL3" })).toBeVisible();
  await expect(badges.filter({ hasText: "Supports PCI DSS 8.2.8" })).toBeVisible();
  await expect(owner.getByText(/certif/i)).toHaveCount(0);
  expect(await day.getAttribute("aria-label")).not.toBe(before);
});

test("the preview shows how many open sessions end and whose, and saving ends exactly those", async ({
  owner,
  service,
  time,
  grace,
}) => {
  await signInByApi(service, grace);
  await signInByApi(service, grace);
  await time.advance(20 * MINUTE_MS);
  await reportActivity(owner, time);
  await radio(owner, "Strict").check();
  await owner.getByLabel("Also shorten sessions that are open now").check();
  const preview = owner.getByRole("status").filter({ hasText: "open sessions" });
  await expect(preview).toContainText("2 of 3 open sessions end now.");
  await expect(preview).toContainText("1 is shortened.");
  await expect(preview).toContainText("Signed out: Grace Hopper.");
  await save(owner).click();
  await expect(owner.getByText("Saved", { exact: true })).toBeVisible();
  await expect(owner.getByText("Only you are signed in.")).toBeVisible();
  await expect(activity(owner)).toContainText("for open sessions too");
});

test("if the own session would end, saving asks for confirmation: Cancel saves nothing, confirming ends it as expired", async ({
  owner,
  time,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  await time.advance(35 * MINUTE_MS);
  await reportActivity(owner, time);
  await radio(owner, "Custom").check();
  await idle(owner).fill("10");
  await absolute(owner).fill("30");
  await owner.getByLabel("Also shorten sessions that are open now").check();
  await expect(owner.getByText("1 of 1 open session ends now, and it is yours.")).toBeVisible();
  await save(owner).click();
  const dialog = owner.getByRole("dialog", { name: "Sign yourself out too?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  await expect(owner.getByText("Saved", { exact: true })).toBeHidden();
  await save(owner).click();
  await dialog.getByRole("button", { name: "Save and sign me out" }).click();
  await expect(owner).toHaveURL(/\/login\?reason=session_expired&cause=absolute/);
});

test("the page shows a policy that another user saves, if nothing has been typed", async ({
  owner,
  service,
  ada,
}) => {
  const device = await signInByApi(service, ada);
  await device.call("PATCH", "/api/accounts/me/security", { idle_minutes: 30, absolute_minutes: 600 });
  await expect(radio(owner, "Custom")).toBeChecked();
  await expect(idle(owner)).toHaveValue("30");
  await expect(absolute(owner)).toHaveValue("600");
});

test("after typing, a change by another user is announced, and the typed values stay until Reload", async ({
  owner,
  service,
  ada,
}) => {
  await radio(owner, "Custom").check();
  await idle(owner).fill("45");
  const device = await signInByApi(service, ada);
  await device.call("PATCH", "/api/accounts/me/security", { idle_minutes: 30, absolute_minutes: 600 });
  await expect(owner.getByText("Somebody else has changed the policy.")).toBeVisible();
  await expect(idle(owner)).toHaveValue("45");
  await owner.getByRole("button", { name: "Reload" }).click();
  await expect(idle(owner)).toHaveValue("30");
  await expect(absolute(owner)).toHaveValue("600");
  await expect(owner.getByText("Somebody else has changed the policy.")).toBeHidden();
});

test("saving over a newer version is refused by the server and announced in the same way", async ({
  owner,
  service,
  ada,
  pageErrors,
}) => {
  pageErrors.allow(/Failed to load resource.*(412|ERR_FAILED)/);
  await owner.route("**/api/auth/events", (route) => route.abort());
  await owner.reload();
  await radio(owner, "Custom").check();
  await idle(owner).fill("45");
  const device = await signInByApi(service, ada);
  await device.call("PATCH", "/api/accounts/me/security", { idle_minutes: 30, absolute_minutes: 600 });
  await save(owner).click();
  await expect(owner.getByText("Somebody else has changed the policy.")).toBeVisible();
  await expect(idle(owner)).toHaveValue("45");
  await expect(device.call("GET", "/api/accounts/me/security")).resolves.toMatchObject({ idle_minutes: 30 });
  await owner.getByRole("button", { name: "Reload" }).click();
  await expect(idle(owner)).toHaveValue("30");
});
