import { expect, test } from "vitest";
import { SessionDeadlines } from "../../src/index.js";
import { de } from "../../src/texts/de.js";
import { fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../support/render-with-session.js";
import "../../styles/styles.css";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const halfElapsed = signedIn({
  startedAgoMs: 12 * HOUR,
  activeAgoMs: 20 * MINUTE,
  idleInMs: 40 * MINUTE,
  absoluteInMs: 12 * HOUR,
});

test.each([
  ["size large", <SessionDeadlines key="large" size="large" />],
  ["without a size", <SessionDeadlines key="default" />],
])("%s it is a picture named by both deadlines, with the same times in words", async (_size, deadlines) => {
  const { screen } = await renderWithSession(deadlines, fakeSession({ state: halfElapsed }));
  const picture = screen.getByRole("img");
  await expect
    .element(picture)
    .toHaveAccessibleName(/the session ends in 40 minutes .*in any case in 12 hours/);
  expect(screen.container.querySelector("dl")?.textContent).toMatch(
    /Signed in.*12 hours ago.*Ends if inactive.*in 40 minutes.*Ends in any case.*in 12 hours/,
  );
});

test("the tick of now moves with the clock", async () => {
  const { screen, session, pass } = await renderWithSession(
    <SessionDeadlines size="large" />,
    fakeSession({ state: halfElapsed }),
  );
  const tick = () => screen.container.querySelector(".curfew-strip-now")?.getAttribute("x1");
  expect(tick()).toBe("50%");
  session.advance(72 * MINUTE - 10_000);
  await pass(10_000);
  await expect.poll(tick).toBe("55%");
});

test.each([
  ["none for distant deadlines", halfElapsed, null],
  ["warning near the idle deadline", signedIn({ idleInMs: 4 * MINUTE }), "warning"],
  ["info near the absolute deadline", signedIn({ absoluteInMs: 4 * MINUTE }), "info"],
])("the tone is %s", async (_, state, tone) => {
  const { screen } = await renderWithSession(<SessionDeadlines size="large" />, fakeSession({ state }));
  expect(screen.container.querySelector(".curfew-strip")?.getAttribute("data-tone")).toBe(tone);
});

test("size small draws the session prop, with both deadlines in one line", async () => {
  const other = signedIn({ startedAgoMs: HOUR, absoluteInMs: 3 * HOUR });
  const { screen } = await renderWithSession(<SessionDeadlines size="small" session={other.session} />);
  expect(screen.container.querySelector(".curfew-strip-now")?.getAttribute("x1")).toBe("25%");
  await expect.element(screen.getByText(/^Ends if inactive \d\d:\d\d$/)).toBeVisible();
  await expect.element(screen.getByText(/^in any case/)).toBeVisible();
});

test("size bar is hidden from screen readers", async () => {
  const { screen } = await renderWithSession(
    <SessionDeadlines size="bar" />,
    fakeSession({ state: signedIn({ idleInMs: 150_000 }) }),
  );
  const bar = screen.container.querySelector<HTMLElement>(".curfew-strip");
  expect(bar?.getAttribute("aria-hidden")).toBe("true");
  expect(bar?.querySelector<HTMLElement>(".curfew-strip-left")?.style.getPropertyValue("--curfew-left")).toBe(
    "0.5",
  );
});

test("without a session nothing is rendered", async () => {
  const { screen } = await renderWithSession(
    <SessionDeadlines size="large" />,
    fakeSession({ state: { status: "loading", reconnecting: false } }),
  );
  expect(screen.container.textContent).toBe("");
});

test("the texts come from the provider's catalogue", async () => {
  const { screen } = await renderWithSession(
    <SessionDeadlines size="large" />,
    fakeSession({ state: halfElapsed }),
    de,
  );
  await expect.element(screen.getByRole("img")).toHaveAccessibleName(/^Angemeldet: .*in 40 Minuten/);
});

test("at 240 px the labels neither leave the picture nor overlap", async () => {
  const { screen } = await renderWithSession(
    <div style={{ width: 240 }}>
      <SessionDeadlines size="large" />
    </div>,
    fakeSession({ state: halfElapsed }),
  );
  const picture = screen.getByRole("img").element().getBoundingClientRect();
  const labels = [...screen.container.querySelectorAll("svg text")].map((text) =>
    text.getBoundingClientRect(),
  );
  const [now, idle] = labels;
  expect(labels).toHaveLength(2);
  for (const label of labels) {
    expect(label.left).toBeGreaterThanOrEqual(picture.left);
    expect(label.right).toBeLessThanOrEqual(picture.right);
  }
  expect(now?.right).toBeLessThan(idle?.left ?? 0);
});
