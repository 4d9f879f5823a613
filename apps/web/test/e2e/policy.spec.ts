import type { Page } from "@playwright/test";
import { MINUTE_MS, SECOND_MS } from "./support/durations.js";
import { REFUSED } from "./support/guard.js";
import { signInByApi } from "./support/people.js";
import { expect, type Time, test } from "./support/test.js";

const idle = (page: Page) => page.getByLabel("Idle timeout (minutes)");
const absolute = (page: Page) => page.getByLabel("Maximum session length (minutes)");
const radio = (page: Page, name: string) => page.getByRole("radio", { name, exact: true });
const save = (page: Page) => page.getByRole("button", { name: "Save policy" });
const activity = (page: Page) => page.getByRole("region", { name: "Recent activity" });

/** Touches the page until the server knows of it: it is told once a minute at most. */
async function work(page: Page, time: Time): Promise<void> {
  const told = page.waitForResponse(
    (answer) =>
      answer.url().endsWith("/api/auth/refresh") &&
      answer.request().postDataJSON().idle_for_seconds <= (2 * MINUTE_MS) / SECOND_MS,
  );
  await page.keyboard.press("Shift");
  await time.advance(MINUTE_MS);
  await page.keyboard.press("Shift");
  await told;
}

test.beforeEach(async ({ owner }) => {
  await owner.goto("/account/security");
  await idle(owner).waitFor();
});

test("the page has its heading, the radio group, and the inputs always in sight with the preset's numbers", async ({
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

test("Strict is saved, announced politely, told in the trail, and is what a reload and the next sign-in find", async ({
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

test.describe("a fault of the numbers", () => {
  const cases: [typed: [string, string], field: string, words: string][] = [
    [["9", "600"], "Idle timeout (minutes)", "Enter a number from 10 to 43200."],
    [["15", "29"], "Maximum session length (minutes)", "Enter a number from 30 to 129600."],
    [["480", "60"], "Idle timeout (minutes)", "can't be longer than the maximum session length"],
    [["12.5", "600"], "Idle timeout (minutes)", "Enter a whole number of minutes."],
    [["", "600"], "Idle timeout (minutes)", "Enter a whole number of minutes."],
  ];
  for (const [[typedIdle, typedAbsolute], field, words] of cases)
    test(`of ${typedIdle || "nothing"} and ${typedAbsolute} stands beneath "${field}" when it is left`, async ({
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

  test("is not told before its input is left, changes as one types on, and goes with its cause", async ({
    owner,
  }) => {
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

test("the badges and the working day follow the numbers, never the preset's name", async ({ owner }) => {
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

test("the preview says how many open sessions end and whose, and saving ends just those", async ({
  owner,
  service,
  time,
  grace,
}) => {
  await signInByApi(service, grace);
  await signInByApi(service, grace);
  await time.advance(20 * MINUTE_MS);
  await work(owner, time);
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

test("where the own session would end, saving asks once more; refused, nothing is saved; granted, it ends as expired", async ({
  owner,
  time,
  guard,
}) => {
  guard.allow(REFUSED);
  await time.advance(35 * MINUTE_MS);
  await work(owner, time);
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

test("with nothing typed the page follows what somebody else saves", async ({ owner, service, ada }) => {
  const device = await signInByApi(service, ada);
  await device.call("PATCH", "/api/accounts/me/security", { idle_minutes: 30, absolute_minutes: 600 });
  await expect(radio(owner, "Custom")).toBeChecked();
  await expect(idle(owner)).toHaveValue("30");
  await expect(absolute(owner)).toHaveValue("600");
});

test("while something is typed, what somebody else saves is told, and what was typed stays until Reload", async ({
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

test("a save on an older version is refused by the server, and told as the event would be", async ({
  owner,
  service,
  ada,
  guard,
}) => {
  guard.allow(/Failed to load resource.*(412|ERR_FAILED)/);
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
