import { describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { RecentActivity } from "../../src/activity/recent-activity.js";
import { auditEvent, sessionItem } from "../support/fake-account.js";
import { renderOwner } from "../support/render-owner.js";

const grace = { id: "grace", name: "Grace", email: "grace@example.com" };

async function renderFilters() {
  const page = await renderOwner(<RecentActivity />, (account) => {
    const names = ["Ada", "Grace", ...Array.from({ length: 20 }, (_, index) => `Person${index}`)];
    account.sessions = names.map((name) => sessionItem(name, name));
    account.events = [
      auditEvent("1", "user.signed_in"),
      auditEvent("2", "user.signed_in", {}, grace),
      auditEvent("3", "password.changed", {}, grace),
    ];
  });
  const { screen, account } = page;
  await expect.element(screen.getByText(/^Ada signed in/)).toBeVisible();
  return {
    ...page,
    person: screen.getByRole("searchbox", { name: "Person" }),
    events: () =>
      [...screen.container.querySelectorAll(".curfew-events > li")].map(
        (event) => event.textContent?.split(" · ")[0],
      ),
    queries: () => account.calls.filter(([name]) => name === "auditEvents").map(([, query]) => query),
  };
}

describe("the filter by person", () => {
  test("finds people as one types, marks what was found, and shows the events of the chosen one", async () => {
    const { screen, person, events, queries } = await renderFilters();
    await person.fill("GRA");
    const option = screen.getByRole("button", { name: "Grace grace@example.com" });
    await expect.element(option).toBeVisible();
    expect([...screen.container.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual([
      "Gra",
      "gra",
    ]);
    await option.click();
    await expect.poll(events).toEqual(["Grace signed in", "Grace changed their password"]);
    expect(queries().at(-1)).toEqual({ limit: 20, user_id: "grace" });
    await expect.element(screen.getByRole("group", { name: "Person" })).toHaveTextContent("Grace");
    await screen.getByRole("button", { name: "Show everybody" }).click();
    await expect.poll(() => events().length).toBe(3);
    await expect.element(person).toHaveFocus();
    await expect.element(person).toHaveValue("");
  });

  test("works by keyboard: arrows to the people, Enter, and the focus goes on to Show everybody", async () => {
    const { screen, person, events } = await renderFilters();
    await person.fill("person1");
    await expect.element(screen.getByText("8 people found so far.")).toBeVisible();
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    await expect.element(screen.getByRole("button", { name: /^Person10 / })).toHaveFocus();
    await userEvent.keyboard("{ArrowUp}{Enter}");
    await expect.element(screen.getByRole("button", { name: "Show everybody" })).toHaveFocus();
    await expect.element(screen.getByRole("group", { name: "Person" })).toHaveTextContent("Person1");
    await expect.poll(events).toEqual([]);
    await expect.element(screen.getByText("Nothing matches these filters.")).toBeVisible();
  });

  test("has a few people at a time, and Show more", async () => {
    const { screen, person } = await renderFilters();
    await person.fill("person1");
    await expect.element(screen.getByText("8 people found so far.")).toBeVisible();
    await screen.getByRole("button", { name: "Show more" }).click();
    await expect.element(screen.getByText("11 people found.")).toBeVisible();
  });

  test("is emptied by Escape, also from the people found", async () => {
    const { screen, person } = await renderFilters();
    await person.fill("grace");
    await expect.element(screen.getByText("1 person found.")).toBeVisible();
    await userEvent.keyboard("{ArrowDown}{Escape}");
    await expect.element(person).toHaveFocus();
    await expect.element(person).toHaveValue("");
    await expect.element(screen.getByText("1 person found.")).not.toBeInTheDocument();
  });

  test("finds those who are signed in where a host manages its users elsewhere", async () => {
    const { screen, person, account, queries } = await renderFilters();
    account.failNext("members", "not_found");
    await person.fill("grace");
    await screen.getByRole("button", { name: "Grace grace@example.com" }).click();
    await expect.poll(() => queries().at(-1)).toEqual({ limit: 20, user_id: "grace" });
  });

  test("says that nobody is found, and that the search has failed where it has", async () => {
    const { screen, person, account } = await renderFilters();
    await person.fill("nobody");
    await expect.element(screen.getByText("Nobody here has “nobody” in their name or e-mail.")).toBeVisible();
    account.failNext("members", "unreachable");
    await person.fill("grace");
    await expect.element(screen.getByRole("alert")).toHaveTextContent(/can't be reached/);
    await expect.element(screen.getByText(/^Nobody here/)).not.toBeInTheDocument();
    await screen.getByRole("button", { name: "Try again" }).click();
    await expect.element(screen.getByText("1 person found.")).toBeVisible();
  });
});

describe("the filter by dates", () => {
  test("asks for whole days of this time zone", async () => {
    const { screen, queries } = await renderFilters();
    await screen.getByLabelText("From", { exact: true }).fill("2026-11-23");
    await screen.getByLabelText("To", { exact: true }).fill("2026-11-24");
    await expect
      .poll(() => queries().at(-1))
      .toEqual({
        limit: 20,
        from: new Date(2026, 10, 23).toISOString(),
        to: new Date(2026, 10, 25).toISOString(),
      });
  });

  test("says where the first day is after the last", async () => {
    const { screen } = await renderFilters();
    await screen.getByLabelText("From", { exact: true }).fill("2026-11-25");
    await screen.getByLabelText("To", { exact: true }).fill("2026-11-24");
    await expect
      .element(screen.getByLabelText("To", { exact: true }))
      .toHaveAccessibleDescription("The first day is after the last.");
    await screen.getByLabelText("To", { exact: true }).fill("2026-11-25");
    await expect.element(screen.getByText("The first day is after the last.")).not.toBeInTheDocument();
  });
});

test("Download CSV asks for what all filters show", async () => {
  const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
  const { screen, person, account } = await renderFilters();
  await person.fill("grace");
  await screen.getByRole("button", { name: "Grace grace@example.com" }).click();
  await screen.getByLabelText("Type", { exact: true }).selectOptions("Sign-ins");
  await screen.getByLabelText("From", { exact: true }).fill("2026-11-23");
  await screen.getByRole("button", { name: "Download CSV" }).click();
  await expect.poll(() => click.mock.calls.length).toBe(1);
  expect(account.calls.find(([name]) => name === "auditCsv")).toEqual([
    "auditCsv",
    { type: "user.signed_in", user_id: "grace", from: new Date(2026, 10, 23).toISOString() },
  ]);
  click.mockRestore();
});
