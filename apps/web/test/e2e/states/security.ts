import { expect, type Page } from "@playwright/test";
import { FAILED_REQUEST } from "../support/page-errors.js";
import { signIn } from "../support/sign-in.js";
import { MINUTE_MS, SECOND_MS } from "../support/time.js";
import { newMember, newOwner, signInByApi, type TestUser } from "../support/users.js";
import {
  answerWithError,
  LONG_NAME,
  neverAnswer,
  type State,
  type StateContext,
  untilRetryOffered,
} from "./state.js";

const SECURITY = "**/api/accounts/me/security";

/** Opens the session security page of an owner with signed-in members and past activity. */
async function securityPage(
  context: StateContext,
  { names = ["Grace Hopper", "Edsger Dijkstra"], ownerName = "Ada Lovelace" } = {},
): Promise<{ page: Page; owner: TestUser }> {
  const owner = await newOwner(context.service, { name: ownerName });
  for (const name of names) {
    const member = await newMember(context.service, owner, { name });
    await signInByApi(context.service, member);
    await signInByApi(
      context.service,
      member,
      "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    );
  }
  await context.time.advance(12 * MINUTE_MS);
  const page = await context.newPage();
  await signIn(page, owner, "/account/security");
  await page.getByRole("button", { name: "Sign me out and everyone else" }).waitFor();
  await page.getByRole("button", { name: "Download CSV" }).waitFor();
  return { page, owner };
}

async function fillCustomPolicy(page: Page, idle: string, absolute: string): Promise<void> {
  await page.getByRole("radio", { name: "Custom" }).check();
  await page.getByLabel("Idle timeout (minutes)").fill(idle);
  await page.getByLabel("Maximum session length (minutes)").fill(absolute);
  await page.getByLabel("Maximum session length (minutes)").blur();
}

const save = (page: Page) => page.getByRole("button", { name: "Save policy" }).click();

/** States of the session security page. */
export const SECURITY_STATES: readonly State[] = [
  { name: "security", open: async (context) => (await securityPage(context)).page },
  { name: "security-alone", open: async (context) => (await securityPage(context, { names: [] })).page },
  {
    name: "security-long-names",
    async open(context) {
      const { page } = await securityPage(context, { names: [LONG_NAME], ownerName: LONG_NAME });
      await page.getByRole("button", { name: /Wolfe.*\(you\)/ }).click();
      await page.getByRole("button", { name: "Sign out everywhere" }).waitFor();
      return page;
    },
  },
  {
    name: "security-loading",
    async open(context) {
      const { page } = await securityPage(context, { names: [] });
      await neverAnswer(page, SECURITY);
      await neverAnswer(page, "**/api/accounts/me/security/events*");
      await page.reload();
      await page.getByRole("heading", { name: "Session security" }).waitFor();
      return page;
    },
  },
  {
    name: "security-failed",
    async open(context) {
      context.pageErrors.allow(FAILED_REQUEST);
      const { page } = await securityPage(context, { names: [] });
      await answerWithError(page, /\/api\/accounts\/me\/security/, { status: 500, code: "internal_error" });
      await page.reload();
      await untilRetryOffered(context, page, 3);
      return page;
    },
  },
  {
    name: "security-preview",
    async open(context) {
      const { page } = await securityPage(context);
      await page.getByRole("radio", { name: "Strict" }).check();
      await page.getByLabel("Also shorten sessions that are open now").check();
      await page.getByText(/of 5 open sessions/).waitFor();
      return page;
    },
  },
  {
    name: "security-faults",
    async open(context) {
      const { page } = await securityPage(context);
      await fillCustomPolicy(page, "9.5", "20");
      await expect(page.getByLabel("Idle timeout (minutes)")).toHaveAttribute("aria-invalid", "true");
      return page;
    },
  },
  {
    name: "security-idle-longer",
    async open(context) {
      const { page } = await securityPage(context);
      await fillCustomPolicy(page, "480", "60");
      await page.getByText("can't be longer than the maximum").waitFor();
      return page;
    },
  },
  {
    name: "security-saved",
    async open(context) {
      const { page } = await securityPage(context);
      await fillCustomPolicy(page, "20", "480");
      await save(page);
      await page.getByText("Saved", { exact: true }).waitFor();
      return page;
    },
  },
  {
    name: "security-overtaken",
    async open(context) {
      const { page, owner } = await securityPage(context);
      await fillCustomPolicy(page, "20", "480");
      const session = await signInByApi(context.service, owner);
      await session.call("PATCH", SECURITY.slice(2), { idle_minutes: 30, absolute_minutes: 600 });
      await page.getByRole("button", { name: "Reload" }).waitFor();
      return page;
    },
  },
  {
    name: "security-own-end",
    async open(context) {
      const { page } = await securityPage(context);
      await context.time.advance(35 * MINUTE_MS);
      await page.keyboard.press("Shift");
      await fillCustomPolicy(page, "10", "30");
      await page.getByLabel("Also shorten sessions that are open now").check();
      await page.getByText(/yours/).waitFor();
      await save(page);
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "security-person-open",
    async open(context) {
      const { page } = await securityPage(context);
      await page.getByRole("button", { name: /Grace Hopper/ }).click();
      await expect(
        page.getByRole("list", { name: "Sessions of Grace Hopper" }).getByRole("listitem"),
      ).toHaveCount(2);
      return page;
    },
  },
  {
    name: "security-modal-others",
    async open(context) {
      const { page } = await securityPage(context);
      await page.getByRole("button", { name: "Sign out everyone except me" }).click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "security-modal-all",
    async open(context) {
      const { page } = await securityPage(context);
      await page.getByRole("button", { name: "Sign me out and everyone else" }).click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "security-toast",
    async open(context) {
      const { page } = await securityPage(context);
      await page.getByRole("button", { name: "Sign out everyone except me" }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /^Sign out everyone else/ })
        .click();
      await page.getByText("4 sessions signed out").waitFor();
      return page;
    },
  },
  {
    name: "security-found",
    async open(context) {
      const { page } = await securityPage(context);
      await page.route(SECURITY, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...(await response.json()), active_user_count: 30 } });
      });
      await page.reload();
      await page.getByRole("searchbox", { name: "Search" }).fill("hop");
      await page.getByText("1 person found.").waitFor();
      await page.getByRole("searchbox", { name: "Person" }).fill("dij");
      await page.locator(".curfew-option").waitFor();
      return page;
    },
  },
  {
    name: "security-trail-person",
    async open(context) {
      const { page } = await securityPage(context);
      await page.getByRole("searchbox", { name: "Person" }).fill("dij");
      await page.locator(".curfew-option").click();
      await page.getByLabel("From", { exact: true }).fill("2026-11-25");
      await page.getByLabel("To", { exact: true }).fill("2026-11-24");
      await page.getByText("The first day is after the last.").waitFor();
      return page;
    },
  },
  {
    name: "security-trail-empty",
    async open(context) {
      const { page } = await securityPage(context);
      await page.getByLabel("Type").selectOption("member.disabled");
      await page.getByText("Nothing matches these filters.").waitFor();
      return page;
    },
  },
  {
    name: "reauthentication",
    async open(context) {
      context.pageErrors.allow(FAILED_REQUEST);
      const { page } = await securityPage(context);
      await context.time.advance(30 * MINUTE_MS);
      await fillCustomPolicy(page, "120", "2880");
      await save(page);
      await page.getByRole("dialog", { name: "Confirm it's you" }).waitFor();
      return page;
    },
  },
  {
    name: "reauthentication-wrong",
    async open(context) {
      context.pageErrors.allow(FAILED_REQUEST);
      const { page } = await securityPage(context);
      await context.time.advance(30 * MINUTE_MS);
      await fillCustomPolicy(page, "120", "2880");
      await save(page);
      const dialog = page.getByRole("dialog", { name: "Confirm it's you" });
      await dialog.getByLabel("Password").fill("not the right one");
      await dialog.getByRole("button", { name: "Confirm" }).click();
      await dialog.getByText("That password is not right.").waitFor();
      return page;
    },
  },
  {
    name: "ended-under-a-form",
    async open(context) {
      context.pageErrors.allow(FAILED_REQUEST);
      const { page, owner } = await securityPage(context);
      await fillCustomPolicy(page, "20", "480");
      const session = await signInByApi(context.service, owner);
      await session.call("POST", `${SECURITY.slice(2)}/revoke-sessions`, { scope: "others" });
      await page.getByRole("dialog", { name: "Confirm it's you" }).waitFor({ timeout: 15 * SECOND_MS });
      return page;
    },
  },
];
