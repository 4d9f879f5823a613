import { describe, expect, test, vi } from "vitest";
import { RecentActivity } from "../../src/activity/recent-activity.js";
import { auditEvent, type FakeAccount, sessionItem } from "../account/fake-account.js";
import { renderOwner } from "../account/render-owner.js";

const limits = (idle: number) => ({ effective_idle_minutes: idle, effective_absolute_minutes: 1440 });
const trail = (account: FakeAccount) => {
  account.sessions = [sessionItem("s1", "Ada"), sessionItem("s2", "Grace")];
  account.events = [
    auditEvent("1", "policy.changed", { before: limits(60), after: limits(15), apply: "next_login" }),
    auditEvent("2", "sessions.revoked", { scope: "user", user_id: "grace", count: 2 }),
    ...Array.from({ length: 25 }, (_, index) => auditEvent(`in-${index}`, "user.signed_in")),
  ];
};
const show = (prepare: (account: FakeAccount) => void = trail) => renderOwner(<RecentActivity />, prepare);

describe("recent activity", () => {
  test("tells the trail in sentences, each with its time, and names whom it concerns", async () => {
    const { screen } = await show();
    const rows = screen.getByRole("listitem");
    await expect
      .element(rows.nth(0))
      .toHaveTextContent("Ada changed the idle timeout from 60 to 15 minutes · 5 minutes ago");
    await expect
      .element(rows.nth(1))
      .toHaveTextContent("Ada signed Grace out everywhere (2 sessions) · 5 minutes ago");
  });

  test("shows more, page by page, until there is no more", async () => {
    const { screen } = await show();
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(20);
    await screen.getByRole("button", { name: "Show more" }).click();
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(27);
    await expect.element(screen.getByRole("button", { name: "Show more" })).not.toBeInTheDocument();
  });

  test("is filtered by type", async () => {
    const { screen, account } = await show();
    await screen.getByLabelText("Type", { exact: true }).selectOptions("Policy changes");
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(1);
    expect(account.calls).toContainEqual(["auditEvents", { limit: 20, type: "policy.changed" }]);
    await screen.getByLabelText("Type", { exact: true }).selectOptions("Failed proofs");
    await expect.element(screen.getByText("Nothing of this type has happened.")).toBeVisible();
  });

  test("says that nothing has happened where nothing has", async () => {
    const { screen } = await show(() => {});
    await expect.element(screen.getByText("Nothing has happened yet.")).toBeVisible();
  });

  test("still tells the trail where the names can't be had", async () => {
    const { screen } = await show((account) => {
      trail(account);
      account.failNext("members", "not_found");
    });
    await expect
      .element(screen.getByRole("listitem").nth(1))
      .toHaveTextContent("Ada signed a member out everywhere (2 sessions)");
  });

  test("that can't be loaded says so, and can be tried again", async () => {
    const { screen } = await show((account) => {
      trail(account);
      account.failNext("auditEvents", "unreachable");
    });
    await expect.element(screen.getByRole("alert")).toHaveTextContent(/can't be reached/);
    await screen.getByRole("button", { name: "Try again" }).click();
    await expect.element(screen.getByRole("listitem").first()).toBeVisible();
  });

  test("comes as a CSV file, named by the server's day", async () => {
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      saved.push([this.download, this.href.slice(0, 5)]);
    });
    const saved: [string, string][] = [];
    const { screen } = await show();
    await screen.getByRole("button", { name: "Download CSV" }).click();
    await expect.poll(() => saved).toEqual([["curfew-activity-2026-11-24.csv", "blob:"]]);
    clicked.mockRestore();
  });

  test("says so where no file comes, and offers it again", async () => {
    const { screen } = await show((account) => {
      trail(account);
      account.failNext("auditCsv", "unavailable");
    });
    const download = screen.getByRole("button", { name: "Download CSV" });
    await download.click();
    await expect.element(screen.getByRole("alert")).toHaveTextContent(/in trouble/);
    await expect.element(download).toHaveAttribute("aria-busy", "false");
  });

  test("keeps what it shows where more can't be had", async () => {
    const { screen, account } = await show();
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(20);
    account.failNext("auditEvents", "rate_limited");
    await screen.getByRole("button", { name: "Show more" }).click();
    await expect
      .element(screen.getByRole("alert"))
      .toHaveTextContent("That was too often. Try again in a moment.");
    expect(screen.getByRole("listitem").elements()).toHaveLength(20);
    await screen.getByRole("button", { name: "Show more" }).click();
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(27);
  });

  test("adds no page to a list that has been told anew meanwhile", async () => {
    const { screen, account, session } = await show();
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(20);
    const held = account.holdNext("auditEvents");
    await screen.getByRole("button", { name: "Show more" }).click();
    account.events = [auditEvent("new", "password.changed")];
    session.policyChanged();
    held.release();
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(1);
    await expect.element(screen.getByRole("listitem")).toHaveTextContent(/^Ada changed their password/);
  });

  test("says that it is loading until it is there", async () => {
    const holds: { release(): void }[] = [];
    const { screen } = await show((account) => {
      trail(account);
      holds.push(account.holdNext("auditEvents"));
    });
    await expect.element(screen.getByText("Loading…")).toBeInTheDocument();
    holds[0]?.release();
    await expect.element(screen.getByRole("listitem").first()).toBeVisible();
    await expect.element(screen.getByText("Loading…")).not.toBeInTheDocument();
  });
});
