import type { RevokeScope } from "@curfew/client";
import { useState } from "react";
import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { ActiveSessions } from "../../src/active-sessions/active-sessions.js";
import { RevokeSessionsModal } from "../../src/active-sessions/revoke-sessions.js";
import { type FakeAccount, sessionItem } from "../support/fake-account.js";
import { renderOwner } from "../support/render-owner.js";

function Host({
  scope,
  onRevoked,
}: {
  scope: RevokeScope;
  onRevoked: (count: number, scope: RevokeScope) => void;
}) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      <RevokeSessionsModal
        open={open}
        scope={scope}
        sessions={37}
        people={14}
        onClose={() => setOpen(false)}
        onRevoked={onRevoked}
      />
    </>
  );
}

async function openModal(scope: RevokeScope, prepare: (account: FakeAccount) => void = () => {}) {
  const revoked: [number, string][] = [];
  const page = await renderOwner(
    <Host scope={scope} onRevoked={(count, revokedScope) => revoked.push([count, revokedScope])} />,
    (account) => {
      account.sessions = [sessionItem("s1", "Ada", 1, { current: true }), sessionItem("s2", "Grace")];
      prepare(account);
    },
  );
  const opener = page.screen.getByRole("button", { name: "Open" });
  await opener.click();
  const dialog = page.screen.getByRole("dialog");
  await expect.element(dialog).toBeVisible();
  return { ...page, revoked, opener, dialog };
}

describe("the modal of the list", () => {
  test("names the count of now, though others have signed in since the list was read", async () => {
    const { screen, account } = await renderOwner(<ActiveSessions />, (fake) => {
      fake.sessions = [sessionItem("s1", "Ada", 1, { current: true }), sessionItem("s2", "Grace")];
    });
    await screen.getByText("2 people are signed in.").element();
    account.sessions = [...account.sessions, sessionItem("s3", "Alan")];
    await screen.getByRole("button", { name: "Sign out everyone except me" }).click();
    await expect
      .element(screen.getByRole("dialog"))
      .toHaveAccessibleName("Sign out everyone except me: 2 sessions, 2 people");
  });
});

describe("the modal", () => {
  test("names scope and counts in its title, text and confirm button: everyone except me", async () => {
    const { dialog } = await openModal("others");
    await expect.element(dialog).toHaveAccessibleName("Sign out everyone except me: 37 sessions, 14 people");
    await expect
      .element(dialog)
      .toHaveTextContent(
        "This ends 37 sessions at once: those of 14 other people, and any on your own other devices. Only this device stays signed in.",
      );
    await expect
      .element(dialog.getByRole("button", { name: "Sign out everyone else (37 sessions, 14 people)" }))
      .toBeVisible();
  });

  test("names scope and counts in its title, text and confirm button: me too", async () => {
    const { dialog } = await openModal("all");
    await expect
      .element(dialog)
      .toHaveAccessibleName("Sign me out and everyone else: 37 sessions, 14 people");
    await expect
      .element(dialog)
      .toHaveTextContent(/every session of the account .* 37 sessions of 14 people/);
    await expect
      .element(dialog.getByRole("button", { name: "Sign out all, me too (37 sessions, 14 people)" }))
      .toBeVisible();
  });

  test.each(["Escape", "Cancel"])(
    "closes on %s without ending sessions, and returns the focus",
    async (way) => {
      const { dialog, opener, account, revoked } = await openModal("others");
      if (way === "Escape") await userEvent.keyboard("{Escape}");
      else await dialog.getByRole("button", { name: "Cancel" }).click();
      await expect.element(dialog).not.toBeInTheDocument();
      await expect.element(opener).toHaveFocus();
      expect(account.calls).toEqual([]);
      expect(revoked).toEqual([]);
    },
  );
});

describe("confirming", () => {
  const confirm = /^Sign out (everyone else|all)/;

  test("others ends the other sessions and calls onRevoked with the server's count", async () => {
    const { dialog, revoked, account, endCalls } = await openModal("others");
    await dialog.getByRole("button", { name: confirm }).click();
    await expect.poll(() => revoked).toEqual([[1, "others"]]);
    await expect.element(dialog).not.toBeInTheDocument();
    expect(account.calls).toEqual([["endAccountSessions", "others"]]);
    expect(endCalls()).toEqual([]);
  });

  test("all uses the session's own method, does not leave the page, and makes no further request", async () => {
    const { dialog, revoked, account, endCalls } = await openModal("all");
    await dialog.getByRole("button", { name: confirm }).click();
    await expect.poll(() => revoked).toEqual([[2, "all"]]);
    expect(endCalls()).toEqual(["deferEnd"]);
    expect(account.calls).toEqual([["endAccountSessions", "all"]]);
  });

  test("is busy until the response, and neither closes nor makes a second request", async () => {
    const { dialog, revoked, account } = await openModal("others");
    const hold = account.holdNext("endAccountSessions");
    await dialog.getByRole("button", { name: confirm }).click();
    const busy = dialog.getByRole("button", { name: "Signing out…" });
    await expect.element(busy).toHaveAttribute("aria-busy", "true");
    await busy.click({ force: true });
    await userEvent.keyboard("{Escape}");
    await expect.element(dialog).toBeVisible();
    hold.release();
    await expect.poll(() => revoked).toEqual([[1, "others"]]);
    expect(account.calls).toHaveLength(1);
  });

  test("that fails shows why; reopening clears the failure", async () => {
    const { dialog, revoked, opener } = await openModal("others", (account) =>
      account.failNext("endAccountSessions", "unavailable"),
    );
    await dialog.getByRole("button", { name: confirm }).click();
    await expect.element(dialog.getByRole("alert")).toHaveTextContent(/in trouble/);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await opener.click();
    await expect.element(dialog).toBeVisible();
    await expect.element(dialog.getByRole("alert")).not.toBeInTheDocument();
    expect(revoked).toEqual([]);
  });
});
