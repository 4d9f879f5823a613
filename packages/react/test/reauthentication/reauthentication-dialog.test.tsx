import { CurfewProblem, type SessionState } from "@curfew/client";
import { useState } from "react";
import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import {
  ReauthenticationDialog,
  useHasUnsavedInput,
  useReauthentication,
  useUnsavedInput,
} from "../../src/index.js";
import { fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../support/render-with-session.js";

const problem = (code: "reauthentication_required" | "invalid_credentials" | "unavailable" | "email_taken") =>
  new CurfewProblem({ code, status: 400, detail: code, errors: [] });

/**
 * A form whose **Send** button makes a call with `useReauthentication` and shows its outcome.
 *
 * @param dirty whether the form counts as holding unsaved input
 */
function FormPage({ call, dirty = false }: { call: () => Promise<string>; dirty?: boolean }) {
  const reauthenticated = useReauthentication();
  const [outcome, setOutcome] = useState("not sent");
  useUnsavedInput(dirty);
  const send = () =>
    void reauthenticated(call)
      .catch((error: CurfewProblem) => `rejected: ${error.code}`)
      .then(setOutcome);
  return (
    <>
      <label>
        Note <input defaultValue="typed by hand" />
      </label>
      <button type="button" onClick={send}>
        Send
      </button>
      <p>outcome: {outcome}</p>
      <p>{useHasUnsavedInput() ? "holds input" : "holds nothing"}</p>
      <ReauthenticationDialog />
    </>
  );
}

/** A call that requires reauthentication while `isAllowed` is false. */
const guardedCall = (isAllowed: () => boolean) => async () => {
  if (!isAllowed()) throw problem("reauthentication_required");
  return "done";
};

describe("a call", () => {
  const signIns = (calls: readonly [name: string, ...values: unknown[]][]) =>
    calls.filter(([name]) => name === "signIn");

  /** Renders the page and sends a call that requires reauthentication; the server accepts the password "right". */
  async function openDialog(account = signedIn().user.account) {
    const user = { ...signedIn().user, account };
    const session = fakeSession({
      methods: {
        signIn: async (body) => {
          if (body.password !== "right") throw problem("invalid_credentials");
          session.setState({ ...signedIn(), user });
          return user;
        },
      },
    });
    const call = guardedCall(() =>
      signIns(session.calls).some(([, body]) => (body as { password: string }).password === "right"),
    );
    const page = await renderWithSession(<FormPage call={call} />, session);
    await page.screen.getByRole("button", { name: "Send" }).click();
    const dialog = page.screen.getByRole("dialog", { name: "Confirm it's you" });
    await expect.element(dialog).toBeVisible();
    return { ...page, dialog, field: dialog.getByLabelText("Password") };
  }

  test("that needs no password is made without a dialog", async () => {
    const { screen } = await renderWithSession(<FormPage call={async () => "done"} />);
    await screen.getByRole("button", { name: "Send" }).click();
    await expect.element(screen.getByText("outcome: done")).toBeVisible();
    await expect.element(screen.getByRole("dialog")).not.toBeInTheDocument();
  });

  test("that fails with another problem rejects with it", async () => {
    const { screen } = await renderWithSession(
      <FormPage call={() => Promise.reject(problem("email_taken"))} />,
    );
    await screen.getByRole("button", { name: "Send" }).click();
    await expect.element(screen.getByText("outcome: rejected: email_taken")).toBeVisible();
  });

  test("that needs the password opens a dialog with the user's e-mail and a focused password field", async () => {
    const { dialog, field } = await openDialog();
    await expect.element(field).toHaveFocus();
    await expect.element(dialog).toHaveTextContent("You sign in as ada@example.com.");
    expect(dialog.element().querySelectorAll("input:not([hidden])")).toHaveLength(1);
  });

  test("is repeated after the right password, and the form keeps its input", async () => {
    const { screen, session, dialog, field } = await openDialog();
    await field.fill("right");
    await userEvent.keyboard("{Enter}");
    await expect.element(screen.getByText("outcome: done")).toBeVisible();
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(screen.getByLabelText("Note")).toHaveValue("typed by hand");
    expect(signIns(session.calls)).toEqual([["signIn", { email: "ada@example.com", password: "right" }]]);
  });

  test("is not repeated where the host's sign-in has begun its session in another account", async () => {
    const { screen, dialog, field } = await openDialog({ id: "globex", name: "Globex" });
    await field.fill("right");
    await userEvent.keyboard("{Enter}");
    await expect.element(screen.getByText("outcome: rejected: reauthentication_required")).toBeVisible();
    await expect.element(dialog).not.toBeInTheDocument();
  });

  test("waits after a wrong password, which is shown at the focused field and can be corrected", async () => {
    const { screen, dialog, field } = await openDialog();
    await field.fill("wrong");
    await dialog.getByRole("button", { name: "Confirm" }).click();
    await expect.element(field).toHaveAttribute("aria-invalid", "true");
    await expect.element(field).toHaveAccessibleDescription("That password is not right.");
    await expect.element(field).toHaveFocus();
    await field.fill("right");
    await userEvent.keyboard("{Enter}");
    await expect.element(screen.getByText("outcome: done")).toBeVisible();
  });

  test.each([
    [
      "Cancel",
      (page: Awaited<ReturnType<typeof openDialog>>) =>
        page.dialog.getByRole("button", { name: "Cancel" }).click(),
    ],
    ["Escape", () => userEvent.keyboard("{Escape}")],
  ])("rejects with its own problem on %s, and the focus returns", async (_, cancel) => {
    const page = await openDialog();
    await cancel(page);
    await expect.element(page.screen.getByText("outcome: rejected: reauthentication_required")).toBeVisible();
    await expect.element(page.screen.getByRole("button", { name: "Send" })).toHaveFocus();
    expect(signIns(page.session.calls)).toEqual([]);
  });

  test("waits after a server error, which is not shown as a wrong password", async () => {
    const session = fakeSession({ methods: { signIn: () => Promise.reject(problem("unavailable")) } });
    const { screen } = await renderWithSession(<FormPage call={guardedCall(() => false)} />, session);
    await screen.getByRole("button", { name: "Send" }).click();
    await screen.getByLabelText("Password").fill("right");
    await userEvent.keyboard("{Enter}");
    await expect
      .element(screen.getByText("The server is in trouble right now. Try again in a moment."))
      .toBeVisible();
    await expect.element(screen.getByLabelText("Password")).toHaveAttribute("aria-invalid", "false");
  });

  /** The same with a host's own way to prove who one is, of which each attempt ends as it says. */
  async function openHostDialog(...outcomes: (Error | null)[]) {
    let attempts = 0;
    const reauthenticate = async () => {
      const outcome = outcomes[attempts++];
      if (outcome) throw outcome;
    };
    const session = fakeSession({ methods: { reauthenticate } });
    const { screen } = await renderWithSession(
      <FormPage call={guardedCall(() => attempts === outcomes.length)} />,
      session,
    );
    await screen.getByRole("button", { name: "Send" }).click();
    const dialog = screen.getByRole("dialog", { name: "Confirm it's you" });
    await expect.element(dialog).toBeVisible();
    return { screen, session, dialog, confirm: dialog.getByRole("button", { name: "Confirm" }) };
  }

  test("is repeated after the host's own sign-in, which shows no password field and speaks of no password", async () => {
    const { screen, session, dialog, confirm } = await openHostDialog(null);
    expect(dialog.element().querySelectorAll("input")).toHaveLength(0);
    await expect.element(dialog).not.toHaveTextContent(/password/i);
    await confirm.click();
    await expect.element(screen.getByText("outcome: done")).toBeVisible();
    await expect.element(dialog).not.toBeInTheDocument();
    expect(session.calls).toEqual([["reauthenticate"]]);
  });

  test.each([
    ["a problem", problem("unavailable"), "The server is in trouble right now. Try again in a moment."],
    ["any other error", new Error("the window was closed"), "That did not work. Try again."],
  ])("waits after the host's own sign-in has failed with %s, which is shown", async (_what, error, text) => {
    const { screen, dialog, confirm } = await openHostDialog(error, null);
    await confirm.click();
    await expect.element(dialog.getByText(text)).toBeVisible();
    await confirm.click();
    await expect.element(screen.getByText("outcome: done")).toBeVisible();
  });

  test("rejects when the session ends meanwhile and no form holds input", async () => {
    const { screen, session, dialog } = await openDialog();
    session.setState({ status: "signed_out", ended: null, user_id: "ada" });
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(screen.getByText("outcome: rejected: reauthentication_required")).toBeVisible();
  });
});

const expired: SessionState = {
  status: "signed_out",
  ended: { code: "session_expired", reason: "idle", ended_at: "2026-11-24T12:00:00.000Z" },
  user_id: "ada",
};
const unproven = signedIn({}, { needs_sign_in: true });

async function renderForm({ dirty, state = signedIn() }: { dirty: boolean; state?: SessionState }) {
  const page = await renderWithSession(
    <FormPage call={async () => "done"} dirty={dirty} />,
    fakeSession({ state }),
  );
  return { ...page, dialog: page.screen.getByRole("dialog", { name: "Confirm it's you" }) };
}

describe("the end of the session", () => {
  test("opens a dialog with the reason while a form holds input, and signing in keeps the input", async () => {
    const { session, dialog, screen } = await renderForm({ dirty: true });
    session.setState(expired);
    await expect.element(dialog).toHaveTextContent("Your session ended because you were inactive.");
    await dialog.getByLabelText("Password").fill("right");
    await userEvent.keyboard("{Enter}");
    await expect
      .poll(() => session.calls)
      .toEqual([["signIn", { email: "ada@example.com", password: "right" }]]);
    session.setState(signedIn());
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(screen.getByLabelText("Note")).toHaveValue("typed by hand");
    await expect.element(screen.getByText("holds input")).toBeVisible();
  });

  test("followed by Cancel discards the input", async () => {
    const { session, dialog, screen } = await renderForm({ dirty: true });
    session.setState(expired);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect.element(screen.getByText("holds nothing")).toBeVisible();
    await expect.element(dialog).not.toBeInTheDocument();
  });

  test("opens no dialog without input, and the e-mail leaves the page", async () => {
    const { session, dialog, screen } = await renderForm({ dirty: false });
    session.setState(expired);
    await expect.element(dialog).not.toBeInTheDocument();
    expect(screen.container.innerHTML).not.toContain("ada@example.com");
  });
});

describe("a rejected proof", () => {
  test("opens the dialog until the session is valid again", async () => {
    const { session, dialog } = await renderForm({ dirty: false, state: unproven });
    await expect.element(dialog).toHaveTextContent("The server no longer recognises this browser.");
    session.setState(signedIn());
    await expect.element(dialog).not.toBeInTheDocument();
  });

  test("followed by Cancel leaves the session", async () => {
    const { session, dialog } = await renderForm({ dirty: true, state: unproven });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    expect(session.calls).toEqual([["leave"]]);
  });
});
