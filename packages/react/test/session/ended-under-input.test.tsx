import type { SessionState } from "@curfew/client";
import { describe, expect, test } from "vitest";
import { ActiveSessions } from "../../src/active-sessions/active-sessions.js";
import { RecentActivity } from "../../src/activity/recent-activity.js";
import { SessionPolicyForm } from "../../src/policy/session-policy-form.js";
import { ReauthenticationDialog } from "../../src/reauthentication/reauthentication-dialog.js";
import { signedIn } from "../../testing/index.js";
import { sessionItem } from "../support/fake-account.js";
import { renderOwner } from "../support/render-owner.js";

const ended = (code: "session_expired" | "session_revoked"): SessionState => ({
  status: "signed_out",
  ended: {
    code,
    reason: code === "session_expired" ? "idle" : "revoked_by_owner",
    ended_at: "2026-11-24T12:00:00.000Z",
  },
  user_id: "ada",
});

/** The browser's cookies were cleared, or nobody knows the session any more. */
const lost: SessionState = { status: "signed_out", ended: null, user_id: "ada", lost: true };

const namesGrace = (page: Element): boolean => /grace/i.test(page.innerHTML);

/** The owner's page with Grace in the list, the trail and the preview, and a policy that is typed but not saved. */
async function renderTyped() {
  const page = await renderOwner(
    <>
      <SessionPolicyForm />
      <ActiveSessions />
      <RecentActivity />
      <ReauthenticationDialog />
    </>,
    (account) => {
      account.sessions = [sessionItem("s1", "Ada"), sessionItem("s2", "Grace")];
      account.preview = {
        ...account.preview,
        sessions: 2,
        sessions_ended: 1,
        users_ended: 1,
        users_ended_first: [{ user_id: "grace", name: "Grace" }],
      };
    },
  );
  const { screen } = page;
  await screen.getByRole("radio", { name: "Custom" }).click();
  const idle = screen.getByLabelText("Idle timeout (minutes)", { exact: true });
  await idle.fill("20");
  await screen.getByRole("checkbox", { name: "Also shorten sessions that are open now" }).click();
  await screen.getByRole("button", { name: /grace@example.com/ }).click();
  await expect.element(screen.getByRole("list", { name: /Grace/ })).toBeVisible();
  await expect.poll(() => screen.container.querySelector(".curfew-preview")?.textContent).toContain("Grace");
  expect(namesGrace(screen.container)).toBe(true);
  return { ...page, idle, dialog: screen.getByRole("dialog", { name: "Confirm it's you" }) };
}

describe("a session that ends over unsaved input", () => {
  test.each([
    ["as session_expired", ended("session_expired"), "because you were inactive"],
    ["as session_revoked", ended("session_revoked"), "An owner of the account ended your session."],
    [
      "without a reason",
      lost,
      "You are no longer signed in: you signed out in another tab, or this browser has lost your session.",
    ],
  ])(
    "%s takes other people's data off the page, tells why, and keeps what was typed",
    async (_how, state, why) => {
      const { session, screen, idle, dialog } = await renderTyped();
      session.setState(state);
      await expect.element(dialog).toHaveTextContent(why);
      expect(namesGrace(screen.container)).toBe(false);
      await expect.element(idle).toHaveValue(20);
      await expect
        .element(screen.getByRole("checkbox", { name: "Also shorten sessions that are open now" }))
        .toBeChecked();
    },
  );

  test("shows the data again after the same person has signed in, and what was typed can be saved", async () => {
    const { session, screen, idle, account } = await renderTyped();
    session.setState(ended("session_revoked"));
    session.setState(signedIn());
    await expect.element(screen.getByRole("button", { name: /grace@example.com/ })).toBeVisible();
    await expect.element(idle).toHaveValue(20);
    await screen.getByRole("button", { name: "Save policy", exact: true }).click();
    await expect
      .poll(() => account.calls.filter(([name]) => name === "changePolicy"))
      .toEqual([["changePolicy", { idle_minutes: 20, absolute_minutes: 1440, apply: "now" }, '"1"']]);
  });

  test("drops what was typed when another person signs in", async () => {
    const { session, idle } = await renderTyped();
    const other = signedIn();
    session.setState(ended("session_revoked"));
    session.setState({ ...other, user: { ...other.user, id: "alan", name: "Alan" } });
    await expect.element(idle).toHaveValue(60);
  });

  test("drops what was typed on Cancel", async () => {
    const { session, screen, idle, dialog } = await renderTyped();
    session.setState(ended("session_expired"));
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect.element(idle).not.toBeInTheDocument();
    expect(namesGrace(screen.container)).toBe(false);
  });
});
