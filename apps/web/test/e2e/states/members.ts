import type { Page } from "@playwright/test";
import { FAILED_REQUEST } from "../support/page-errors.js";
import { signIn } from "../support/sign-in.js";
import { newMember, newOwner, type TestUser } from "../support/users.js";
import {
  answerWithError,
  LONG_NAME,
  neverAnswer,
  type State,
  type StateContext,
  untilRetryOffered,
} from "./state.js";

const MEMBERS = "**/api/accounts/me/members*";

async function membersPage(
  context: StateContext,
  names: readonly string[] = ["Grace Hopper", "Edsger Dijkstra"],
): Promise<{ page: Page; owner: TestUser }> {
  const owner = await newOwner(context.service);
  for (const name of names) await newMember(context.service, owner, { name });
  const page = await context.newPage();
  await signIn(page, owner, "/account/members");
  await page.getByText("The last owner can't be disabled").waitFor();
  return { page, owner };
}

async function invite(page: Page, name: string, email: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Invite member" }).click();
}

/** States of the members page. */
export const MEMBERS_STATES: readonly State[] = [
  { name: "members", open: async (context) => (await membersPage(context)).page },
  { name: "members-alone", open: async (context) => (await membersPage(context, [])).page },
  { name: "members-long-names", open: async (context) => (await membersPage(context, [LONG_NAME])).page },
  {
    name: "members-invited",
    async open(context) {
      const { page, owner } = await membersPage(context);
      await invite(page, "Barbara Liskov", `barbara.${owner.id}@example.com`);
      await page.getByRole("button", { name: "Copy link" }).waitFor();
      await page.getByRole("button", { name: "Invite again" }).waitFor();
      return page;
    },
  },
  {
    name: "members-taken",
    async open(context) {
      context.pageErrors.allow(FAILED_REQUEST);
      const { page, owner } = await membersPage(context);
      await invite(page, "Ada again", owner.email);
      await page.getByText("belongs to somebody already").waitFor();
      return page;
    },
  },
  {
    name: "members-found",
    async open(context) {
      const { page } = await membersPage(context);
      await page.getByRole("searchbox", { name: "Search" }).fill("hop");
      await page.getByText("1 person found.").waitFor();
      return page;
    },
  },
  {
    name: "members-nobody",
    async open(context) {
      const { page } = await membersPage(context, []);
      await page.getByRole("searchbox", { name: "Search" }).fill("nobody");
      await page.getByText("Nobody here has “nobody” in their name or e-mail.").waitFor();
      return page;
    },
  },
  {
    name: "members-disable",
    async open(context) {
      const { page } = await membersPage(context);
      await page.getByRole("button", { name: "Disable" }).first().click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "members-delete",
    async open(context) {
      const { page } = await membersPage(context);
      await page.getByRole("button", { name: "Delete" }).first().click();
      await page.getByRole("dialog").waitFor();
      return page;
    },
  },
  {
    name: "members-loading",
    async open(context) {
      const { page } = await membersPage(context, []);
      await neverAnswer(page, MEMBERS);
      await page.reload();
      await page.getByRole("heading", { name: "Members", level: 1 }).waitFor();
      return page;
    },
  },
  {
    name: "members-failed",
    async open(context) {
      context.pageErrors.allow(FAILED_REQUEST);
      const { page } = await membersPage(context, []);
      await answerWithError(page, MEMBERS, { status: 500, code: "internal_error" });
      await page.reload();
      await untilRetryOffered(context, page);
      return page;
    },
  },
];
