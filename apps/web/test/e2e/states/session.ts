import { expect } from "@playwright/test";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../support/durations.js";
import { REFUSED } from "../support/guard.js";
import { newMember, newOwner, signInByApi } from "../support/people.js";
import { signIn } from "../support/sign-in.js";
import { hold, LONG_NAME, ownerPage, refuse, type Stage, type State, untilGivenUp } from "./stage.js";

const IDLE_MS = HOUR_MS;
/** Deadlines this long and short, so that the absolute one comes first. */
const SHORT = { idle_minutes: 30, absolute_minutes: 30 };

async function idleNotice(stage: Stage, leftMs: number) {
  const { page } = await ownerPage(stage);
  await stage.time.advance(IDLE_MS - leftMs);
  await page.getByRole("button", { name: "Stay signed in" }).waitFor();
  return page;
}

/** Home, the account's settings, one's own sessions, and the notice. */
export const SESSION_STATES: readonly State[] = [
  { name: "home", open: async (stage) => (await ownerPage(stage)).page },
  {
    name: "home-later",
    async open(stage) {
      const { page } = await ownerPage(stage);
      await stage.time.advance(40 * MINUTE_MS);
      return page;
    },
  },
  {
    name: "home-long-names",
    open: async (stage) => (await ownerPage(stage, { name: LONG_NAME, accountName: LONG_NAME })).page,
  },
  {
    name: "home-waiting",
    async open(stage) {
      const { page } = await ownerPage(stage);
      await hold(page, "**/api/auth/**");
      await page.reload();
      await page.getByText("Loading…").waitFor();
      return page;
    },
  },
  {
    name: "home-reconnecting",
    async open(stage) {
      stage.guard.allow(REFUSED);
      const { page } = await ownerPage(stage);
      await refuse(page, "**/api/**", { status: 503, code: "unavailable", headers: { "Retry-After": "1" } });
      await page.reload();
      await page.getByText(/Reconnecting/).waitFor({ timeout: 20_000 });
      return page;
    },
  },
  { name: "notice-idle", open: (stage) => idleNotice(stage, 4 * MINUTE_MS) },
  { name: "notice-idle-last-minute", open: (stage) => idleNotice(stage, 40 * SECOND_MS) },
  {
    name: "notice-stay-failed",
    async open(stage) {
      stage.guard.allow(REFUSED);
      const page = await idleNotice(stage, 4 * MINUTE_MS);
      await refuse(page, "**/api/auth/refresh", {
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
    async open(stage) {
      const owner = await newOwner(stage.service);
      const device = await signInByApi(stage.service, owner);
      await device.call("PATCH", "/api/accounts/me/security", SHORT);
      await device.signOut();
      const page = await stage.newPage();
      await signIn(page, owner);
      await stage.time.advance(26 * MINUTE_MS);
      await page.getByRole("link", { name: "Sign in now" }).waitFor();
      return page;
    },
  },
  {
    name: "account-owner",
    async open(stage) {
      const { page } = await ownerPage(stage);
      await page.goto("/account");
      await page.getByRole("link", { name: /Session security/ }).waitFor();
      return page;
    },
  },
  {
    name: "account-member",
    async open(stage) {
      const owner = await newOwner(stage.service);
      const page = await stage.newPage();
      await signIn(page, await newMember(stage.service, owner));
      await page.goto("/account");
      await page.getByRole("link", { name: /Your sessions/ }).waitFor();
      return page;
    },
  },
  {
    name: "not-for-you",
    async open(stage) {
      const owner = await newOwner(stage.service);
      const page = await stage.newPage();
      await signIn(page, await newMember(stage.service, owner));
      await page.goto("/account/security");
      await page.getByRole("heading", { name: "This page is not for you" }).waitFor();
      return page;
    },
  },
  {
    name: "own-sessions",
    async open(stage) {
      const { page, owner } = await ownerPage(stage);
      for (const agent of [undefined, "", `Mozilla/5.0 ${"Strange".repeat(40)}`])
        await signInByApi(stage.service, owner, agent);
      await page.goto("/account/sessions");
      await expect(page.getByRole("button", { name: "Sign out", exact: true })).toHaveCount(5);
      return page;
    },
  },
  {
    name: "own-sessions-only-one",
    async open(stage) {
      const { page } = await ownerPage(stage);
      await page.goto("/account/sessions");
      await page.getByText("You are signed in nowhere else.").waitFor();
      return page;
    },
  },
  {
    name: "own-sessions-question",
    async open(stage) {
      const { page, owner } = await ownerPage(stage);
      await signInByApi(stage.service, owner);
      await page.goto("/account/sessions");
      await page.getByRole("button", { name: "Sign out other sessions" }).click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "own-sessions-loading",
    async open(stage) {
      const { page } = await ownerPage(stage);
      await hold(page, "**/api/users/me/sessions*");
      await page.goto("/account/sessions");
      await page.getByRole("heading", { name: "Your sessions" }).waitFor();
      return page;
    },
  },
  {
    name: "own-sessions-failed",
    async open(stage) {
      stage.guard.allow(REFUSED);
      const { page } = await ownerPage(stage);
      await refuse(page, "**/api/users/me/sessions*", { status: 500, code: "internal_error" });
      await page.goto("/account/sessions");
      await untilGivenUp(stage, page);
      return page;
    },
  },
  {
    name: "password",
    async open(stage) {
      const { page } = await ownerPage(stage);
      await page.goto("/account/password");
      await page.getByLabel("Current password").waitFor();
      return page;
    },
  },
];
