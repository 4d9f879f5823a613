import { expect, test } from "vitest";
import { SessionDeadlines } from "../../src/index.js";
import { de } from "../../src/texts/de.js";
import { fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../session/render-with-session.js";
import "../../styles/styles.css";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const half = signedIn({
  startedAgoMs: 12 * HOUR,
  activeAgoMs: 20 * MINUTE,
  idleInMs: 40 * MINUTE,
  absoluteInMs: 12 * HOUR,
});

test("large, it is a picture with both deadlines in its name, and the same in words", async () => {
  const { screen } = await renderWithSession(<SessionDeadlines size="large" />, fakeSession({ state: half }));
  const picture = screen.getByRole("img");
  await expect
    .element(picture)
    .toHaveAccessibleName(/the session ends in 40 minutes .*in any case in 12 hours/);
  expect(screen.container.querySelector("dl")?.textContent).toMatch(
    /Signed in.*12 hours ago.*Ends if inactive.*in 40 minutes.*Ends in any case.*in 12 hours/,
  );
});

test("it moves as time passes", async () => {
  const { screen, session, pass } = await renderWithSession(
    <SessionDeadlines size="large" />,
    fakeSession({ state: half }),
  );
  const tick = () => screen.container.querySelector(".curfew-strip-now")?.getAttribute("x1");
  expect(tick()).toBe("50%");
  session.advance(72 * MINUTE - 10_000);
  await pass(10_000);
  await expect.poll(tick).toBe("55%");
});

test.each([
  ["none while there is time", half, null],
  ["a warning before the idle deadline", signedIn({ idleInMs: 4 * MINUTE }), "warning"],
  ["information before the absolute one", signedIn({ absoluteInMs: 4 * MINUTE }), "info"],
])("its tone is %s", async (_, state, tone) => {
  const { screen } = await renderWithSession(<SessionDeadlines size="large" />, fakeSession({ state }));
  expect(screen.container.querySelector(".curfew-strip")?.getAttribute("data-tone")).toBe(tone);
});

test("small, it draws the session that it is given, with both deadlines in a line", async () => {
  const other = signedIn({ startedAgoMs: HOUR, absoluteInMs: 3 * HOUR });
  const { screen } = await renderWithSession(<SessionDeadlines size="small" session={other.session} />);
  expect(screen.container.querySelector(".curfew-strip-now")?.getAttribute("x1")).toBe("25%");
  await expect.element(screen.getByText(/^Ends if inactive \d\d:\d\d$/)).toBeVisible();
  await expect.element(screen.getByText(/^in any case/)).toBeVisible();
});

test("as a bar it is hidden from screen readers: the words beside it tell the same", async () => {
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

test("where nobody is signed in, and no session is given, nothing is drawn", async () => {
  const { screen } = await renderWithSession(
    <SessionDeadlines size="large" />,
    fakeSession({ state: { status: "loading", reconnecting: false } }),
  );
  expect(screen.container.textContent).toBe("");
});

test("it speaks the language that the provider was given", async () => {
  const { screen } = await renderWithSession(
    <SessionDeadlines size="large" />,
    fakeSession({ state: half }),
    de,
  );
  await expect.element(screen.getByRole("img")).toHaveAccessibleName(/^Angemeldet: .*in 40 Minuten/);
});

test("at 240 pixels no word runs out of the picture or into another", async () => {
  const { screen } = await renderWithSession(
    <div style={{ width: 240 }}>
      <SessionDeadlines size="large" />
    </div>,
    fakeSession({ state: half }),
  );
  const outer = screen.getByRole("img").element().getBoundingClientRect();
  const words = [...screen.container.querySelectorAll("svg text")].map((text) =>
    text.getBoundingClientRect(),
  );
  const [now, idle] = words;
  expect(words).toHaveLength(2);
  for (const box of words) {
    expect(box.left).toBeGreaterThanOrEqual(outer.left);
    expect(box.right).toBeLessThanOrEqual(outer.right);
  }
  expect(now?.right).toBeLessThan(idle?.left ?? 0);
});
