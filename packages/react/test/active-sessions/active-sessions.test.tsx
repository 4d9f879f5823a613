import { describe, expect, test } from "vitest";
import { ActiveSessions } from "../../src/active-sessions/active-sessions.js";
import { type FakeAccount, sessionItem } from "../account/fake-account.js";
import { renderOwner } from "../account/render-owner.js";

const own = sessionItem("s1", "Ada", 1, { current: true });
const three = (account: FakeAccount) => {
  account.sessions = [
    own,
    sessionItem("s2", "Grace", 5, { device: { label: "Safari on iOS", user_agent: "Mobile", ip: null } }),
    sessionItem("s3", "Alan", 9),
    sessionItem("s4", "Grace", 20),
  ];
};

async function show(prepare: (account: FakeAccount) => void = three) {
  const revoked: [number, string][] = [];
  const page = await renderOwner(
    <ActiveSessions onRevoked={(count, scope) => revoked.push([count, scope])} />,
    prepare,
  );
  return { ...page, revoked, row: (name: RegExp) => page.screen.getByRole("button", { name }) };
}

describe("who is signed in", () => {
  test("is counted in words, and the caller tagged", async () => {
    const { screen, row } = await show();
    await expect.element(screen.getByText("3 people are signed in.")).toBeVisible();
    await expect.element(row(/^Ada \(you\)/)).toHaveAttribute("aria-expanded", "false");
    await expect.element(row(/^Grace grace@example.com/)).toBeVisible();
    await expect.element(screen.getByText("2 sessions")).toBeVisible();
    await expect.element(screen.getByText(/^signed in 2 days ago$/).first()).toBeVisible();
    await expect.element(screen.getByText(/^last active 5 minutes ago$/)).toBeVisible();
  });

  test("may be only the caller, who can't sign out everyone else then", async () => {
    const { screen } = await show(() => {});
    await expect.element(screen.getByText("Only you are signed in.")).toBeVisible();
    await expect.element(screen.getByRole("button", { name: "Sign me out and everyone else" })).toBeVisible();
    await expect
      .element(screen.getByRole("button", { name: "Sign out everyone except me" }))
      .not.toBeInTheDocument();
  });

  test("goes on past the first hundred, found by their sessions, each person once", async () => {
    const { screen, row, account } = await show((fake) => {
      const crowd = Array.from({ length: 150 }, (_, index) => `Person${index}`);
      fake.sessions = [
        own,
        ...crowd.slice(0, 99).flatMap((name) => [1, 2, 3].map((n) => sessionItem(`${name}-${n}`, name))),
        ...crowd.slice(99).map((name) => sessionItem(name, name)),
      ];
    });
    await expect.element(screen.getByText("151 people are signed in.")).toBeVisible();
    expect(screen.getByRole("listitem").elements()).toHaveLength(100);
    await screen.getByRole("button", { name: "Show more" }).click();
    await expect.poll(() => screen.getByRole("listitem").elements().length).toBe(151);
    await expect.element(row(/^Person149 /)).toBeVisible();
    await expect.element(screen.getByRole("button", { name: "Show more" })).not.toBeInTheDocument();
    expect(account.calls.filter(([name]) => name === "accountSessions")).toHaveLength(2);
  });

  test("can't be told while the server is in trouble, and is once it is tried again", async () => {
    const { screen } = await show((account) => account.failNext("policy", "unavailable"));
    await expect.element(screen.getByRole("alert")).toHaveTextContent(/in trouble/);
    await screen.getByRole("button", { name: "Try again" }).click();
    await expect.element(screen.getByText("Only you are signed in.")).toBeVisible();
  });
});

describe("a person's row", () => {
  test("opens to their sessions, and closes again", async () => {
    const { screen, row } = await show();
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

  test("ends one session by Sign out, described by its device, and refreshes the counts", async () => {
    const { screen, row, revoked, account } = await show();
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

  test("ends all sessions of a person by Sign out everywhere, and the row goes", async () => {
    const { screen, row, revoked } = await show();
    await row(/^Grace/).click();
    await screen.getByRole("button", { name: "Sign out everywhere" }).click();
    await expect.element(screen.getByText("2 people are signed in.")).toBeVisible();
    await expect.element(row(/^Grace/)).not.toBeInTheDocument();
    expect(revoked).toEqual([[2, "user"]]);
    await expect.element(screen.getByText("2 people are signed in.")).toHaveFocus();
  });

  test("signs the caller out as such, not as somebody whom an owner threw out", async () => {
    const { screen, row, ended, account } = await show();
    await row(/^Ada/).click();
    await expect.element(screen.getByText("This device")).toBeVisible();
    await screen.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect.poll(ended).toEqual(["signOut"]);
    expect(account.calls.filter(([name]) => name === "endAccountSession")).toEqual([]);
  });

  test("takes a session that is over already off the list, and tells nobody of an end", async () => {
    const { screen, row, revoked, account } = await show();
    await row(/^Alan/).click();
    const out = screen.getByRole("button", { name: "Sign out", exact: true });
    await expect.element(out).toBeVisible();
    account.sessions = account.sessions.filter((item) => item.user.name !== "Alan");
    await out.click();
    await expect.element(screen.getByText("2 people are signed in.")).toBeVisible();
    expect(revoked).toEqual([]);
  });

  test("says why a session could not be ended, and keeps it", async () => {
    const { screen, row, account, revoked } = await show();
    await row(/^Alan/).click();
    account.failNext("endAccountSession", "unavailable");
    await screen.getByRole("button", { name: "Sign out", exact: true }).click();
    await expect.element(screen.getByRole("alert")).toHaveTextContent(/in trouble/);
    expect(revoked).toEqual([]);
    expect(account.sessions).toHaveLength(4);
  });
});

describe("signing out everyone except me", () => {
  test("asks with scope and count, ends the others, tells the host and refreshes the list", async () => {
    const { screen, revoked, account } = await show();
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
