import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { ActiveSessions } from "../../src/active-sessions/active-sessions.js";
import { RecentActivity } from "../../src/activity/recent-activity.js";
import { SessionPolicyForm } from "../../src/policy/session-policy-form.js";
import { useHasUnsavedInput } from "../../src/session/unsaved-input.js";
import { signedIn } from "../../testing/index.js";
import type { FakeAccount } from "../support/fake-account.js";
import { type OwnerPage, renderOwner } from "../support/render-owner.js";

const renderForm = (prepare?: (account: FakeAccount) => void) => renderOwner(<SessionPolicyForm />, prepare);

const controls = ({ screen }: OwnerPage) => ({
  radio: (name: string) => screen.getByRole("radio", { name, exact: true }),
  idle: screen.getByLabelText("Idle timeout (minutes)", { exact: true }),
  absolute: screen.getByLabelText("Maximum session length (minutes)", { exact: true }),
  save: screen.getByRole("button", { name: "Save policy", exact: true }),
});
const callsOf = (calls: readonly [string, ...unknown[]][], name: string) =>
  calls.filter(([called]) => called === name);
const saves = ({ account }: OwnerPage) => callsOf(account.calls, "changePolicy");

describe("the presets", () => {
  test("are radio buttons in a named group, described by their limits", async () => {
    const page = await renderForm();
    const { radio } = controls(page);
    await expect.element(page.screen.getByRole("radiogroup", { name: "Session policy" })).toBeVisible();
    await expect.element(radio("Standard")).toBeChecked();
    await expect.element(radio("Strict")).toHaveAccessibleDescription(/15 minutes .*12 hours/);
    await expect.element(radio("Standard")).toHaveAccessibleDescription(/1 hour .*24 hours/);
    await expect.element(radio("Custom")).toHaveAccessibleDescription("Limits of your own");
  });

  test("show their limits in disabled inputs; Custom enables the inputs and keeps the limits", async () => {
    const page = await renderForm();
    const { radio, idle, absolute } = controls(page);
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
    const page = await renderForm();
    const { radio, save } = controls(page);
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
  test("shows below its input after the focus leaves, follows the input from then on, and disables Save", async () => {
    const page = await renderForm();
    const { radio, idle, save } = controls(page);
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

  test("keeps the last valid working day, and valid input redraws it at once", async () => {
    const page = await renderForm();
    const { radio, idle } = controls(page);
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
  test("depend on the limits, not on the preset, and are cited", async () => {
    const page = await renderForm();
    const { radio, idle } = controls(page);
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
  test("shows Saved in a status next to the button until the next edit", async () => {
    const page = await renderForm();
    const { radio, idle, save } = controls(page);
    await radio("Custom").click();
    await idle.fill("45");
    await save.click();
    await expect.element(page.screen.getByRole("status")).toHaveTextContent("Saved");
    await expect.element(idle).toHaveValue(45);
    await idle.fill("46");
    await expect.element(page.screen.getByText("Saved", { exact: true })).not.toBeInTheDocument();
  });

  test("shows why it failed and keeps the input", async () => {
    const page = await renderForm();
    const { radio, idle, save } = controls(page);
    await radio("Custom").click();
    await idle.fill("45");
    page.account.failNext("changePolicy", "unavailable");
    await save.click();
    await expect.element(page.screen.getByRole("alert")).toHaveTextContent(/in trouble/);
    await expect.element(idle).toHaveValue(45);
    await save.click();
    await expect.element(page.screen.getByText("Saved", { exact: true })).toBeVisible();
  });

  test("makes one request while it is busy", async () => {
    const page = await renderForm();
    const { radio, save } = controls(page);
    await radio("Strict").click();
    const hold = page.account.holdNext("changePolicy");
    await save.click();
    const busy = page.screen.getByRole("button", { name: "Saving…" });
    await expect.element(busy).toHaveAttribute("aria-busy", "true");
    await busy.click({ force: true });
    hold.release();
    await expect.element(page.screen.getByText("Saved", { exact: true })).toBeVisible();
    expect(saves(page)).toHaveLength(1);
  });

  test("reloads the audit trail", async () => {
    const page = await renderOwner(
      <>
        <SessionPolicyForm />
        <RecentActivity />
      </>,
    );
    const { radio, save } = controls(page);
    await radio("Strict").click();
    await save.click();
    await expect.poll(() => callsOf(page.account.calls, "auditEvents").length).toBe(2);
  });

  test("keeps the input when the user cancels the password dialog", async () => {
    const page = await renderForm();
    const { radio, idle, save } = controls(page);
    await radio("Custom").click();
    await idle.fill("90");
    page.account.failNext("changePolicy", "reauthentication_required");
    await save.click();
    await expect
      .element(page.screen.getByRole("alert"))
      .toHaveTextContent("Not done: this needs your password once more.");
    await expect.element(idle).toHaveValue(90);
    await expect.element(save).toBeEnabled();
  });
});

describe("a change by another owner", () => {
  test("is shown while the form is clean", async () => {
    const page = await renderForm();
    const { radio, idle } = controls(page);
    await expect.element(radio("Standard")).toBeChecked();
    page.account.saveElsewhere({ idleMinutes: 30, absoluteMinutes: 480 });
    page.session.emitPolicyChange();
    await expect.element(radio("Custom")).toBeChecked();
    await expect.element(idle).toHaveValue(30);
    await expect.element(page.screen.getByRole("button", { name: "Reload" })).not.toBeInTheDocument();
  });

  test("is announced over unsaved input, which stays until Reload", async () => {
    const page = await renderForm();
    const { radio, idle } = controls(page);
    await radio("Custom").click();
    await idle.fill("45");
    page.account.saveElsewhere({ idleMinutes: 30, absoluteMinutes: 480 });
    page.session.emitPolicyChange();
    await expect.element(page.screen.getByRole("alert")).toHaveTextContent(/Somebody else has changed/);
    await expect.element(idle).toHaveValue(45);
    await page.screen.getByRole("button", { name: "Reload" }).click();
    await expect.element(idle).toHaveValue(30);
    await expect.element(page.screen.getByRole("alert")).not.toBeInTheDocument();
    await expect.element(radio("Custom")).toHaveFocus();
  });

  test("without an event is detected by the server's 412 and not overwritten", async () => {
    const page = await renderForm();
    const { radio, idle, save } = controls(page);
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

describe("loading", () => {
  test("that fails can be retried", async () => {
    const page = await renderForm((account) => account.failNext("policy", "unreachable"));
    await expect.element(page.screen.getByRole("alert")).toHaveTextContent(/can't be reached/);
    await page.screen.getByRole("button", { name: "Try again" }).click();
    await expect.element(controls(page).radio("Standard")).toBeChecked();
  });

  test("makes one request for all components that show the policy", async () => {
    const page = await renderOwner(
      <>
        <SessionPolicyForm />
        <ActiveSessions />
      </>,
    );
    await expect.element(page.screen.getByText("Only you are signed in.")).toBeVisible();
    await expect.element(controls(page).radio("Standard")).toBeChecked();
    expect(callsOf(page.account.calls, "policy")).toHaveLength(1);
  });
});

describe("unsaved input", () => {
  test("is reported to the provider from the first change until the save", async () => {
    function UnsavedState() {
      return <output>{useHasUnsavedInput() ? "has unsaved input" : "has no input"}</output>;
    }
    const page = await renderOwner(
      <>
        <SessionPolicyForm />
        <UnsavedState />
      </>,
    );
    const { screen } = page;
    const { radio, save } = controls(page);
    await radio("Custom").click();
    await expect.element(screen.getByText("has unsaved input")).toBeVisible();
    await radio("Standard").click();
    await expect.element(screen.getByText("has no input")).toBeVisible();
    await radio("Strict").click();
    await expect.element(screen.getByText("has unsaved input")).toBeVisible();
    await save.click();
    await expect.element(screen.getByText("has no input")).toBeVisible();
  });

  test("stays when the session ends and the same user signs in again", async () => {
    const page = await renderForm();
    const { screen, session } = page;
    const { radio, idle, save } = controls(page);
    await radio("Custom").click();
    await idle.fill("45");
    session.setState({ status: "signed_out", ended: null, user_id: "ada" });
    await expect.element(idle).toHaveValue(45);
    session.setState(signedIn());
    await expect.poll(() => callsOf(session.calls, "GET /api/accounts/me/security").length).toBe(2);
    await expect.element(idle).toHaveValue(45);
    await save.click();
    await expect.element(screen.getByText("Saved", { exact: true })).toBeVisible();
  });

  test("is discarded when another user signs in", async () => {
    const page = await renderForm();
    const { radio, idle } = controls(page);
    await radio("Custom").click();
    await idle.fill("45");
    const { user } = signedIn();
    page.session.setState(signedIn({}, { user: { ...user, id: "grace", name: "Grace" } }));
    await expect.element(idle).toHaveValue(60);
    await expect.element(radio("Standard")).toBeChecked();
  });
});

describe("the wheel over a number field", () => {
  test.each([1, -1])("scrolls the page and changes nothing, in direction %i", async (direction) => {
    const page = await renderForm();
    const { radio, idle } = controls(page);
    await radio("Custom").click();
    await idle.click();
    const scrolled = new Promise((resolve) => idle.element().addEventListener("wheel", resolve));
    await userEvent.wheel(idle, { delta: { y: 100 * direction } });
    await scrolled;
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    await expect.element(idle).toHaveValue(60);
    await expect.element(idle).toHaveFocus();
    await userEvent.keyboard("5");
    expect((idle.element() as HTMLInputElement).value).not.toBe("60");
  });
});
