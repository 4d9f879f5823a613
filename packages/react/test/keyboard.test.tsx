import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { ActiveSessions } from "../src/active-sessions/active-sessions.js";
import { SessionPolicyForm } from "../src/policy/session-policy-form.js";
import { sessionItem } from "./support/fake-account.js";
import { renderOwner } from "./support/render-owner.js";

const focus = (element: Element) => (element as HTMLElement).focus();

describe("with the keyboard alone", () => {
  test("arrow keys choose a preset and Enter saves it", async () => {
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

  test("Enter does not save while a limit has a fault", async () => {
    const { screen, account } = await renderOwner(<SessionPolicyForm />);
    await screen.getByRole("radio", { name: "Custom" }).click();
    const idle = screen.getByLabelText("Idle timeout (minutes)");
    await idle.fill("5");
    await userEvent.keyboard("{Enter}");
    await userEvent.tab();
    await expect.element(idle).toHaveAttribute("aria-invalid", "true");
    expect(account.calls.filter(([name]) => name === "changePolicy")).toEqual([]);
  });

  test("Enter opens a user's row, Space ends a session, and the focus moves to the list", async () => {
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
    const signOut = screen.getByRole("button", { name: "Sign out", exact: true }).first();
    await expect.element(signOut).toBeVisible();
    focus(signOut.element());
    await userEvent.keyboard(" ");
    await expect.poll(() => account.sessions.map((item) => item.id)).toEqual(["s1", "s3"]);
    await expect.element(screen.getByRole("list", { name: "Sessions of Grace" })).toHaveFocus();
  });

  test("the dialog signs out everyone else, and the focus moves to the summary", async () => {
    const { screen } = await renderOwner(<ActiveSessions />, (fake) => {
      fake.sessions = [sessionItem("s1", "Ada", 1, { current: true }), sessionItem("s2", "Grace", 2)];
    });
    const everyoneElse = screen.getByRole("button", { name: "Sign out everyone except me" });
    await expect.element(everyoneElse).toBeVisible();
    focus(everyoneElse.element());
    await userEvent.keyboard("{Enter}");
    await expect.element(screen.getByRole("dialog")).toBeVisible();
    await expect.element(screen.getByRole("button", { name: "Cancel" })).toHaveFocus();
    await userEvent.keyboard("{Tab}{Enter}");
    await expect.element(screen.getByText("Only you are signed in.")).toBeVisible();
    await expect.element(screen.getByText("Only you are signed in.")).toHaveFocus();
  });
});
