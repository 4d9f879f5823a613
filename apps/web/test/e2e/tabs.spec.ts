import type { BrowserContext, Page, Request } from "@playwright/test";
import { countCalls } from "./support/calls.js";
import { FAILED_REQUEST } from "./support/page-errors.js";
import { fillSignIn } from "./support/sign-in.js";
import { expect, test } from "./support/test.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "./support/time.js";

const EVENTS = "/api/auth/events";

async function openTab(context: BrowserContext, path: string): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(path);
  await tab.getByRole("heading", { level: 1 }).waitFor();
  return tab;
}

/** The event streams that a browser holds open. */
function watchStreams(context: BrowserContext) {
  const open = new Set<Request>();
  context.on("request", (request) => {
    if (new URL(request.url()).pathname === EVENTS) open.add(request);
  });
  context.on("requestfinished", (request) => open.delete(request));
  context.on("requestfailed", (request) => open.delete(request));
  return { open: () => [...open].filter((request) => !request.frame().page().isClosed()).length };
}

test("one tab refreshes for all tabs", async ({ owner, context, time }) => {
  const tabs = [owner, await openTab(context, "/account"), await openTab(context, "/account/sessions")];
  await time.advance(MINUTE_MS);
  const refreshes = countCalls(context, "/api/auth/refresh");
  for (const tab of tabs) await tab.keyboard.press("Shift");
  await expect.poll(() => refreshes.count()).toBe(1);
  await time.advance(30 * SECOND_MS);
  for (const tab of tabs) await tab.keyboard.press("Shift");
  await time.advance(10 * SECOND_MS);
  expect(refreshes.count()).toBe(1);
});

test("one tab holds the event stream for all tabs, and another takes over when it closes", async ({
  owner,
  context,
}) => {
  const streams = watchStreams(context);
  await owner.reload();
  const second = await openTab(context, "/account");
  const third = await openTab(context, "/account/sessions");
  await expect.poll(() => streams.open()).toBe(1);
  await owner.close();
  await expect.poll(() => streams.open(), { timeout: 15_000 }).toBe(1);
  await second.close();
  await expect.poll(() => streams.open(), { timeout: 15_000 }).toBe(1);
  await expect(third.getByRole("heading", { level: 1 })).toBeVisible();
});

test("signing in again in one tab takes the others back to their pages", async ({
  owner,
  context,
  time,
  ada,
  pageErrors,
}) => {
  pageErrors.allow(FAILED_REQUEST);
  const second = await openTab(context, "/account/sessions");
  const third = await openTab(context, "/account/security");
  await time.advance(HOUR_MS + 5 * SECOND_MS);
  for (const tab of [owner, second, third]) await expect(tab).toHaveURL(/\/login\?reason=session_expired/);
  await fillSignIn(owner, ada);
  await expect(owner).toHaveURL("/");
  await expect(second).toHaveURL("/account/sessions");
  await expect(third).toHaveURL("/account/security");
  await expect(third.getByRole("radiogroup", { name: "Session policy" })).toBeVisible();
});

test("signing in as another user takes every tab to that user's home page", async ({
  owner,
  context,
  ada,
  grace,
}) => {
  const second = await openTab(context, "/account/security");
  await owner.goto("/login");
  await fillSignIn(owner, grace);
  await expect(owner).toHaveURL("/");
  await expect(second).toHaveURL("/");
  await expect(second.getByRole("heading", { level: 1 })).toContainText(grace.name);
  expect(await second.content()).not.toContain(ada.name);
});

test("activity in one tab prevents the notice in the others", async ({ owner, context, time }) => {
  const second = await openTab(context, "/account");
  await time.advance(49 * MINUTE_MS);
  await time.advance(MINUTE_MS);
  await owner.keyboard.press("Shift");
  // Activity is reported at most once a minute.
  await time.advance(MINUTE_MS);
  await expect(owner.getByRole("main").getByRole("img")).toHaveAttribute(
    "aria-label",
    /ends in (5[89] minutes|1 hour)/,
  );
  await time.advance(8 * MINUTE_MS);
  await expect(second.getByRole("button", { name: "Stay signed in" })).toHaveCount(0);
});
