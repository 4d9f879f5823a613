import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { Moment } from "../../src/time/moment.js";
import { FAKE_NOW_MS } from "../../testing/index.js";
import { renderWithSession } from "../support/render-with-session.js";
import "../../styles/styles.css";

const MINUTE = 60_000;
const ago = (ms: number): string => new Date(FAKE_NOW_MS - ms).toISOString();

test("the text is updated by the server's clock", async () => {
  const { screen, pass } = await renderWithSession(
    <Moment at={ago(4 * MINUTE + 55_000)} words={(relative) => `signed in ${relative}`} />,
  );
  await expect.element(screen.getByText("signed in 4 minutes ago")).toBeVisible();
  await pass(5000);
  await expect.element(screen.getByText("signed in 5 minutes ago")).toBeVisible();
  await pass(60 * MINUTE);
  await expect.element(screen.getByText("signed in 1 hour ago")).toBeVisible();
});

test("the markup contains the time, and hover and focus show it in full", async () => {
  const at = ago(2 * 24 * 60 * MINUTE);
  const { screen } = await renderWithSession(<Moment at={at} />);
  const time = screen.getByText("2 days ago");
  await expect.element(time).toHaveAttribute("datetime", at);
  await expect.element(time).toHaveAttribute("title", expect.stringContaining("22 November 2026"));
  await userEvent.keyboard("{Tab}");
  await expect.element(time).toHaveFocus();
  const bubble = getComputedStyle(time.element(), "::after").content;
  expect(bubble).toContain("22 November 2026");
});

test('as="clock" formats a time of day', async () => {
  const { screen } = await renderWithSession(<Moment as="clock" at={new Date(FAKE_NOW_MS).toISOString()} />);
  const expected = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(
    FAKE_NOW_MS,
  );
  await expect.element(screen.getByText(expected, { exact: true })).toBeVisible();
});

test("a time one millisecond ago is not in the future", async () => {
  const { screen } = await renderWithSession(<Moment at={ago(1)} />);
  await expect.element(screen.getByText("just now")).toBeVisible();
});

test("at 320 px the exact time at the right edge does not cause horizontal scrolling", async () => {
  await page.viewport(320, 600);
  const { screen } = await renderWithSession(
    // Wide letters, so that the bubble is as wide as it may be in whichever font the machine has.
    <div style={{ textAlign: "end", letterSpacing: "2px" }}>
      <Moment at={ago(MINUTE)} />
    </div>,
  );
  await userEvent.keyboard("{Tab}");
  await expect.element(screen.getByText("1 minute ago")).toHaveFocus();
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320);
});
