import { expect, test } from "vitest";
import { SessionExpiryNotice } from "../../src/index.js";
import { FAKE_NOW_MS, fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../session/render-with-session.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const idleSoon = signedIn({ idleInMs: 4 * MINUTE });
const absoluteSoon = signedIn({ idleInMs: 4 * MINUTE, absoluteInMs: 4 * MINUTE });
const clock = (ms: number) =>
  new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(ms);

test("while both deadlines are far, nothing shows, and the live regions stand empty", async () => {
  const { screen } = await renderWithSession(<SessionExpiryNotice />);
  expect(screen.container.textContent).toBe("");
  await expect.element(screen.getByRole("status")).toBeEmptyDOMElement();
  await expect.element(screen.getByRole("alert")).toBeEmptyDOMElement();
});

test("before the idle deadline it warns, tells the clock time, and offers to stay signed in", async () => {
  const { screen, session } = await renderWithSession(
    <SessionExpiryNotice />,
    fakeSession({ state: idleSoon }),
  );
  await expect
    .element(screen.getByText("You'll be signed out in 4 minutes because you've been inactive."))
    .toBeVisible();
  await expect
    .element(screen.getByText(`at ${clock(FAKE_NOW_MS + 4 * MINUTE)}`, { exact: true }))
    .toBeVisible();
  await screen.getByRole("button", { name: "Stay signed in" }).click();
  expect(session.calls).toEqual([["staySignedIn"]]);
});

test("before the absolute deadline, also where both are equal, it informs and leads to the sign-in page", async () => {
  history.replaceState(null, "", "/account?tab=1#top");
  const { screen } = await renderWithSession(<SessionExpiryNotice />, fakeSession({ state: absoluteSoon }));
  await expect
    .element(screen.getByText("Your session ends in 4 minutes. Sign in again to carry on."))
    .toBeVisible();
  await expect
    .element(screen.getByRole("link", { name: "Sign in now" }))
    .toHaveAttribute("href", "/login?return_to=%2Faccount%3Ftab%3D1%23top");
  await expect.element(screen.getByRole("button", { name: "Stay signed in" })).not.toBeInTheDocument();
});

test("the host may say where to sign in", async () => {
  history.replaceState(null, "", "/notes");
  const { screen } = await renderWithSession(
    <SessionExpiryNotice signInHref={(returnTo) => `/sign-in?next=${returnTo}`} />,
    fakeSession({ state: absoluteSoon }),
  );
  await expect
    .element(screen.getByRole("link", { name: "Sign in now" }))
    .toHaveAttribute("href", "/sign-in?next=/notes");
});

test("it counts down in minutes, then in seconds, with a bar that runs out", async () => {
  const { screen, pass } = await renderWithSession(<SessionExpiryNotice />, fakeSession({ state: idleSoon }));
  const bar = () =>
    screen.container
      .querySelector<HTMLElement>(".curfew-strip-left")
      ?.style.getPropertyValue("--curfew-left");
  expect(bar()).toBe("0.8");
  await pass(2 * MINUTE + 30_000);
  await expect.element(screen.getByText(/^You'll be signed out in 2 minutes/)).toBeVisible();
  expect(bar()).toBe("0.3");
  await pass(30_000);
  await expect.element(screen.getByText(/^You'll be signed out in 60 seconds/)).toBeVisible();
  await pass(59_000);
  await expect.element(screen.getByText(/^You'll be signed out in 1 second /)).toBeVisible();
});

test("once the deadline has passed it says that the server is being asked", async () => {
  const { screen, pass } = await renderWithSession(<SessionExpiryNotice />, fakeSession({ state: idleSoon }));
  await pass(4 * MINUTE);
  await expect.element(screen.getByText("Your time is up. Checking with the server…")).toBeVisible();
});

test("what is done in it is marked as no activity, and dismissing it extends nothing", async () => {
  const { screen, session } = await renderWithSession(
    <SessionExpiryNotice />,
    fakeSession({ state: idleSoon }),
  );
  const dismiss = screen.getByRole("button", { name: "Dismiss" });
  expect(dismiss.element().closest("[data-curfew-ignore-activity]")).not.toBeNull();
  await dismiss.click();
  expect(session.calls).toEqual([["dismissWarning"]]);
});

test("a warning that was put away stays away, and a later deadline's shows", async () => {
  const dismissed = { ...idleSoon, expiry: { ...idleSoon.expiry, dismissed: true } };
  const { screen, session } = await renderWithSession(
    <SessionExpiryNotice />,
    fakeSession({ state: dismissed }),
  );
  expect(screen.container.textContent).toBe("");
  session.become(signedIn({ idleInMs: 5 * MINUTE }));
  await expect.element(screen.getByText(/^You'll be signed out in 5 minutes/)).toBeVisible();
});

test("a new deadline takes it away", async () => {
  const { screen, session } = await renderWithSession(
    <SessionExpiryNotice />,
    fakeSession({ state: idleSoon }),
  );
  session.become(signedIn({ idleInMs: HOUR }));
  await expect.element(screen.getByRole("button", { name: "Stay signed in" })).not.toBeInTheDocument();
});

test("when it goes, the focus that it held goes back to where it came from", async () => {
  const { screen, session } = await renderWithSession(
    <>
      <SessionExpiryNotice />
      <input aria-label="Note" />
    </>,
    fakeSession({ state: idleSoon }),
  );
  const note = screen.getByLabelText("Note");
  (note.element() as HTMLElement).focus();
  (screen.getByRole("button", { name: "Stay signed in" }).element() as HTMLElement).focus();
  session.become(signedIn({ idleInMs: HOUR }));
  await expect.element(note).toHaveFocus();
});

test("when it goes, nobody who works elsewhere by then loses the focus", async () => {
  const { screen, session } = await renderWithSession(
    <>
      <SessionExpiryNotice />
      <input aria-label="Note" />
      <input aria-label="Other note" />
    </>,
    fakeSession({ state: idleSoon }),
  );
  (screen.getByLabelText("Note", { exact: true }).element() as HTMLElement).focus();
  const stay = screen.getByRole("button", { name: "Stay signed in" }).element() as HTMLElement;
  stay.focus();
  stay.blur();
  const other = screen.getByLabelText("Other note");
  (other.element() as HTMLElement).focus();
  session.become(signedIn({ idleInMs: HOUR }));
  await expect.element(screen.getByRole("button", { name: "Stay signed in" })).not.toBeInTheDocument();
  await expect.element(other).toHaveFocus();
});
