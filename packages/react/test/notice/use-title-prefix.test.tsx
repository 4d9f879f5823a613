import { afterEach, beforeEach, expect, test } from "vitest";
import { SessionExpiryNotice } from "../../src/index.js";
import { fakeSession, signedIn } from "../../testing/index.js";
import { renderWithSession } from "../session/render-with-session.js";

const MINUTE = 60_000;
const before = document.title;
beforeEach(() => {
  document.title = "Home";
});
afterEach(() => {
  document.title = before;
});

const warned = () =>
  renderWithSession(<SessionExpiryNotice />, fakeSession({ state: signedIn({ idleInMs: 4 * MINUTE }) }));

test("the tab's title begins with the time left, and goes on with it", async () => {
  const { pass } = await warned();
  await expect.poll(() => document.title).toBe("4 mins · Home");
  await pass(3 * MINUTE);
  await expect.poll(() => document.title).toBe("60 secs · Home");
});

test("a title that the app sets meanwhile gets the time left too, and is the one that remains", async () => {
  const { session } = await warned();
  document.title = "Account";
  await expect.poll(() => document.title).toBe("4 mins · Account");
  session.become(signedIn());
  await expect.poll(() => document.title).toBe("Account");
});

test("a title element that is replaced is noticed as well", async () => {
  await warned();
  const title = document.createElement("title");
  title.textContent = "Members";
  document.querySelector("title")?.replaceWith(title);
  await expect.poll(() => document.title).toBe("4 mins · Members");
});

test("when the warning is put away, the title is the app's again", async () => {
  const { session } = await warned();
  const state = signedIn({ idleInMs: 4 * MINUTE });
  session.become({ ...state, expiry: { ...state.expiry, dismissed: true } });
  await expect.poll(() => document.title).toBe("Home");
});
