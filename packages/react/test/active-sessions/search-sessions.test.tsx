import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { ActiveSessions } from "../../src/active-sessions/active-sessions.js";
import { type FakeAccount, sessionItem } from "../support/fake-account.js";
import { renderOwner } from "../support/render-owner.js";

const ownSession = sessionItem("s1", "Ada", 1, { current: true });

/** An account whose people all have open sessions: Ada, some who are numbered, then some who are named. */
const withPeople =
  (count: number, ...names: string[]) =>
  (account: FakeAccount) => {
    const numbered = Array.from({ length: count - 1 }, (_, index) => `Person${index}`);
    account.sessions = [ownSession, ...[...numbered, ...names].map((name) => sessionItem(name, name))];
  };

async function renderSearch(prepare: (account: FakeAccount) => void) {
  const page = await renderOwner(<ActiveSessions />, prepare);
  await expect.element(page.screen.getByRole("button", { name: /^Ada \(you\)/ })).toBeVisible();
  return {
    ...page,
    field: page.screen.getByRole("searchbox", { name: "Search" }),
    status: page.screen.getByRole("status"),
    rowCount: () => page.screen.getByRole("listitem").elements().length,
    searches: () =>
      page.account.calls
        .filter(([name]) => name === "activeUsers")
        .map(([, query]) => query as { q: string }),
  };
}

describe("the search field of the active sessions", () => {
  test.each([
    [10, 0],
    [11, 1],
  ])("of %d people is there %d times", async (people, fields) => {
    const { field } = await renderSearch(withPeople(people));
    expect(field.elements()).toHaveLength(fields);
  });

  test("finds people by a part of the name or e-mail, marks it, and says how many", async () => {
    const { field, status, rowCount, screen } = await renderSearch(withPeople(120, "Grace", "Gracia"));
    await field.fill("GRAC");
    await expect.element(status).toHaveTextContent("2 people found.");
    expect(rowCount()).toBe(2);
    const marks = [...screen.container.querySelectorAll("mark")].map((mark) => mark.textContent);
    expect(marks).toEqual(["Grac", "grac", "Grac", "grac"]);
    await expect.element(screen.getByRole("button", { name: /^Grace grace@example.com/ })).toBeVisible();
  });

  test("asks once for what is typed in one go, and not for white space around it", async () => {
    const { field, status, searches } = await renderSearch(withPeople(20));
    await field.click();
    await userEvent.keyboard(" person7 ");
    await expect.element(status).toHaveTextContent("1 person found.");
    expect(searches().at(-1)).toEqual({ q: "person7", limit: 100 });
  });

  test("says that nobody is found only once the whole account was searched", async () => {
    const { field, status, rowCount, account } = await renderSearch(withPeople(400));
    const hold = account.holdNext("activeUsers");
    await field.fill("nobody");
    await expect.poll(() => account.calls.at(-1)).toEqual(["activeUsers", { q: "nobody", limit: 100 }]);
    await expect.element(status).toHaveTextContent("");
    await expect.poll(rowCount).toBe(100);
    hold.release();
    await expect.element(status).toHaveTextContent("Nobody here has “nobody” in their name or e-mail.");
    expect(rowCount()).toBe(0);
  });

  test("goes on to the page on which somebody is found, and Show more to the next", async () => {
    const { field, status, rowCount, screen, searches } = await renderSearch(withPeople(400, "Zoe"));
    await field.fill("zoe");
    await expect.element(status).toHaveTextContent("1 person found.");
    expect(searches().map(({ q }) => q)).toEqual(["zoe", "zoe", "zoe"]);
    await field.fill("person1");
    await expect.element(status).toHaveTextContent("60 people found so far.");
    await screen.getByRole("button", { name: "Show more" }).click();
    await expect.element(status).toHaveTextContent("111 people found so far.");
    await screen.getByRole("button", { name: "Show more" }).click();
    await expect.element(status).toHaveTextContent("111 people found.");
    await expect.element(screen.getByRole("button", { name: "Show more" })).not.toBeInTheDocument();
    expect(rowCount()).toBe(111);
  });

  test("never shows an older answer that comes after a newer one", async () => {
    const { field, status, account } = await renderSearch(withPeople(20, "Grace"));
    const hold = account.holdNext("activeUsers");
    await field.fill("person1");
    await expect.poll(() => account.calls.at(-1)).toEqual(["activeUsers", { q: "person1", limit: 100 }]);
    await field.fill("grace");
    await expect.element(status).toHaveTextContent("1 person found.");
    hold.release();
    await hold.answered;
    await expect.element(status).toHaveTextContent("1 person found.");
  });

  test("says that the search has failed instead of nobody, and can try again", async () => {
    const { field, status, rowCount, screen, account } = await renderSearch(withPeople(20, "Grace"));
    account.failNext("activeUsers", "unavailable");
    await field.fill("grace");
    await expect.element(screen.getByRole("alert")).toHaveTextContent(/in trouble/);
    await expect.element(status).toHaveTextContent("");
    expect(rowCount()).toBe(0);
    await screen.getByRole("button", { name: "Try again" }).click();
    await expect.element(status).toHaveTextContent("1 person found.");
    await expect.element(screen.getByRole("alert")).not.toBeInTheDocument();
  });

  test("is emptied by Escape, and everybody is listed again with the focus in the field", async () => {
    const { field, status, rowCount } = await renderSearch(withPeople(20));
    await field.fill("person7");
    await expect.element(status).toHaveTextContent("1 person found.");
    await userEvent.keyboard("{Escape}");
    await expect.element(field).toHaveValue("");
    await expect.element(field).toHaveFocus();
    await expect.element(status).toHaveTextContent("");
    expect(rowCount()).toBe(20);
  });

  test("stays while something is typed, though no more than ten people are left", async () => {
    const { field, status, account, session } = await renderSearch(withPeople(11));
    await field.fill("person7");
    await expect.element(status).toHaveTextContent("1 person found.");
    account.sessions = [ownSession];
    session.emitPolicyChange();
    await expect.element(status).toHaveTextContent("Nobody here has “person7” in their name or e-mail.");
    await userEvent.keyboard("{Escape}");
    await expect.element(field).not.toBeInTheDocument();
  });

  test("keeps nothing of what was found after the session has ended", async () => {
    const { field, status, session, screen } = await renderSearch(withPeople(20, "Grace"));
    await field.fill("grace");
    await expect.element(status).toHaveTextContent("1 person found.");
    session.setState({ status: "signed_out", ended: null, user_id: "ada" });
    await expect.element(field).not.toBeInTheDocument();
    expect(screen.container.textContent).not.toMatch(/grace/i);
  });
});
