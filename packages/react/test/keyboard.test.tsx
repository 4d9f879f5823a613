import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { ActiveSessions } from "../../src/active-sessions/active-sessions.js";
import { SessionPolicyForm } from "../../src/policy/session-policy-form.js";
import { sessionItem } from "../account/fake-account.js";
import { renderOwner } from "../account/render-owner.js";

const focus = (element: Element) => (element as HTMLElement).focus();

describe("by keyboard alone", () => {
  test("a preset is chosen by the arrows and saved by Enter", async () => {
    const { screen, account } = await renderOwner(<SessionPolicyForm />);
    const standard = screen.getByRole("radio", { name: "Standard" });
    await expect.element(standard).toBeChecked();
    focus(standard.element());
    await userEvent.keyboard("{ArrowUp}");
    await expect.element(screen.getByRole("radio", { name: "Strict" })).toBeChecked();
    await userEvent.keyboard("{Enter}");
    await expect.element(screen.getByText("Saved", { exact: true })).toBeVisible();
    expect(account.calls.filter(([name]) => name === "changePolicy")).toHaveLength(1);
  });

  test("Enter saves nothing while a number has a fault", async () => {
    const { screen, account } = await renderOwner(<SessionPolicyForm />);
    await screen.getByRole("radio", { name: "Custom" }).click();
    const idle = screen.getByLabelText("Idle timeout (minutes)");
    await idle.fill("5");
    await userEvent.keyboard("{Enter}");
    await userEvent.tab();
    await expect.element(idle).toHaveAttribute("aria-invalid", "true");
    expect(account.calls.filter(([name]) => name === "changePolicy")).toEqual([]);
  });

  test("a row opens by Enter, its session ends by Space, and the focus is not lost with it", async () => {
    const { screen, account } = await renderOwner(<ActiveSessions />, (fake) => {
      fake.sessions = [
        sessionItem("s1", "Ada", 1, { current: true }),
        sessionItem("s2", "Grace", 2),
        sessionItem("s3", "Grace", 3),
      ];
    });
    const grace = screen.getByRole("button", { name: /^Grace/ });
    await expect.element(grace).toBeVisible();
    focus(grace.element());
    await userEvent.keyboard("{Enter}");
    const out = screen.getByRole("button", { name: "Sign out", exact: true }).first();
    await expect.element(out).toBeVisible();
    focus(out.element());
    await userEvent.keyboard(" ");
    await expect.poll(() => account.sessions.map((item) => item.id)).toEqual(["s1", "s3"]);
    await expect.element(screen.getByRole("list", { name: "Sessions of Grace" })).toHaveFocus();
  });

  test("everyone else is signed out through the dialog, and the focus stays among the sessions", async () => {
    const { screen } = await renderOwner(<ActiveSessions />, (fake) => {
      fake.sessions = [sessionItem("s1", "Ada", 1, { current: true }), sessionItem("s2", "Grace", 2)];
    });
    const everyone = screen.getByRole("button", { name: "Sign out everyone except me" });
    await expect.element(everyone).toBeVisible();
    focus(everyone.element());
    await userEvent.keyboard("{Enter}");
    await expect.element(screen.getByRole("dialog")).toBeVisible();
    await expect.element(screen.getByRole("button", { name: "Cancel" })).toHaveFocus();
    await userEvent.keyboard("{Tab}{Enter}");
    await expect.element(screen.getByText("Only you are signed in.")).toBeVisible();
    await expect.element(screen.getByText("Only you are signed in.")).toHaveFocus();
  });
});
