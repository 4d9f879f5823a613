import type { SessionState } from "@curfew/client";
import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../session/render-with-session.js";
import { AskingPage } from "./asking-page.js";

const idle: SessionState = {
  status: "signed_out",
  ended: { code: "session_expired", reason: "idle", ended_at: "2026-11-24T12:00:00.000Z" },
  user_id: "ada",
};
const unproven = signedIn({}, { needs_sign_in: true });

async function page({ typed, state = signedIn() }: { typed: boolean; state?: SessionState }) {
  const rendered = await renderWithSession(
    <AskingPage call={async () => "done"} typed={typed} />,
    fakeSession({ state }),
  );
  return { ...rendered, dialog: rendered.screen.getByRole("dialog", { name: "Confirm it's you" }) };
}

test("when the session ends under a form with unsaved input, the dialog says why and asks for the password", async () => {
  const { session, dialog, screen } = await page({ typed: true });
  session.become(idle);
  await expect.element(dialog).toHaveTextContent("Your session ended because you were inactive.");
  await dialog.getByLabelText("Password").fill("right");
  await userEvent.keyboard("{Enter}");
  await expect
    .poll(() => session.calls)
    .toEqual([["signIn", { email: "ada@example.com", password: "right" }]]);
  session.become(signedIn());
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(screen.getByLabelText("Note")).toHaveValue("typed by hand");
  await expect.element(screen.getByText("holds input")).toBeVisible();
});

test("cancelling there gives the input up, so that the host can lead to its sign-in page", async () => {
  const { session, dialog, screen } = await page({ typed: true });
  session.become(idle);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect.element(screen.getByText("holds nothing")).toBeVisible();
  await expect.element(dialog).not.toBeInTheDocument();
});

test("when the session ends and nothing is typed, nothing is asked, and whose it was is forgotten", async () => {
  const { session, dialog, screen } = await page({ typed: false });
  session.become(idle);
  await expect.element(dialog).not.toBeInTheDocument();
  expect(screen.container.innerHTML).not.toContain("ada@example.com");
});

test("where the server takes no proof of this browser's, the dialog opens by itself", async () => {
  const { session, dialog } = await page({ typed: false, state: unproven });
  await expect.element(dialog).toHaveTextContent("The server no longer recognises this browser.");
  session.become(signedIn());
  await expect.element(dialog).not.toBeInTheDocument();
});

test("cancelling there leaves the session", async () => {
  const { session, dialog } = await page({ typed: true, state: unproven });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(session.calls).toEqual([["leave"]]);
});
