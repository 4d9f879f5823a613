import { CurfewProblem } from "@curfew/client";
import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { Dialog, ReauthenticationDialog, SessionExpiryNotice } from "../../src/index.js";
import { FAKE_NOW_MS, fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../support/render-with-session.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const idleSoon = signedIn({ idleInMs: 4 * MINUTE });
const absoluteSoon = signedIn({ idleInMs: 4 * MINUTE, absoluteInMs: 4 * MINUTE });
const clockIn = (ms: number) =>
  new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(FAKE_NOW_MS + ms);

const renderNotice = (state = idleSoon) => renderWithSession(<SessionExpiryNotice />, fakeSession({ state }));

/** Replaces each text of an element by elements with another text, as translators of browsers do. */
function translate(element: Element): void {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes: Node[] = [];
  while (texts.nextNode()) nodes.push(texts.currentNode);
  for (const node of nodes) {
    const font = document.createElement("font");
    font.append(document.createElement("font"));
    font.firstElementChild?.append(`(${node.textContent})`);
    (node as Text).replaceWith(font);
  }
}

describe("the notice", () => {
  test("is hidden while both deadlines are distant, with empty live regions", async () => {
    const { screen } = await renderWithSession(<SessionExpiryNotice />);
    expect(screen.container.textContent).toBe("");
    await expect.element(screen.getByRole("status")).toBeEmptyDOMElement();
    await expect.element(screen.getByRole("alert")).toBeEmptyDOMElement();
  });

  test("warns before the idle deadline with its clock time and offers to stay signed in", async () => {
    const { screen, session } = await renderNotice();
    await expect
      .element(screen.getByText("You'll be signed out in 4 minutes because you've been inactive."))
      .toBeVisible();
    await expect.element(screen.getByText(`at ${clockIn(4 * MINUTE)}`, { exact: true })).toBeVisible();
    await screen.getByRole("button", { name: "Stay signed in" }).click();
    expect(session.calls).toEqual([["staySignedIn"]]);
  });

  test("before the absolute deadline, or when both are equal, links to the sign-in page", async () => {
    history.replaceState(null, "", "/account?tab=1#top");
    const { screen } = await renderNotice(absoluteSoon);
    await expect
      .element(screen.getByText("Your session ends in 4 minutes. Sign in again to carry on."))
      .toBeVisible();
    await expect
      .element(screen.getByRole("link", { name: "Sign in now" }))
      .toHaveAttribute("href", "/login?return_to=%2Faccount%3Ftab%3D1%23top");
    await expect.element(screen.getByRole("button", { name: "Stay signed in" })).not.toBeInTheDocument();
  });

  test("links to the sign-in page of the host", async () => {
    history.replaceState(null, "", "/notes");
    const { screen } = await renderWithSession(
      <SessionExpiryNotice signInHref={(returnTo) => `/sign-in?next=${returnTo}`} />,
      fakeSession({ state: absoluteSoon }),
    );
    await expect
      .element(screen.getByRole("link", { name: "Sign in now" }))
      .toHaveAttribute("href", "/sign-in?next=/notes");
  });

  test("counts down in minutes, then in seconds, with a shrinking bar", async () => {
    const { screen, pass } = await renderNotice();
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

  test("has a bar that runs out from the beginning of the warning, whatever the service's setting", async () => {
    const state = signedIn({ idleInMs: 12 * MINUTE });
    const expiry = { ...state.expiry, warning: "soon", reason: "idle", warning_ms: 15 * MINUTE } as const;
    const { screen } = await renderNotice({ ...state, expiry });
    await expect.element(screen.getByText(/^You'll be signed out in 12 minutes/)).toBeVisible();
    const bar = screen.container.querySelector<HTMLElement>(".curfew-strip-left");
    expect(bar?.style.getPropertyValue("--curfew-left")).toBe("0.8");
    expect(bar?.closest("[data-tone=warning]")).not.toBeNull();
  });

  test("counts down on a page that the browser translates", async () => {
    const { screen, pass } = await renderNotice();
    const notice = screen.getByRole("region", { name: "End of session" });
    translate(notice.element());
    await pass(3 * MINUTE + 15_000);
    await expect.element(notice).toHaveTextContent(/in 45 seconds/);
    expect(notice.element().textContent).not.toMatch(/4 minutes/);
  });

  test("says after the deadline that the server is being asked", async () => {
    const { screen, pass } = await renderNotice();
    await pass(4 * MINUTE);
    await expect.element(screen.getByText("Your time is up. Checking with the server…")).toBeVisible();
  });

  test("is excluded from activity, and Dismiss does not extend the session", async () => {
    const { screen, session } = await renderNotice();
    const dismiss = screen.getByRole("button", { name: "Dismiss" });
    expect(dismiss.element().closest("[data-curfew-ignore-activity]")).not.toBeNull();
    await dismiss.click();
    expect(session.calls).toEqual([["dismissWarning"]]);
  });

  test("stays hidden after it was dismissed, and shows for a later deadline", async () => {
    const dismissed = { ...idleSoon, expiry: { ...idleSoon.expiry, dismissed: true } };
    const { screen, session } = await renderNotice(dismissed);
    expect(screen.container.textContent).toBe("");
    session.setState(signedIn({ idleInMs: 5 * MINUTE }));
    await expect.element(screen.getByText(/^You'll be signed out in 5 minutes/)).toBeVisible();
  });

  test("disappears when the deadline moves", async () => {
    const { screen, session } = await renderNotice();
    session.setState(signedIn({ idleInMs: HOUR }));
    await expect.element(screen.getByRole("button", { name: "Stay signed in" })).not.toBeInTheDocument();
  });

  test("returns the focus to the previously focused element when it disappears", async () => {
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
    session.setState(signedIn({ idleInMs: HOUR }));
    await expect.element(note).toHaveFocus();
  });

  test("does not move the focus when it disappears while another element has it", async () => {
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
    session.setState(signedIn({ idleInMs: HOUR }));
    await expect.element(screen.getByRole("button", { name: "Stay signed in" })).not.toBeInTheDocument();
    await expect.element(other).toHaveFocus();
  });
});

describe("Sign in now", () => {
  /** A page with a note that is being written, and a notice before the absolute deadline. */
  async function renderNote() {
    history.replaceState(null, "", "/account");
    const session = fakeSession({ state: absoluteSoon });
    const page = await renderWithSession(
      <>
        <SessionExpiryNotice />
        <input aria-label="Note" />
        <ReauthenticationDialog />
      </>,
      session,
    );
    const note = page.screen.getByLabelText("Note");
    await note.fill("typed by hand");
    return {
      ...page,
      note,
      link: page.screen.getByRole("link", { name: "Sign in now" }),
      dialog: page.screen.getByRole("dialog", { name: "Confirm it's you" }),
    };
  }

  test("asks for the password in place, as the same person, and what was typed stays", async () => {
    const { session, note, link, dialog } = await renderNote();
    await link.click();
    await expect.element(dialog).toHaveTextContent("Your session is about to end.");
    await expect.element(dialog).toHaveTextContent("You sign in as ada@example.com.");
    await dialog.getByLabelText("Password").fill("right");
    await userEvent.keyboard("{Enter}");
    await expect.element(dialog).not.toBeInTheDocument();
    expect(session.calls).toEqual([["signIn", { email: "ada@example.com", password: "right" }]]);
    await expect.element(note).toHaveValue("typed by hand");
    expect(location.pathname).toBe("/account");
  });

  test("returns the focus to where the person was, once the notice has gone", async () => {
    const { session, note, link, dialog } = await renderNote();
    await link.click();
    await dialog.getByLabelText("Password").fill("right");
    session.setState(signedIn());
    await expect.element(link).not.toBeInTheDocument();
    await userEvent.keyboard("{Enter}");
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(note).toHaveFocus();
  });

  test("returns the focus to the link on Cancel, and signs in nobody", async () => {
    const { session, link, dialog } = await renderNote();
    await link.click();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.element(link).toHaveFocus();
    expect(session.calls).toEqual([]);
  });

  /** Clicks a link, and returns whether the browser would follow it. */
  function isFollowed(link: Element, init: MouseEventInit = {}): boolean {
    let followed = false;
    const stop = (event: Event) => {
      followed = !event.defaultPrevented;
      event.preventDefault();
    };
    window.addEventListener("click", stop, { once: true });
    link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...init }));
    return followed;
  }

  test.each(["ctrlKey", "metaKey", "shiftKey", "altKey"])(
    "is a link for whoever opens it elsewhere, with %s",
    async (key) => {
      const { link, dialog } = await renderNote();
      expect(isFollowed(link.element(), { [key]: true })).toBe(true);
      await expect.element(dialog).not.toBeInTheDocument();
      expect(isFollowed(link.element())).toBe(false);
    },
  );

  test("is followed on a page without the dialog", async () => {
    const { screen } = await renderNotice(absoluteSoon);
    expect(isFollowed(screen.getByRole("link", { name: "Sign in now" }).element())).toBe(true);
  });
});

describe("Stay signed in", () => {
  test("is busy during the call and makes no second one", async () => {
    let respond = () => {};
    const response = new Promise<void>((resolve) => {
      respond = resolve;
    });
    const session = fakeSession({ state: idleSoon, methods: { staySignedIn: () => response } });
    const { screen } = await renderWithSession(<SessionExpiryNotice />, session);
    await screen.getByRole("button", { name: "Stay signed in" }).click();
    const busy = screen.getByRole("button", { name: "Staying signed in…" });
    await expect.element(busy).toHaveAttribute("aria-busy", "true");
    (busy.element() as HTMLElement).click();
    expect(session.calls).toEqual([["staySignedIn"]]);
    respond();
    await expect.element(screen.getByRole("button", { name: "Stay signed in" })).toBeVisible();
  });

  test("shows why it failed, and the notice stays", async () => {
    const unavailable = new CurfewProblem({ code: "unavailable", status: 503, detail: "down", errors: [] });
    const session = fakeSession({
      state: idleSoon,
      methods: { staySignedIn: () => Promise.reject(unavailable) },
    });
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
});

describe("the live regions", () => {
  /** Renders the notice and records each change of its live regions. */
  async function recordAnnouncements(idleInMs: number) {
    const page = await renderNotice(signedIn({ idleInMs }));
    const announcements: string[] = [];
    for (const role of ["status", "alert"] as const) {
      const region = page.screen.getByRole(role).element();
      new MutationObserver(() => announcements.push(`${role}: ${region.textContent}`)).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    }
    return { ...page, announcements };
  }

  test("announce the deadline once as a status, and no tick of the countdown", async () => {
    const { session, announcements, pass, screen } = await recordAnnouncements(60 * MINUTE);
    session.setState(signedIn({ idleInMs: 5 * MINUTE }));
    await expect.element(screen.getByText(/in 5 minutes/)).toBeVisible();
    await pass(3 * MINUTE);
    await expect.element(screen.getByText(/in 2 minutes/)).toBeVisible();
    expect(announcements).toEqual([
      `status: You've been inactive. At ${clockIn(5 * MINUTE)} you'll be signed out, unless you choose to stay.`,
    ]);
  });

  test("announce the last minute once as an alert", async () => {
    const { announcements, pass, screen } = await recordAnnouncements(2 * MINUTE);
    await pass(MINUTE);
    await expect.element(screen.getByText(/in 60 seconds/)).toBeVisible();
    await pass(30_000);
    await expect.element(screen.getByText(/in 30 seconds/)).toBeVisible();
    expect(announcements).toEqual(["alert: Less than a minute until you're signed out."]);
  });

  test("do not contain the countdown", async () => {
    const { screen } = await recordAnnouncements(4 * MINUTE);
    const countdown = screen.getByText(/in 4 minutes/).element();
    expect(countdown.closest("[role], [aria-live]")).toBeNull();
  });

  test("speak inside an open modal dialog, of the host too, since nothing outside of it is heard", async () => {
    const { screen, session, pass } = await renderWithSession(
      <>
        <SessionExpiryNotice />
        <Dialog open title="Delete the note?" onClose={() => undefined}>
          <button type="button">Delete</button>
        </Dialog>
      </>,
    );
    const dialog = screen.getByRole("dialog");
    session.setState(signedIn({ idleInMs: 2 * MINUTE }));
    await expect.element(dialog.getByRole("status")).toBeEmptyDOMElement();
    await pass(1000);
    await expect.element(dialog.getByRole("status")).toHaveTextContent(/^You've been inactive\. At /);
    await pass(MINUTE);
    await expect
      .element(dialog.getByRole("alert"))
      .toHaveTextContent("Less than a minute until you're signed out.");
    session.setState(signedIn({ idleInMs: HOUR }));
    await expect.element(dialog.getByRole("status")).not.toBeInTheDocument();
    expect(dialog.element().querySelector("[role]")).toBeNull();
  });
});
