import { expect } from "@playwright/test";
import { FAILED_REQUEST } from "../support/page-errors.js";
import { signIn } from "../support/sign-in.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../support/time.js";
import { newMember, newOwner, signInByApi } from "../support/users.js";
import {
  answerWithError,
  LONG_NAME,
  neverAnswer,
  ownerPage,
  type State,
  type StateContext,
  untilRetryOffered,
} from "./state.js";

const IDLE_MS = HOUR_MS;
/** Equal limits, so that the session ends by its absolute deadline. */
const SHORT = { idle_minutes: 30, absolute_minutes: 30 };

async function idleNotice(context: StateContext, leftMs: number) {
  const { page } = await ownerPage(context);
  await context.time.advance(IDLE_MS - leftMs);
  await page.getByRole("button", { name: "Stay signed in" }).waitFor();
  return page;
}

/** States of the home, account and own-sessions pages, and of the expiry notice. */
export const SESSION_STATES: readonly State[] = [
  { name: "home", open: async (context) => (await ownerPage(context)).page },
  {
    name: "home-later",
    async open(context) {
      const { page } = await ownerPage(context);
      await context.time.advance(40 * MINUTE_MS);
      return page;
    },
  },
  {
    name: "home-long-names",
    open: async (context) => (await ownerPage(context, { name: LONG_NAME, accountName: LONG_NAME })).page,
  },
  {
    name: "home-waiting",
    async open(context) {
      const { page } = await ownerPage(context);
      await neverAnswer(page, "**/api/auth/**");
      await page.reload();
      await page.getByText("Loading…").waitFor();
      return page;
    },
  },
  {
    name: "home-reconnecting",
    async open(context) {
      context.pageErrors.allow(FAILED_REQUEST);
      const { page } = await ownerPage(context);
      await answerWithError(page, "**/api/**", {
        status: 503,
        code: "unavailable",
        headers: { "Retry-After": "1" },
      });
      await page.reload();
      await page.getByText(/Reconnecting/).waitFor({ timeout: 20_000 });
      return page;
    },
  },
  { name: "notice-idle", open: (context) => idleNotice(context, 4 * MINUTE_MS) },
  { name: "notice-idle-last-minute", open: (context) => idleNotice(context, 40 * SECOND_MS) },
  {
    name: "notice-stay-failed",
    async open(context) {
      context.pageErrors.allow(FAILED_REQUEST);
      const page = await idleNotice(context, 4 * MINUTE_MS);
      await answerWithError(page, "**/api/auth/refresh", {
        status: 503,
        code: "unavailable",
        headers: { "Retry-After": "1" },
      });
      await page.getByRole("button", { name: "Stay signed in" }).click();
      await page.getByText("You could not be kept signed in.").waitFor();
      return page;
    },
  },
  {
    name: "notice-absolute",
    async open(context) {
      const owner = await newOwner(context.service);
      const session = await signInByApi(context.service, owner);
      await session.call("PATCH", "/api/accounts/me/security", SHORT);
      await session.signOut();
      const page = await context.newPage();
      await signIn(page, owner);
      await context.time.advance(26 * MINUTE_MS);
      await page.getByRole("link", { name: "Sign in now" }).waitFor();
      return page;
    },
  },
  {
    name: "account-owner",
    async open(context) {
      const { page } = await ownerPage(context);
      await page.goto("/account");
      await page.getByRole("link", { name: /Session security/ }).waitFor();
      return page;
    },
  },
  {
    name: "account-delete-user",
    async open(context) {
      const { page } = await ownerPage(context);
      await page.goto("/account");
      await page.getByRole("button", { name: "Delete my account" }).click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "account-delete",
    async open(context) {
      const { page } = await ownerPage(context, { accountName: LONG_NAME });
      await page.goto("/account");
      await page.getByRole("button", { name: `Delete ${LONG_NAME}…` }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Delete the account" }).click();
      await page.getByText("Type the name of the account.").waitFor();
      return page;
    },
  },
  {
    name: "account-member",
    async open(context) {
      const owner = await newOwner(context.service);
      const page = await context.newPage();
      await signIn(page, await newMember(context.service, owner), "/account");
      await page.getByRole("link", { name: /Your sessions/ }).waitFor();
      return page;
    },
  },
  {
    name: "not-for-you",
    async open(context) {
      const owner = await newOwner(context.service);
      const page = await context.newPage();
      await signIn(page, await newMember(context.service, owner), "/account/security");
      await page.getByRole("heading", { name: "This page is not for you" }).waitFor();
      return page;
    },
  },
  {
    name: "own-sessions",
    async open(context) {
      const { page, owner } = await ownerPage(context);
      for (const agent of [undefined, "", `Mozilla/5.0 ${"Strange".repeat(40)}`])
        await signInByApi(context.service, owner, agent);
      await page.goto("/account/sessions");
      await expect(page.getByRole("button", { name: "Sign out", exact: true })).toHaveCount(5);
      return page;
    },
  },
  {
    name: "own-sessions-only-one",
    async open(context) {
      const { page } = await ownerPage(context);
      await page.goto("/account/sessions");
      await page.getByText("You are signed in nowhere else.").waitFor();
      return page;
    },
  },
  {
    name: "own-sessions-question",
    async open(context) {
      const { page, owner } = await ownerPage(context);
      await signInByApi(context.service, owner);
      await page.goto("/account/sessions");
      await page.getByRole("button", { name: "Sign out other sessions" }).click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "own-sessions-loading",
    async open(context) {
      const { page } = await ownerPage(context);
      await neverAnswer(page, "**/api/users/me/sessions*");
      await page.goto("/account/sessions");
      await page.getByRole("heading", { name: "Your sessions" }).waitFor();
      return page;
    },
  },
  {
    name: "own-sessions-failed",
    async open(context) {
      context.pageErrors.allow(FAILED_REQUEST);
      const { page } = await ownerPage(context);
      await answerWithError(page, "**/api/users/me/sessions*", { status: 500, code: "internal_error" });
      await page.goto("/account/sessions");
      await untilRetryOffered(context, page);
      return page;
    },
  },
  {
    name: "password",
    async open(context) {
      const { page } = await ownerPage(context);
      await page.goto("/account/password");
      await page.getByLabel("Current password").waitFor();
      return page;
    },
  },
];
