import { expect, test } from "vitest";
import { ActiveSessions } from "../src/active-sessions/active-sessions.js";
import { RecentActivity } from "../src/activity/recent-activity.js";
import { SessionPolicyForm } from "../src/policy/session-policy-form.js";
import { de } from "../src/texts/de.js";
import { auditEvent, sessionItem } from "./support/fake-account.js";
import { renderOwner } from "./support/render-owner.js";

test("all texts of the components for owners come from the catalogue", async () => {
  const { screen } = await renderOwner(
    <>
      <SessionPolicyForm />
      <ActiveSessions />
      <RecentActivity />
    </>,
    (account) => {
      account.sessions = [sessionItem("s1", "Ada", 1, { current: true }), sessionItem("s2", "Grace")];
      account.events = [auditEvent("1", "user.signed_in")];
    },
    de,
  );
  await screen.getByRole("button", { name: /^Ada \(Sie\)/ }).click();
  await screen.getByRole("radio", { name: "Eigene" }).click();
  await screen.getByLabelText("Zeit ohne Aktivität (Minuten)").fill("45");
  await screen.getByRole("checkbox", { name: "Auch Sitzungen verkürzen, die jetzt offen sind" }).click();
  await expect.element(screen.getByText("45 Minuten", { exact: true })).toBeVisible();
  await expect.element(screen.getByText("2 Personen sind angemeldet.")).toBeVisible();
  await expect.element(screen.getByText(/angemeldet vor 2 Tagen/).first()).toBeVisible();
  await expect.element(screen.getByText(/^Ada hat sich angemeldet/)).toBeVisible();
  await expect.element(screen.getByRole("button", { name: "Abmelden", exact: true })).toBeVisible();
  const content = screen.container.textContent;
  for (const english of ["Sign", "session", "Save", "Show", "people", "hours", "minutes", "ago"])
    expect(content).not.toContain(english);
});
