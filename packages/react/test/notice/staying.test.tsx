import { CurfewProblem } from "@curfew/client";
import { expect, test } from "vitest";
import { SessionExpiryNotice } from "../../src/index.js";
import { fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../session/render-with-session.js";

const idleSoon = signedIn({ idleInMs: 240_000 });
const trouble = new CurfewProblem({ code: "unavailable", status: 503, detail: "down", errors: [] });

test("while the call is under way the button says so and makes no second one", async () => {
  let answer = () => {};
  const waiting = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const session = fakeSession({ state: idleSoon, acts: { staySignedIn: () => waiting } });
  const { screen } = await renderWithSession(<SessionExpiryNotice />, session);
  await screen.getByRole("button", { name: "Stay signed in" }).click();
  const busy = screen.getByRole("button", { name: "Staying signed in…" });
  await expect.element(busy).toHaveAttribute("aria-busy", "true");
  (busy.element() as HTMLElement).click();
  expect(session.calls).toEqual([["staySignedIn"]]);
  answer();
  await expect.element(screen.getByRole("button", { name: "Stay signed in" })).toBeVisible();
});

test("where it fails, the notice says so and stays", async () => {
  const session = fakeSession({ state: idleSoon, acts: { staySignedIn: () => Promise.reject(trouble) } });
  const { screen } = await renderWithSession(<SessionExpiryNotice />, session);
  await screen.getByRole("button", { name: "Stay signed in" }).click();
  await expect
    .element(
      screen.getByText(
        "You could not be kept signed in. The server is in trouble right now. Try again in a moment.",
      ),
    )
    .toBeVisible();
  await expect.element(screen.getByRole("button", { name: "Stay signed in" })).toBeVisible();
});
