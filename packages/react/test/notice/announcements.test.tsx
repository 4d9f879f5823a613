import { expect, test } from "vitest";
import { SessionExpiryNotice } from "../../src/index.js";
import { FAKE_NOW_MS, fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../session/render-with-session.js";

const MINUTE = 60_000;
const at = (ms: number) =>
  new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(FAKE_NOW_MS + ms);

/** Shows the notice and writes down each change of its live regions. */
async function listened(idleInMs: number) {
  const page = await renderWithSession(
    <SessionExpiryNotice />,
    fakeSession({ state: signedIn({ idleInMs }) }),
  );
  const heard: string[] = [];
  for (const role of ["status", "alert"]) {
    const region = page.screen.getByRole(role as "status").element();
    new MutationObserver(() => heard.push(`${role}: ${region.textContent}`)).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  }
  return { ...page, heard };
}

test("the first showing is a status by the clock time, and no tick of the countdown speaks", async () => {
  const { session, heard, pass, screen } = await listened(60 * MINUTE);
  session.become(signedIn({ idleInMs: 5 * MINUTE }));
  await expect.element(screen.getByText(/in 5 minutes/)).toBeVisible();
  await pass(3 * MINUTE);
  await expect.element(screen.getByText(/in 2 minutes/)).toBeVisible();
  expect(heard).toEqual([
    `status: You've been inactive. At ${at(5 * MINUTE)} you'll be signed out, unless you choose to stay.`,
  ]);
});

test("when the last minute begins it is an alert, once", async () => {
  const { heard, pass, screen } = await listened(2 * MINUTE);
  await pass(MINUTE);
  await expect.element(screen.getByText(/in 60 seconds/)).toBeVisible();
  await pass(30_000);
  await expect.element(screen.getByText(/in 30 seconds/)).toBeVisible();
  expect(heard).toEqual(["alert: Less than a minute until you're signed out."]);
});

test("the words that tick stand outside of the live regions", async () => {
  const { screen } = await listened(4 * MINUTE);
  const ticking = screen.getByText(/in 4 minutes/).element();
  expect(ticking.closest("[role], [aria-live]")).toBeNull();
});
