import { describe, expect, test } from "vitest";
import { ActiveSessions } from "../../src/active-sessions/active-sessions.js";
import { RecentActivity } from "../../src/activity/recent-activity.js";
import { SessionPolicyForm } from "../../src/policy/session-policy-form.js";
import { useHasUnsavedInput } from "../../src/session/unsaved-input.js";
import { signedIn } from "../../testing/index.js";
import { renderOwner } from "../account/render-owner.js";

function Unsaved() {
  return <output>{useHasUnsavedInput() ? "something is unsaved" : "all is saved"}</output>;
}

const count = (calls: readonly [string, ...unknown[]][], name: string) =>
  calls.filter(([called]) => called === name).length;

describe("the policy form among the other parts", () => {
  test("asks the server for the policy once for all that show it", async () => {
    const { screen, account } = await renderOwner(
      <>
        <SessionPolicyForm />
        <ActiveSessions />
      </>,
    );
    await expect.element(screen.getByText("Only you are signed in.")).toBeVisible();
    await expect.element(screen.getByRole("radio", { name: "Standard" })).toBeChecked();
    expect(count(account.calls, "policy")).toBe(1);
  });

  test("has the trail told anew once it is saved", async () => {
    const { screen, account } = await renderOwner(
      <>
        <SessionPolicyForm />
        <RecentActivity />
      </>,
    );
    await screen.getByRole("radio", { name: "Strict" }).click();
    await screen.getByRole("button", { name: "Save policy" }).click();
    await expect.poll(() => count(account.calls, "auditEvents")).toBe(2);
  });

  test("says that it holds unsaved input from the first change to the save", async () => {
    const { screen } = await renderOwner(
      <>
        <SessionPolicyForm />
        <Unsaved />
      </>,
    );
    await screen.getByRole("radio", { name: "Custom" }).click();
    await expect.element(screen.getByText("something is unsaved")).toBeVisible();
    await screen.getByRole("radio", { name: "Standard" }).click();
    await expect.element(screen.getByText("all is saved")).toBeVisible();
    await screen.getByRole("radio", { name: "Strict" }).click();
    await expect.element(screen.getByText("something is unsaved")).toBeVisible();
    await screen.getByRole("button", { name: "Save policy" }).click();
    await expect.element(screen.getByText("all is saved")).toBeVisible();
  });

  test("keeps what was typed where the password is asked for and not given", async () => {
    const { screen, account } = await renderOwner(<SessionPolicyForm />);
    await screen.getByRole("radio", { name: "Custom" }).click();
    await screen.getByLabelText("Idle timeout (minutes)").fill("90");
    account.failNext("changePolicy", "reauthentication_required");
    await screen.getByRole("button", { name: "Save policy" }).click();
    await expect
      .element(screen.getByRole("alert"))
      .toHaveTextContent("Not done: this needs your password once more.");
    await expect.element(screen.getByLabelText("Idle timeout (minutes)")).toHaveValue(90);
    await expect.element(screen.getByRole("button", { name: "Save policy" })).toBeEnabled();
  });

  test("keeps what was typed where the session ends under it, through the same person's return", async () => {
    const { screen, session } = await renderOwner(<SessionPolicyForm />);
    const idle = screen.getByLabelText("Idle timeout (minutes)");
    await screen.getByRole("radio", { name: "Custom" }).click();
    await idle.fill("45");
    session.become({ status: "signed_out", ended: null, user_id: "ada" });
    await expect.element(idle).toHaveValue(45);
    session.become(signedIn());
    await expect.poll(() => count(session.calls, "GET /api/accounts/me/security")).toBe(2);
    await expect.element(idle).toHaveValue(45);
    await screen.getByRole("button", { name: "Save policy" }).click();
    await expect.element(screen.getByText("Saved", { exact: true })).toBeVisible();
  });

  test("shows nobody what another person typed", async () => {
    const { screen, session } = await renderOwner(<SessionPolicyForm />);
    await screen.getByRole("radio", { name: "Custom" }).click();
    await screen.getByLabelText("Idle timeout (minutes)").fill("45");
    const { user } = signedIn();
    session.become(signedIn({}, { user: { ...user, id: "grace", name: "Grace" } }));
    await expect.element(screen.getByLabelText("Idle timeout (minutes)")).toHaveValue(60);
    await expect.element(screen.getByRole("radio", { name: "Standard" })).toBeChecked();
  });
});
