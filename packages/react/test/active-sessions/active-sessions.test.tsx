import type { SessionItem } from "@curfew/client";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ActiveSessions } from "../../src/active-sessions/active-sessions.js";
import { type FakeAccount, sessionItem } from "../support/fake-account.js";
import { renderOwner } from "../support/render-owner.js";

const ownSession = sessionItem("s1", "Ada", 1, { current: true });
const threeUsers = (account: FakeAccount) => {
  account.sessions = [
    ownSession,
    sessionItem("s2", "Grace", 5, { device: { label: "Safari on iOS", user_agent: "Mobile", ip: null } }),
    sessionItem("s3", "Alan", 9),
    sessionItem("s4", "Grace", 20),
  ];
};

/** An account with this many people who are signed in. */
const withPeople = (count: number) => (account: FakeAccount) => {
  const others = Array.from({ length: count - 1 }, (_, index) => `Person${index}`);
  account.sessions = [ownSession, ...others.map((name) => sessionItem(name, name))];
};

async function renderSessions(prepare: (account: FakeAccount) => void = threeUsers) {
  const revoked: [number, string][] = [];
  const page = await renderOwner(
    <ActiveSessions onRevoked={(count, scope) => revoked.push([count, scope])} />,
    prepare,
  );
  return { ...page, revoked, row: (name: RegExp) => page.screen.getByRole("button", { name }) };
}

describe("the sessions of a user", () => {
  test("are listed once each, also one that comes again on the next page because it was used meanwhile", async () => {
    const graces = (count: number) =>
      Array.from({ length: count }, (_, index) => sessionItem(`g${index}`, "Grace", 5 + index));
    const { screen, row, account } = await renderSessions((fake) => {
      fake.sessions = [ownSession, ...graces(60)];
    });
    await row(/^Grace /).click();
    const sessions = screen.getByRole("list", { name: /Grace/ }).getByRole("listitem");
    await expect.poll(() => sessions.elements().length).toBe(50);
    account.sessions = [ownSession, sessionItem("new", "Grace", 0), ...graces(60)];
    await screen.getByRole("button", { name: "Show more" }).click();
    await expect.poll(() => sessions.elements().length).toBe(60);
  });
});

describe("the list of users", () => {
  test("has a count in words and tags the caller", async () => {
    const { screen, row } = await renderSessions();
    await expect.element(screen.getByText("3 people are signed in.")).toBeVisible();
    await expect.element(row(/^Ada \(you\)/)).toHaveAttribute("aria-expanded", "false");
    await expect.element(row(/^Grace grace@example.com/)).toBeVisible();
    await expect.element(screen.getByText("2 sessions")).toBeVisible();
    await expect.element(screen.getByText(/^signed in 2 days ago$/).first()).toBeVisible();
    await expect.element(screen.getByText(/^last active 5 minutes ago$/)).toBeVisible();
  });

  test("follows the sign-ins and ends of others every half minute, and when the page becomes visible", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { screen, account, session } = await renderSessions();
    const count = screen.getByText(/signed in\.$/);
    await expect.element(count).toHaveTextContent("3 people are signed in.");
    account.sessions = [...account.sessions, sessionItem("s5", "Edsger", 1)];
    await vi.advanceTimersByTimeAsync(30_000);
    await expect.element(count).toHaveTextContent("4 people are signed in.");
    account.sessions = [ownSession];
    document.dispatchEvent(new Event("visibilitychange"));
    await expect.element(count).toHaveTextContent("Only you are signed in.");
    const calls = session.calls.length;
    session.setState({ status: "signed_out", ended: null, user_id: "ada" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(session.calls.length).toBe(calls);
  });

  test("offers no Sign out everyone except me to the only user", async () => {
    const { screen } = await renderSessions(() => {});
    await expect.element(screen.getByText("Only you are signed in.")).toBeVisible();
    await expect.element(screen.getByRole("button", { name: "Sign me out and everyone else" })).toBeVisible();
    await expect
      .element(screen.getByRole("button", { name: "Sign out everyone except me" }))
      .not.toBeInTheDocument();
  });

  test("continues after the first 100 users with the others, once each, page by page", async () => {
    const { screen, row, account } = await renderSessions(withPeople(210));
    await expect.element(screen.getByText("210 people are signed in.")).toBeVisible();
    const rows = () => screen.getByRole("listitem").elements().length;
    await expect.poll(rows).toBe(100);
    for (const count of [200, 210]) {
      await screen.getByRole("button", { name: "Show more" }).click();
      await expect.poll(rows).toBe(count);
    }
    await expect.element(row(/^Person208 /)).toBeVisible();
    await expect.element(screen.getByRole("button", { name: "Show more" })).not.toBeInTheDocument();
    expect(account.calls.filter(([name]) => name === "activeUsers")).toEqual([
      ["activeUsers", { limit: 200 }],
      ["activeUsers", { limit: 200, cursor: "200" }],
    ]);
  });

  test("has its first 20 rows before the others, which follow without a request", async () => {
    let addedLater = 0;
    const observer = new MutationObserver((records) => {
      for (const { target, addedNodes } of records)
        if (target instanceof Element && target.matches(".curfew-people")) addedLater += addedNodes.length;
    });
    observer.observe(document.body, { subtree: true, childList: true });
    const { screen, account } = await renderSessions(withPeople(100));
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(100);
    observer.disconnect();
    expect(addedLater).toBe(80);
    expect(account.calls).toEqual([["policy"]]);
  });

  test("says why more could not be loaded, keeps its rows, and can try again", async () => {
    const { screen } = await renderSessions((account) => {
      withPeople(120)(account);
      account.failNext("activeUsers", "unavailable");
    });
    const more = screen.getByRole("button", { name: "Show more" });
    await more.click();
    await expect.element(screen.getByRole("alert")).toHaveTextContent(/in trouble/);
    expect(screen.getByRole("listitem").elements()).toHaveLength(100);
    await more.click();
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(120);
    await expect.element(screen.getByRole("alert")).not.toBeInTheDocument();
  });

  test("can be retried after a failed load", async () => {
    const { screen } = await renderSessions((account) => account.failNext("policy", "unavailable"));
    await expect.element(screen.getByRole("alert")).toHaveTextContent(/in trouble/);
    await screen.getByRole("button", { name: "Try again" }).click();
    await expect.element(screen.getByText("Only you are signed in.")).toBeVisible();
  });
});

describe("the row of a user", () => {
  test("opens to the user's sessions and closes", async () => {
    const { screen, row } = await renderSessions();
    await row(/^Grace/).click();
    const devices = screen.getByRole("list", { name: "Sessions of Grace" });
    await expect.element(devices).toBeVisible();
    await expect.element(row(/^Grace/)).toHaveAttribute("aria-expanded", "true");
    await expect
      .element(devices.getByText("Safari on iOS", { exact: true }).first())
      .toHaveAttribute("title", "Mobile");
    await expect.element(devices.getByText(/203\.0\.113\.7/)).toBeVisible();
    expect(devices.getByRole("listitem").elements()).toHaveLength(2);
    await row(/^Grace/).click();
    await expect.element(devices).not.toBeInTheDocument();
  });

  test("shows both addresses of a session whose newest use came from elsewhere", async () => {
    const { screen, row } = await renderSessions((account) => {
      const last_seen = { label: null, user_agent: null, ip: "198.51.100.7" };
      account.sessions = [ownSession, sessionItem("s2", "Grace", 5, { last_seen })];
    });
    await row(/^Grace/).click();
    const devices = screen.getByRole("list", { name: "Sessions of Grace" });
    await expect
      .element(devices.getByText("signed in from 203.0.113.7, last seen at 198.51.100.7"))
      .toBeVisible();
  });

  test("shows the address of the sign-in if the server is of the version before, which sends no other", async () => {
    const { last_seen: _, ...older } = sessionItem("s2", "Grace", 5);
    const { screen, row } = await renderSessions((account) => {
      account.sessions = [ownSession, older as SessionItem];
    });
    await row(/^Grace/).click();
    const devices = screen.getByRole("list", { name: "Sessions of Grace" });
    await expect.element(devices.getByText(/203\.0\.113\.7/)).toBeVisible();
  });

  test("ends one session with Sign out, described by its device, and reloads the counts", async () => {
    const { screen, row, revoked, account } = await renderSessions();
    await row(/^Grace/).click();
    await expect
      .element(screen.getByRole("button", { name: "Sign out", exact: true }).first())
      .toHaveAccessibleDescription(/ on /);
    const phone = screen
      .getByRole("list", { name: "Sessions of Grace" })
      .getByRole("listitem")
      .filter({ hasText: "Safari on iOS" });
    await phone.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect
      .poll(
        () => screen.getByRole("list", { name: "Sessions of Grace" }).getByRole("listitem").elements().length,
      )
      .toBe(1);
    expect(revoked).toEqual([[1, "session"]]);
    expect(account.sessions.map((item) => item.id)).toEqual(["s1", "s3", "s4"]);
    await expect.element(screen.getByText("2 sessions")).not.toBeInTheDocument();
    await expect.element(screen.getByRole("list", { name: "Sessions of Grace" })).toHaveFocus();
  });

  test("ends all sessions of a user with Sign out everywhere, and disappears", async () => {
    const { screen, row, revoked } = await renderSessions();
    await row(/^Grace/).click();
    await screen.getByRole("button", { name: "Sign out everywhere" }).click();
    await expect.element(screen.getByText("2 people are signed in.")).toBeVisible();
    await expect.element(row(/^Grace/)).not.toBeInTheDocument();
    expect(revoked).toEqual([[2, "user"]]);
    await expect.element(screen.getByText("2 people are signed in.")).toHaveFocus();
  });

  test("ends the caller's own session by signing out, not by a revocation", async () => {
    const { screen, row, endCalls, account } = await renderSessions();
    await row(/^Ada/).click();
    await expect.element(screen.getByText("This device")).toBeVisible();
    await screen.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect.poll(endCalls).toEqual(["signOut"]);
    expect(account.calls.filter(([name]) => name === "endAccountSession")).toEqual([]);
  });

  test("removes a session that has already ended without calling onRevoked", async () => {
    const { screen, row, revoked, account } = await renderSessions();
    await row(/^Alan/).click();
    const signOut = screen.getByRole("button", { name: "Sign out", exact: true });
    await expect.element(signOut).toBeVisible();
    account.sessions = account.sessions.filter((item) => item.user.name !== "Alan");
    await signOut.click();
    await expect.element(screen.getByText("2 people are signed in.")).toBeVisible();
    expect(revoked).toEqual([]);
  });

  test("shows why a session could not be ended and keeps it", async () => {
    const { screen, row, account, revoked } = await renderSessions();
    await row(/^Alan/).click();
    account.failNext("endAccountSession", "unavailable");
    await screen.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect.element(screen.getByRole("alert")).toHaveTextContent(/in trouble/);
    expect(revoked).toEqual([]);
    expect(account.sessions).toHaveLength(4);
  });
});

describe("Sign out everyone except me", () => {
  test("asks for confirmation with scope and counts, ends the other sessions, calls onRevoked and reloads", async () => {
    const { screen, revoked, account } = await renderSessions();
    await screen.getByRole("button", { name: "Sign out everyone except me" }).click();
    const dialog = screen.getByRole("dialog", { name: "Sign out everyone except me: 3 sessions, 2 people" });
    await expect.element(dialog).toBeVisible();
    await dialog.getByRole("button", { name: "Sign out everyone else (3 sessions, 2 people)" }).click();
    await expect.element(screen.getByText("Only you are signed in.")).toBeVisible();
    expect(revoked).toEqual([[3, "others"]]);
    expect(account.calls.filter(([name]) => name === "endAccountSessions")).toEqual([
      ["endAccountSessions", "others"],
    ]);
  });
});
