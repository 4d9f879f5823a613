import type { SessionState } from "@curfew/client";
import { StrictMode } from "react";
import { describe, expect, test, vi } from "vitest";
import { render } from "vitest-browser-react";
import { ReauthenticationDialog, SessionProvider, useUnsavedInput } from "../../src/index.js";
import { fakeSession, signedIn } from "../../testing/index.js";

const LOADING: SessionState = { status: "loading", reconnecting: false };
const NOBODY = { status: "signed_out", ended: null, user_id: null } as const;
const REVOKED = {
  status: "signed_out",
  ended: { code: "session_revoked", reason: "revoked_by_owner", ended_at: "2026-11-24T12:00:00.000Z" },
  user_id: "ada",
} as const;

function Form({ dirty }: { dirty: boolean }) {
  useUnsavedInput(dirty);
  return "a form";
}

async function renderPage({ state = LOADING, dirty = false, hasDialog = true } = {}) {
  const session = fakeSession({ state });
  const onSignedOut = vi.fn();
  const onOtherUser = vi.fn();
  const screen = await render(
    <StrictMode>
      <SessionProvider
        session={session}
        onSignedOut={(end) => onSignedOut(end)}
        onOtherUser={() => onOtherUser()}
      >
        <Form dirty={dirty} />
        {hasDialog && <ReauthenticationDialog />}
      </SessionProvider>
    </StrictMode>,
  );
  const dialog = screen.getByRole("dialog", { name: "Confirm it's you" });
  return { session, screen, onSignedOut, onOtherUser, dialog };
}

describe("a page whose user is signed out", () => {
  test.each([
    ["at the first load", NOBODY],
    ["by an owner", REVOKED],
    ["by a button on it", { ...NOBODY, user_id: "ada" }],
  ])("%s is left once", async (_how, end) => {
    const { session, onSignedOut, onOtherUser } = await renderPage();
    if (end.user_id !== null) session.setState(signedIn());
    expect(onSignedOut).not.toHaveBeenCalled();
    session.setState(end);
    await expect.poll(() => onSignedOut.mock.calls).toEqual([[end]]);
    expect(onOtherUser).not.toHaveBeenCalled();
  });

  test("is left once for each end", async () => {
    const { session, onSignedOut } = await renderPage({ state: signedIn() });
    session.setState(REVOKED);
    await expect.poll(() => onSignedOut.mock.calls.length).toBe(1);
    session.setState(signedIn());
    session.setState(NOBODY);
    await expect.poll(() => onSignedOut.mock.calls.length).toBe(2);
  });

  test("stays for unsaved input, for which the dialog asks, and is left on Cancel", async () => {
    const { session, onSignedOut, dialog } = await renderPage({ state: signedIn(), dirty: true });
    session.setState(REVOKED);
    await expect.element(dialog).toBeVisible();
    expect(onSignedOut).not.toHaveBeenCalled();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => onSignedOut.mock.calls.length).toBe(1);
  });

  test("is left with its input where no dialog asks, and where the user has signed out", async () => {
    const silent = await renderPage({ state: signedIn(), dirty: true, hasDialog: false });
    silent.session.setState(REVOKED);
    await expect.poll(() => silent.onSignedOut.mock.calls.length).toBe(1);
    await silent.screen.unmount();
    const own = await renderPage({ state: signedIn(), dirty: true });
    own.session.setState({ ...NOBODY, user_id: "ada" });
    await expect.poll(() => own.onSignedOut.mock.calls.length).toBe(1);
    const leaving = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(false);
  });
});

describe("a page to whose browser another user signs in", () => {
  test("is told of the same user's sign-in to another account too", async () => {
    const { session, onOtherUser } = await renderPage({ state: signedIn(), dirty: true });
    const other = signedIn();
    session.setState({ ...other, user: { ...other.user, account: { id: "globex", name: "Globex" } } });
    await expect.poll(() => onOtherUser.mock.calls.length).toBe(1);
  });

  test("is told once, and holds no input of the one before", async () => {
    const { session, onSignedOut, onOtherUser } = await renderPage({ state: signedIn(), dirty: true });
    const other = signedIn();
    session.setState({ ...other, user: { ...other.user, id: "alan", name: "Alan" } });
    await expect.poll(() => onOtherUser.mock.calls.length).toBe(1);
    session.setState({ ...other, user: { ...other.user, id: "alan", name: "Alan Turing" } });
    expect(onOtherUser).toHaveBeenCalledOnce();
    const leaving = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(false);
    expect(onSignedOut).not.toHaveBeenCalled();
  });
});
