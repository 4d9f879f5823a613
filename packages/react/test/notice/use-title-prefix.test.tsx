import { afterEach, beforeEach, expect, test } from "vitest";
import { SessionExpiryNotice } from "../../src/index.js";
import { fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../support/render-with-session.js";

const MINUTE = 60_000;
const idleSoon = signedIn({ idleInMs: 4 * MINUTE });
const originalTitle = document.title;
beforeEach(() => {
  document.title = "Home";
});
afterEach(() => {
  document.title = originalTitle;
});

const renderWarning = () => renderWithSession(<SessionExpiryNotice />, fakeSession({ state: idleSoon }));

test("the title starts with the time left and follows it", async () => {
  const { pass } = await renderWarning();
  await expect.poll(() => document.title).toBe("4 mins · Home");
  await pass(3 * MINUTE);
  await expect.poll(() => document.title).toBe("60 secs · Home");
});

test("a title that the app sets meanwhile gets the prefix, and remains after the warning", async () => {
  const { session } = await renderWarning();
  document.title = "Account";
  await expect.poll(() => document.title).toBe("4 mins · Account");
  session.setState(signedIn());
  await expect.poll(() => document.title).toBe("Account");
});

test("a replaced title element gets the prefix too", async () => {
  await renderWarning();
  const title = document.createElement("title");
  title.textContent = "Members";
  document.querySelector("title")?.replaceWith(title);
  await expect.poll(() => document.title).toBe("4 mins · Members");
});

test("a script that keeps its own title gets it after a few tries, until the next warning", async () => {
  let titles = 0;
  const keepTitle = new MutationObserver(() => {
    if (document.title === "Mine") return;
    titles += 1;
    document.title = "Mine";
    // Without an end the page would hang.
    if (titles === 1000) keepTitle.disconnect();
  });
  keepTitle.observe(document.head, { childList: true, subtree: true, characterData: true });
  const { session, screen, pass } = await renderWarning();
  await pass(MINUTE);
  await expect.poll(() => document.title).toBe("Mine");
  expect(titles).toBeGreaterThan(1);
  expect(titles).toBeLessThan(10);
  await pass(2 * MINUTE + 30_000);
  expect(titles).toBeLessThan(10);
  keepTitle.disconnect();
  session.setState(signedIn());
  await expect.element(screen.getByRole("button", { name: "Dismiss" })).not.toBeInTheDocument();
  session.setState(signedIn({ nowMs: session.now(), idleInMs: 4 * MINUTE }));
  await expect.poll(() => document.title).toBe("4 mins · Mine");
});

test("dismissing the warning restores the title", async () => {
  const { session } = await renderWarning();
  session.setState({ ...idleSoon, expiry: { ...idleSoon.expiry, dismissed: true } });
  await expect.poll(() => document.title).toBe("Home");
});
