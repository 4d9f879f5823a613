import type { Page } from "@playwright/test";
import { FAILED_REQUEST } from "../support/page-errors.js";
import { fillSignIn, signIn } from "../support/sign-in.js";
import { MINUTE_MS } from "../support/time.js";
import { newOwner, signInByApi } from "../support/users.js";
import { ownerPage, type State, type StateContext } from "./state.js";

const WAIT = { timeout: 20_000 };

/** Makes the storage of the browser's key hang, as while a deletion is blocked. */
function hangStorage(): void {
  indexedDB.open = () =>
    Object.create(IDBOpenDBRequest.prototype, {
      onsuccess: { set() {} },
      onerror: { set() {} },
      onupgradeneeded: { set() {} },
    });
}

/** A signed-in page with something to tell the server, six minutes after the last answer. */
async function atWork(context: StateContext, trouble: (page: Page) => Promise<void>): Promise<Page> {
  context.pageErrors.allow(FAILED_REQUEST);
  const { page } = await ownerPage(context);
  await trouble(page);
  await context.time.advance(6 * MINUTE_MS);
  await page.keyboard.press("Shift");
  return page;
}

/** A page with unsaved input, four minutes before the absolute deadline. */
async function beforeTheEnd(context: StateContext): Promise<Page> {
  const owner = await newOwner(context.service);
  const session = await signInByApi(context.service, owner);
  await session.call("PATCH", "/api/accounts/me/security", { idle_minutes: 30, absolute_minutes: 30 });
  await session.signOut();
  const page = await context.newPage();
  await signIn(page, owner, "/account");
  await page.getByLabel("Name", { exact: true }).fill("Ada King");
  await context.time.advance(26 * MINUTE_MS);
  await page.getByRole("link", { name: "Sign in now" }).waitFor();
  return page;
}

/** States of pages that the server does not reach, or whose session ends meanwhile. */
export const TROUBLE_STATES: readonly State[] = [
  {
    name: "trouble-reconnecting",
    async open(context) {
      const page = await atWork(context, (open) => open.context().setOffline(true));
      await page.getByText(/Reconnecting/).waitFor(WAIT);
      return page;
    },
  },
  {
    name: "trouble-storage",
    async open(context) {
      const page = await atWork(context, (open) => open.evaluate(hangStorage));
      await page.getByText(/storage doesn't answer/).waitFor(WAIT);
      return page;
    },
  },
  {
    name: "trouble-storage-at-sign-in",
    async open(context) {
      const page = await context.newPage();
      await page.addInitScript(hangStorage);
      await page.goto("/login");
      await fillSignIn(page, { email: "ada@example.com", password: "a password of hers" });
      await page.getByText(/Allow this site to store data/).waitFor(WAIT);
      return page;
    },
  },
  {
    name: "login-lost",
    async open(context) {
      const page = await atWork(context, (open) => open.context().clearCookies());
      await page.getByText(/has not kept your sign-in/).waitFor(WAIT);
      return page;
    },
  },
  {
    name: "lost-under-a-form",
    async open(context) {
      const page = await atWork(context, async (open) => {
        await open.getByRole("link", { name: "Account", exact: true }).click();
        await open.getByLabel("Name", { exact: true }).fill("Ada King");
        await open.context().clearCookies();
      });
      await page.getByText(/this browser has lost your session/).waitFor(WAIT);
      return page;
    },
  },
  {
    name: "notice-renew",
    async open(context) {
      const page = await beforeTheEnd(context);
      await page.getByRole("link", { name: "Sign in now" }).click();
      await page.getByRole("dialog", { name: "Confirm it's you" }).waitFor();
      return page;
    },
  },
  {
    name: "deadline-passed-offline",
    async open(context) {
      context.pageErrors.allow(FAILED_REQUEST);
      const page = await beforeTheEnd(context);
      await page.context().setOffline(true);
      await context.time.advance(5 * MINUTE_MS);
      await page.getByRole("alert").filter({ hasText: "Reconnecting" }).waitFor(WAIT);
      return page;
    },
  },
];
