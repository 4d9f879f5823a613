import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../session/render-with-session.js";
import { AskingPage, guarded, problem } from "./asking-page.js";

const signIns = (calls: readonly [name: string, ...values: unknown[]][]) =>
  calls.filter(([name]) => name === "signIn");

/** Shows the page and sends; `password` is the one that the server takes. */
async function asked({ password = "right" } = {}) {
  const user = signedIn().user;
  const session = fakeSession({
    acts: {
      signIn: async (body) => {
        if (body.password !== password) throw problem("invalid_credentials");
        return user;
      },
    },
  });
  const call = guarded(() =>
    signIns(session.calls).some(([, body]) => (body as { password: string }).password === password),
  );
  const page = await renderWithSession(<AskingPage call={call} />, session);
  await page.screen.getByRole("button", { name: "Send" }).click();
  const dialog = page.screen.getByRole("dialog", { name: "Confirm it's you" });
  await expect.element(dialog).toBeVisible();
  return { ...page, dialog, field: dialog.getByLabelText("Password") };
}

test("a call that needs no password is made and nothing is asked", async () => {
  const { screen } = await renderWithSession(<AskingPage call={async () => "done"} />);
  await screen.getByRole("button", { name: "Send" }).click();
  await expect.element(screen.getByText("outcome: done")).toBeVisible();
  await expect.element(screen.getByRole("dialog")).not.toBeInTheDocument();
});

test("another problem is the caller's own business", async () => {
  const { screen } = await renderWithSession(
    <AskingPage call={() => Promise.reject(problem("email_taken"))} />,
  );
  await screen.getByRole("button", { name: "Send" }).click();
  await expect.element(screen.getByText("outcome: rejected: email_taken")).toBeVisible();
});

test("the password is asked for in place, for the person's own e-mail, and has the focus", async () => {
  const { dialog, field } = await asked();
  await expect.element(field).toHaveFocus();
  await expect.element(dialog).toHaveTextContent("You sign in as ada@example.com.");
  expect(dialog.element().querySelectorAll("input:not([hidden])")).toHaveLength(1);
});

test("after the right password the call is repeated, and what was typed is still there", async () => {
  const { screen, session, dialog, field } = await asked();
  await field.fill("right");
  await userEvent.keyboard("{Enter}");
  await expect.element(screen.getByText("outcome: done")).toBeVisible();
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(screen.getByLabelText("Note")).toHaveValue("typed by hand");
  expect(signIns(session.calls)).toEqual([["signIn", { email: "ada@example.com", password: "right" }]]);
});

test("a wrong password is shown on the field, which keeps the focus, and may be tried again", async () => {
  const { screen, dialog, field } = await asked();
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
    (page: Awaited<ReturnType<typeof asked>>) => page.dialog.getByRole("button", { name: "Cancel" }).click(),
  ],
  ["Escape", () => userEvent.keyboard("{Escape}")],
])("%s rejects with the problem that the call had, and gives the focus back", async (_, cancel) => {
  const page = await asked();
  await cancel(page);
  await expect.element(page.screen.getByText("outcome: rejected: reauthentication_required")).toBeVisible();
  await expect.element(page.screen.getByRole("button", { name: "Send" })).toHaveFocus();
  expect(signIns(page.session.calls)).toEqual([]);
});

test("trouble is told as trouble, not as a wrong password", async () => {
  const session = fakeSession({ acts: { signIn: () => Promise.reject(problem("unavailable")) } });
  const { screen } = await renderWithSession(<AskingPage call={guarded(() => false)} />, session);
  await screen.getByRole("button", { name: "Send" }).click();
  await screen.getByLabelText("Password").fill("right");
  await userEvent.keyboard("{Enter}");
  await expect
    .element(screen.getByText("The server is in trouble right now. Try again in a moment."))
    .toBeVisible();
  await expect.element(screen.getByLabelText("Password")).toHaveAttribute("aria-invalid", "false");
});

test("when the session ends meanwhile and nothing is typed, the dialog goes and the call is rejected", async () => {
  const { screen, session, dialog } = await asked();
  session.become({ status: "signed_out", ended: null, user_id: "ada" });
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(screen.getByText("outcome: rejected: reauthentication_required")).toBeVisible();
});
