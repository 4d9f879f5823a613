import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { SessionPolicyForm } from "../../src/policy/session-policy-form.js";
import { type OwnersPage, renderOwner } from "../account/render-owner.js";

const show = (...prepare: Parameters<typeof renderOwner> extends [unknown, ...infer Rest] ? Rest : never) =>
  renderOwner(<SessionPolicyForm />, ...prepare);

const parts = ({ screen }: OwnersPage) => ({
  radio: (name: string) => screen.getByRole("radio", { name, exact: true }),
  idle: screen.getByLabelText("Idle timeout (minutes)", { exact: true }),
  absolute: screen.getByLabelText("Maximum session length (minutes)", { exact: true }),
  save: screen.getByRole("button", { name: "Save policy", exact: true }),
  now: screen.getByRole("checkbox", { name: "Also shorten sessions that are open now" }),
});
const saves = ({ account }: OwnersPage) => account.calls.filter(([name]) => name === "changePolicy");

describe("the presets", () => {
  test("are native radios in a group, named alone, with their limits as description", async () => {
    const page = await show();
    const { radio } = parts(page);
    await expect.element(page.screen.getByRole("radiogroup", { name: "Session policy" })).toBeVisible();
    await expect.element(radio("Standard")).toBeChecked();
    await expect.element(radio("Strict")).toHaveAccessibleDescription(/15 minutes .*12 hours/);
    await expect.element(radio("Standard")).toHaveAccessibleDescription(/1 hour .*24 hours/);
    await expect.element(radio("Custom")).toHaveAccessibleDescription("Limits of your own");
  });

  test("show their numbers in inputs that stay, disabled unless Custom is chosen, which keeps the numbers", async () => {
    const page = await show();
    const { radio, idle, absolute } = parts(page);
    await expect.element(idle).toHaveValue(60);
    await expect.element(idle).toBeDisabled();
    await radio("Strict").click();
    await expect.element(idle).toHaveValue(15);
    await expect.element(absolute).toHaveValue(720);
    await expect.element(absolute).toBeDisabled();
    await radio("Custom").click();
    await expect.element(idle).toHaveValue(15);
    await expect.element(idle).toBeEnabled();
    await expect.element(absolute).toHaveAccessibleDescription("12 hours");
  });

  test("are saved as overrides: Strict as 15 and 720, Standard as none", async () => {
    const page = await show();
    const { radio, save } = parts(page);
    await radio("Strict").click();
    await save.click();
    await expect.element(page.screen.getByText("Saved", { exact: true })).toBeVisible();
    await radio("Standard").click();
    await save.click();
    await expect
      .poll(() => saves(page))
      .toEqual([
        ["changePolicy", { idle_minutes: 15, absolute_minutes: 720, apply: "next_login" }, '"1"'],
        ["changePolicy", { idle_minutes: null, absolute_minutes: null, apply: "next_login" }, '"2"'],
      ]);
  });
});

describe("a fault", () => {
  test("shows beneath the input once it is left, follows the typing from then on, and holds Save", async () => {
    const page = await show();
    const { radio, idle, save } = parts(page);
    await radio("Custom").click();
    await idle.fill("5");
    await expect.element(idle).toHaveAttribute("aria-invalid", "false");
    await expect.element(save).toBeDisabled();
    await userEvent.tab();
    await expect.element(idle).toHaveAttribute("aria-invalid", "true");
    await expect.element(idle).toHaveAccessibleDescription("5 minutes Enter a number from 10 to 43200.");
    await idle.fill("15.5");
    await expect.element(idle).toHaveAccessibleDescription("Enter a whole number of minutes.");
    await idle.fill("1500");
    await expect.element(idle).toHaveAccessibleDescription(/can't be longer than the maximum/);
    await idle.fill("30");
    await expect.element(idle).toHaveAttribute("aria-invalid", "false");
    await expect.element(save).toBeEnabled();
  });

  test("keeps the day drawn as it last could be, while good numbers draw it anew at once", async () => {
    const page = await show();
    const { radio, idle } = parts(page);
    const day = page.screen.getByRole("img", { name: /A working day/ });
    await expect.element(day).toHaveAccessibleName(/survives the coffee break .* and lunch/);
    await radio("Custom").click();
    await idle.fill("20");
    await expect.element(day).toHaveAccessibleName(/Lunch .* ends it at 12:50/);
    await idle.fill("2");
    await expect.element(day).toHaveAccessibleName(/Lunch .* ends it at 12:50/);
  });
});

describe("the standards", () => {
  test("follow the numbers, not the preset's name, and say where they stand", async () => {
    const page = await show();
    const { radio, idle } = parts(page);
    await expect.element(page.screen.getByText("Supports NIST SP 800-63B-4 AAL2")).toBeVisible();
    await expect.element(page.screen.getByText("Does not support PCI DSS 8.2.8")).toBeVisible();
    await radio("Custom").click();
    await idle.fill("15");
    await expect.element(page.screen.getByText("Supports PCI DSS 8.2.8")).toBeVisible();
    await expect.element(page.screen.getByText("Does not support NIST SP 800-63B-4 AAL3")).toBeVisible();
    await expect
      .element(page.screen.getByText("PCI DSS v4.0.1 requirement 8.2.8: at most 15 minutes idle"))
      .toBeVisible();
  });
});

describe("saving", () => {
  test("says Saved politely beside the button, until the next edit", async () => {
    const page = await show();
    const { radio, idle, save } = parts(page);
    await radio("Custom").click();
    await idle.fill("45");
    await save.click();
    await expect.element(page.screen.getByRole("status")).toHaveTextContent("Saved");
    await expect.element(idle).toHaveValue(45);
    await idle.fill("46");
    await expect.element(page.screen.getByText("Saved", { exact: true })).not.toBeInTheDocument();
  });

  test("that fails says why, and keeps what was typed", async () => {
    const page = await show();
    const { radio, idle, save } = parts(page);
    await radio("Custom").click();
    await idle.fill("45");
    page.account.failNext("changePolicy", "unavailable");
    await save.click();
    await expect.element(page.screen.getByRole("alert")).toHaveTextContent(/in trouble/);
    await expect.element(idle).toHaveValue(45);
    await save.click();
    await expect.element(page.screen.getByText("Saved", { exact: true })).toBeVisible();
  });

  test("is under way only once, however often it is pressed", async () => {
    const page = await show();
    const { radio, save } = parts(page);
    await radio("Strict").click();
    const held = page.account.holdNext("changePolicy");
    await save.click();
    const busy = page.screen.getByRole("button", { name: "Saving…" });
    await expect.element(busy).toHaveAttribute("aria-busy", "true");
    await busy.click({ force: true });
    held.release();
    await expect.element(page.screen.getByText("Saved", { exact: true })).toBeVisible();
    expect(saves(page)).toHaveLength(1);
  });
});

describe("somebody else's change", () => {
  test("is followed where nothing is typed", async () => {
    const page = await show();
    const { radio, idle } = parts(page);
    await expect.element(radio("Standard")).toBeChecked();
    page.account.saveElsewhere({ idleMinutes: 30, absoluteMinutes: 480 });
    page.session.policyChanged();
    await expect.element(radio("Custom")).toBeChecked();
    await expect.element(idle).toHaveValue(30);
    await expect.element(page.screen.getByRole("button", { name: "Reload" })).not.toBeInTheDocument();
  });

  test("is told of where something is typed, which stays until Reload is pressed", async () => {
    const page = await show();
    const { radio, idle } = parts(page);
    await radio("Custom").click();
    await idle.fill("45");
    page.account.saveElsewhere({ idleMinutes: 30, absoluteMinutes: 480 });
    page.session.policyChanged();
    await expect.element(page.screen.getByRole("alert")).toHaveTextContent(/Somebody else has changed/);
    await expect.element(idle).toHaveValue(45);
    await page.screen.getByRole("button", { name: "Reload" }).click();
    await expect.element(idle).toHaveValue(30);
    await expect.element(page.screen.getByRole("alert")).not.toBeInTheDocument();
    await expect.element(radio("Custom")).toHaveFocus();
  });

  test("is told of by the server's 412 where no event came, and not overwritten", async () => {
    const page = await show();
    const { radio, idle, save } = parts(page);
    await radio("Custom").click();
    await idle.fill("45");
    page.account.saveElsewhere({ idleMinutes: 30, absoluteMinutes: 480 });
    await save.click();
    await expect.element(page.screen.getByRole("alert")).toHaveTextContent(/Somebody else has changed/);
    await expect.element(idle).toHaveValue(45);
    await page.screen.getByRole("button", { name: "Reload" }).click();
    await expect.element(idle).toHaveValue(30);
  });
});

describe("the first load", () => {
  test("that fails says so, and can be tried again", async () => {
    const page = await show((account) => account.failNext("policy", "unreachable"));
    await expect.element(page.screen.getByRole("alert")).toHaveTextContent(/can't be reached/);
    await page.screen.getByRole("button", { name: "Try again" }).click();
    await expect.element(parts(page).radio("Standard")).toBeChecked();
  });
});
