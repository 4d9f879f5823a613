import { describe, expect, test, vi } from "vitest";
import { RecentActivity } from "../../src/activity/recent-activity.js";
import { auditEvent, type FakeAccount, sessionItem } from "../support/fake-account.js";
import { renderOwner } from "../support/render-owner.js";

const limits = (idle: number) => ({ effective_idle_minutes: idle, effective_absolute_minutes: 1440 });
const withEvents = (account: FakeAccount) => {
  account.sessions = [sessionItem("s1", "Ada"), sessionItem("s2", "Grace")];
  account.events = [
    auditEvent("1", "policy.changed", { before: limits(60), after: limits(15), apply: "next_login" }),
    auditEvent("2", "sessions.revoked", { scope: "user", user_id: "grace", count: 2 }),
    ...Array.from({ length: 25 }, (_, index) => auditEvent(`in-${index}`, "user.signed_in")),
  ];
};
const renderActivity = (prepare: (account: FakeAccount) => void = withEvents) =>
  renderOwner(<RecentActivity />, prepare);

describe("recent activity", () => {
  test("lists the events as sentences with their time and the names of users", async () => {
    const { screen } = await renderActivity();
    const rows = screen.getByRole("listitem");
    await expect
      .element(rows.nth(0))
      .toHaveTextContent("Ada changed the idle timeout from 60 to 15 minutes · 5 minutes ago");
    await expect
      .element(rows.nth(1))
      .toHaveTextContent("Ada signed Grace out everywhere (2 sessions) · 5 minutes ago");
  });

  test("asks for no members where the events tell all names", async () => {
    const { screen, account } = await renderActivity((prepared) => {
      prepared.events = [
        auditEvent("1", "sessions.revoked", { scope: "user_others", user_id: "ada", count: 2 }),
        auditEvent("2", "user.signed_in"),
      ];
    });
    await expect.element(screen.getByRole("listitem").nth(0)).toHaveTextContent("Ada signed out their other");
    await expect.element(screen.getByRole("listitem").nth(1)).toHaveTextContent("Ada signed in");
    expect(account.calls.map(([name]) => name)).not.toContain("members");
  });

  test("loads more pages until the last one", async () => {
    const { screen } = await renderActivity();
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(20);
    await screen.getByRole("button", { name: "Show more" }).click();
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(27);
    await expect.element(screen.getByRole("button", { name: "Show more" })).not.toBeInTheDocument();
  });

  test("is filtered by type", async () => {
    const { screen, account } = await renderActivity();
    await screen.getByLabelText("Type", { exact: true }).selectOptions("Policy changes");
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(1);
    expect(account.calls).toContainEqual(["auditEvents", { limit: 20, type: "policy.changed" }]);
    await screen.getByLabelText("Type", { exact: true }).selectOptions("Failed proofs");
    await expect.element(screen.getByText("Nothing matches these filters.")).toBeVisible();
  });

  test("has an empty state", async () => {
    const { screen } = await renderActivity(() => {});
    await expect.element(screen.getByText("Nothing has happened yet.")).toBeVisible();
  });

  test("finds the names of members who are not on the first page of the list", async () => {
    const { screen, account } = await renderActivity((prepared) => {
      withEvents(prepared);
      prepared.sessions = [
        ...Array.from({ length: 300 }, (_, index) => sessionItem(`s${index}`, `Person ${index}`)),
        sessionItem("s-grace", "Grace"),
      ];
    });
    await expect
      .element(screen.getByRole("listitem").nth(1))
      .toHaveTextContent("Ada signed Grace out everywhere (2 sessions)");
    expect(account.calls.filter(([name]) => name === "members")).toEqual([
      ["members", { limit: 200 }],
      ["members", { limit: 200, cursor: "200" }],
    ]);
  });

  test("lists the events without names if the members can't be loaded", async () => {
    const { screen } = await renderActivity((account) => {
      withEvents(account);
      account.failNext("members", "not_found");
    });
    await expect
      .element(screen.getByRole("listitem").nth(1))
      .toHaveTextContent("Ada signed a member out everywhere (2 sessions)");
  });

  test("can be retried after a failed load", async () => {
    const { screen } = await renderActivity((account) => {
      withEvents(account);
      account.failNext("auditEvents", "unreachable");
    });
    await expect.element(screen.getByRole("alert")).toHaveTextContent(/can't be reached/);
    await screen.getByRole("button", { name: "Try again" }).click();
    await expect.element(screen.getByRole("listitem").first()).toBeVisible();
  });

  test("is downloaded as a CSV file named after the day of the server's clock", async () => {
    const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      saved.push([this.download, this.href.slice(0, 5)]);
    });
    const saved: [string, string][] = [];
    const { screen } = await renderActivity();
    await screen.getByRole("button", { name: "Download CSV" }).click();
    await expect.poll(() => saved).toEqual([["curfew-activity-2026-11-24.csv", "blob:"]]);
    click.mockRestore();
  });

  test("does not save a file that was cut short, and says so", async () => {
    const click = vi.spyOn(HTMLAnchorElement.prototype, "click");
    const { screen } = await renderActivity((account) => {
      withEvents(account);
      account.csv = 'id,at\r\n1,2026-11-24T09:00:00.000Z,member.joined,2,",,export.completed,",,,,{}\r\n';
    });
    await screen.getByRole("button", { name: "Download CSV" }).click();
    await expect.element(screen.getByRole("alert")).toHaveTextContent(/can't be reached/);
    expect(click).not.toHaveBeenCalled();
    click.mockRestore();
  });

  test("shows a failed download, which can be retried", async () => {
    const { screen } = await renderActivity((account) => {
      withEvents(account);
      account.failNext("auditCsv", "unavailable");
    });
    const download = screen.getByRole("button", { name: "Download CSV" });
    await download.click();
    await expect.element(screen.getByRole("alert")).toHaveTextContent(/in trouble/);
    await expect.element(download).toHaveAttribute("aria-busy", "false");
  });

  test("keeps the list when the next page fails", async () => {
    const { screen, account } = await renderActivity();
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

  test("does not append a page to a list that was reloaded meanwhile", async () => {
    const { screen, account, session } = await renderActivity();
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(20);
    const hold = account.holdNext("auditEvents");
    await screen.getByRole("button", { name: "Show more" }).click();
    account.events = [auditEvent("new", "password.changed")];
    session.emitPolicyChange();
    hold.release();
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(1);
    await expect.element(screen.getByRole("listitem")).toHaveTextContent(/^Ada changed their password/);
  });

  test("shows a loading state until the events arrive", async () => {
    const holds: { release(): void }[] = [];
    const { screen } = await renderActivity((account) => {
      withEvents(account);
      holds.push(account.holdNext("auditEvents"));
    });
    await expect.element(screen.getByText("Loading…")).toBeInTheDocument();
    holds[0]?.release();
    await expect.element(screen.getByRole("listitem").first()).toBeVisible();
    await expect.element(screen.getByText("Loading…")).not.toBeInTheDocument();
  });
});
