import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { SessionExpiryNotice } from "../../src/index.js";
import { fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../support/render-with-session.js";
import "../../styles/styles.css";

const MINUTE = 60_000;
const soon = signedIn({ idleInMs: 4 * MINUTE });

beforeEach(async () => {
  document.body.style.margin = "0";
  await page.viewport(1280, 800);
});
afterEach(async () => {
  await userEvent.unhover(document.body);
  window.scrollTo(0, 0);
});

/** A page with a link at its top, and a button further down. */
async function renderPage({ heightPx = 3000, state = signedIn() } = {}) {
  const view = await renderWithSession(
    <div style={{ height: heightPx }}>
      <SessionExpiryNotice />
      <a href="#top">Top</a>
      <p style={{ height: 200 }} />
      <button type="button">Save</button>
    </div>,
    fakeSession({ state }),
  );
  const dismiss = view.screen.getByRole("button", { name: "Dismiss" });
  return {
    ...view,
    save: view.screen.getByRole("button", { name: "Save" }),
    top: view.screen.getByRole("link", { name: "Top" }),
    notice: () => view.screen.container.querySelector(".curfew-notice") as Element,
    async warn() {
      view.session.setState(soon);
      await expect.element(dismiss).toBeVisible();
    },
    async stopWarning() {
      view.session.setState(signedIn());
      await expect.element(dismiss).not.toBeInTheDocument();
    },
  };
}

const topOf = (element: Element): number => Math.round(element.getBoundingClientRect().top);
const bottomOf = (element: Element): number => Math.round(element.getBoundingClientRect().bottom);

describe("the page under the pointer", () => {
  test.each([
    ["at its top", 3000, 0],
    ["further down", 3000, 100],
    ["if it fits into the window", 400, 0],
  ])("stays where it is while the notice comes and goes, %s", async (_, heightPx, scrolledPx) => {
    const { save, warn, stopWarning, notice } = await renderPage({ heightPx });
    window.scrollTo(0, scrolledPx);
    await save.hover();
    const before = topOf(save.element());
    await warn();
    expect(topOf(save.element())).toBe(before);
    expect(topOf(notice())).toBe(0);
    await stopWarning();
    await new Promise(requestAnimationFrame);
    expect(topOf(save.element())).toBe(before);
    expect(document.documentElement.getAttribute("style") ?? "").toBe("");
  });
});

describe("the focus", () => {
  test("is not covered when the notice comes", async () => {
    const { top, save, warn, notice } = await renderPage();
    await save.hover();
    (top.element() as HTMLElement).focus();
    await warn();
    expect(topOf(top.element())).toBeGreaterThanOrEqual(bottomOf(notice()));
  });

  test("is not covered when it moves back up the page", async () => {
    const { save, warn, notice } = await renderPage();
    await warn();
    window.scrollTo(0, 2000);
    (save.element() as HTMLElement).focus();
    expect(topOf(save.element())).toBeGreaterThanOrEqual(bottomOf(notice()));
    expect(bottomOf(save.element())).toBeLessThan(800);
  });

  test("is not covered at 400 % zoom, where the notice scrolls with the page", async () => {
    await page.viewport(320, 256);
    const { save, warn, notice } = await renderPage();
    await warn();
    (save.element() as HTMLElement).focus();
    window.scrollTo(0, 300);
    expect(bottomOf(notice())).toBeLessThan(0);
  });
});
